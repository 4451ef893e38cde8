"""The front door to what records have in common: patterns of concerns, likenesses and links.

Everything is found among what one reader can open, with that reader's private key, and is in the
audit. Nothing is stored that would tell the same to somebody without a key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.cases.entries import Entry
from bot.cases.patterns import CONCERN, Pattern, patterns, same_people
from bot.cases.records import OpenedRecord
from bot.errors import BotError
from bot.store import audit, entries, marks, records
from bot.store.audit import Act
from bot.store.engine import Database
from bot.store.sealing import Sealer
from bot.store.tables import record_keys
from bot.store.tables import records as table

MOST = 500
"""Records that are compared, the newest first."""

COMPARED = "compared with others"


class Patterns:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def concerns(self, reader: int, private: bytes) -> list[Pattern]:
        """The adults about whom this reader holds several concerns."""

        def find(at: Connection) -> list[Pattern]:
            return patterns(reversed(self._opened(at, reader, private, CONCERN)))

        return await self._database.write(find)

    async def alike(self, reference: str, reader: int, private: bytes) -> list[str]:
        """Other records that name somebody whom this one names, the newest first."""

        def find(at: Connection) -> list[str]:
            mine = records.opened(at, self._sealer, reference, reader, private).record
            others = (one.record for one in self._opened(at, reader, private))
            return [
                one.reference
                for one in others
                if one.reference != reference and same_people(mine, one)
            ]

        return await self._database.write(find)

    async def link(self, one: str, other: str, reader: int, private: bytes, text: str) -> None:
        """Note in each of two records that the other belongs to it; both of them or neither."""
        if one == other:
            raise BotError("That is this report's own reference; write the other one's.")

        def linked(at: Connection) -> None:
            # In one order, so that two who link the same records never wait for each other.
            for mine, theirs in sorted(((one, other), (other, one))):
                records.opened(at, self._sealer, mine, reader, private)
                state = marks.locked(at, self._sealer, mine)
                entry = Entry("link", text, link=theirs)
                entries.add(at, self._sealer, state, entry, reader, self._now())

        await self._database.write(linked)

    def _opened(
        self, at: Connection, reader: int, private: bytes, kind: str | None = None
    ) -> list[OpenedRecord]:
        query = (
            select(table.c.reference)
            .join(record_keys, record_keys.c.record_id == table.c.id)
            .where(record_keys.c.reader_id == reader)
            .order_by(table.c.id.desc())
            .limit(MOST)
        )
        if kind is not None:
            query = query.where(table.c.kind == kind)
        references = list(at.execute(query).scalars())
        found = [records.opened(at, self._sealer, one, reader, private) for one in references]
        if references:
            acts = [Act(audit.reader(reader), COMPARED, reference) for reference in references]
            audit.write(at, self._sealer, self._now(), *acts)
        return found
