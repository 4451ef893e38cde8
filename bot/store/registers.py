"""The front door to the registers: their pages, and what is to be looked at again.

A page begins at the reader's own keys. What stands on it was opened with the reader's private key,
and each record that was is in the audit, as if it had been opened by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from bot.cases.calendar import LONDON
from bot.cases.registers import KIND_OF, Register, RegisterPage, Review, registered
from bot.errors import BotError
from bot.store import audit, records, thread, whole
from bot.store.audit import Act
from bot.store.engine import Database
from bot.store.sealing import Sealer
from bot.store.tables import record_keys
from bot.store.tables import records as table

AT_ONCE = 50
MOST_REVIEWS = 500
VIEWED = "viewed in a register"
CONFIRMED = KIND_OF["acknowledgements"]


class Registers:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def page(
        self,
        register: Register,
        reader: int,
        private: bytes,
        after: str = "",
        limit: int = AT_ONCE,
    ) -> RegisterPage:
        """Some entries that the reader can open, the newest first; `after` is the last page's."""

        def view(at: Connection) -> RegisterPage:
            found = _references(at, reader, register, after, limit + 1)
            today = self._now().astimezone(LONDON).date()
            entries = []
            for _, reference in found[:limit]:
                held = records.held(at, reference, reader)
                case = whole.opened(at, self._sealer, *held, reader, private)
                renewed = thread.renewed(at, held[0])
                entries.append(registered(case, today, renewed=renewed))
            if entries:
                who = audit.reader(reader)
                acts = [Act(who, VIEWED, entry.reference) for entry in entries]
                audit.write(at, self._sealer, self._now(), *acts)
            more = len(found) > limit
            return RegisterPage(tuple(entries), str(found[limit - 1][0]) if more else "")

        return await self._database.write(view)

    async def reviews(self, reader: int, until: date) -> list[Review]:
        """What this reader is to look at again by then, the longest due first."""

        def find(at: Connection) -> list[Review]:
            query = (
                select(table.c.reference, table.c.school, table.c.kind, table.c.review_on)
                .join(record_keys, record_keys.c.record_id == table.c.id)
                .where(record_keys.c.reader_id == reader)
                .where(table.c.review_on <= until)
                # What was decided and is open again is being looked at; a confirmation isn't.
                .where(or_(table.c.status == "closed", table.c.kind == CONFIRMED))
                .order_by(table.c.review_on, table.c.id)
                .limit(MOST_REVIEWS)
            )
            return [Review(*row) for row in at.execute(query)]

        return await self._database.read(find)


def _references(
    connection: Connection, reader: int, register: Register, after: str, limit: int
) -> list[tuple[int, str]]:
    query = (
        select(table.c.id, table.c.reference)
        .join(record_keys, record_keys.c.record_id == table.c.id)
        .where(record_keys.c.reader_id == reader, table.c.kind == KIND_OF[register])
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    if after:
        if not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise BotError("The register can't be continued from there; begin at its first page.")
        query = query.where(table.c.id < int(after))
    return [(row.id, row.reference) for row in connection.execute(query)]
