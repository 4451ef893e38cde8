"""The front door to casework: everything that is done with a record after it was handed over.

Each method is one committed transaction, and each writes what was done to the audit chain in that
same transaction. A refusal is written in one of its own, since what was refused leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from bot.cases.entries import Entry, Line, OpenedCase, ReportState, Section
from bot.cases.records import Evidence
from bot.errors import BotError, Excluded, MovedMeanwhile, NotYours, UnknownRecord
from bot.store import (
    audit,
    drafts,
    entries,
    lists,
    marks,
    parts,
    records,
    reporting,
    retention,
    sightings,
    whole,
)
from bot.store.audit import Act, Audited, AuditRow
from bot.store.engine import Database
from bot.store.lists import Filter
from bot.store.records import EVIDENCE
from bot.store.sealing import Sealer, SealError

Answer = TypeVar("Answer")
REFUSALS = (NotYours, MovedMeanwhile, Excluded, SealError)
LONGEST_LIST = 500
EVERYTHING_OPEN = Filter()


class Casework:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def opened(self, reference: str, reader: int | None, private: bytes) -> OpenedCase:
        """A record with all that followed, for a reader's private key or the recovery key."""

        def view(at: Connection) -> OpenedCase:
            state, sealed_key = records.held(at, reference, reader)
            if reader is not None:
                records.unsealed(self._sealer, state, sealed_key, private)
                sightings.by_opening(at, self._sealer, reference, reader, self._now())
                state, _ = records.held(at, reference, reader)
            case = whole.opened(at, self._sealer, state, sealed_key, reader, private)
            self._note(at, reader, "viewed", reference)
            return case

        return await self._do(reader, "view", reference, view)

    async def evidence(
        self, reference: str, number: int, reader: int | None, private: bytes
    ) -> Evidence:
        """One file of a record."""

        def view(at: Connection) -> Evidence:
            state, _ = records.held(at, reference, reader)
            marks.check(self._sealer, state)
            parts.check_line(at, state)
            found = parts.opened(at, state, reader, private, sort=EVIDENCE, number=number)
            for part in found:
                self._note(at, reader, f"viewed file {number}", reference)
                return drafts.unpack(part.plain)
            raise parts.not_yours(reference)

        return await self._do(reader, "view a file", reference, view)

    async def add_entry(self, reference: str, reader: int, private: bytes, entry: Entry) -> int:
        """Add what a reader did or says; the entry's number. A move goes through `move`."""
        if entry.kind == "move":
            raise ValueError("a move needs the number of moves that were seen")

        def add(at: Connection) -> int:
            state = self._theirs(at, reference, reader, private)
            return entries.add(at, self._sealer, state, entry, reader, self._now())

        return await self._do(reader, f"add {entry.kind}", reference, add)

    async def move(
        self, reference: str, reader: int, private: bytes, entry: Entry, moves: int
    ) -> int:
        """Move a record to `entry.status`; MovedMeanwhile when another reader was quicker, and
        MoveRefused when this isn't theirs to do.

        `moves` is what `opened` gave. A decision goes to the reporter, too.
        """
        if not entry.status:
            raise ValueError("a move leads to a status")

        def moved(at: Connection) -> int:
            state, now = self._theirs(at, reference, reader, private), self._now()
            number = entries.move(at, self._sealer, state, entry, reader, moves, now)
            if entry.kind == "decision":
                reporting.decided(at, self._sealer, state, entry, number, now)
            return number

        return await self._do(reader, f"move to {entry.status}", reference, moved)

    async def inbox(self, reader: int, wanted: Filter = EVERYTHING_OPEN) -> list[Line]:
        """A page of the records that a reader holds a key to, what needs them first."""
        return await self._database.read(lambda at: lists.page(at, reader, wanted, self._now()))

    async def counts(self, reader: int) -> dict[Section, int]:
        return await self._database.read(lambda at: lists.counts(at, reader, self._now()))

    async def reports_of(self, conversation: str) -> list[ReportState]:
        """How the reports stand that came from a conversation, the newest first."""
        return await self._database.read(
            lambda at: reporting.reports_of(at, self._sealer, conversation)
        )

    async def tell_reporter(
        self, reference: str, reader: int, private: bytes, text: str, moves: int | None = None
    ) -> int:
        """Send a reader's words to the conversation that a record came from; the entry's number.

        With `moves`, as `opened` gave it, the record is put to wait for the answer.
        """

        def tell(at: Connection) -> int:
            state = self._theirs(at, reference, reader, private)
            return reporting.tell(at, self._sealer, state, text, reader, moves, self._now())

        return await self._do(reader, "tell the reporter", reference, tell)

    async def add_from_reporter(
        self,
        reference: str,
        conversation: str,
        text: str,
        *,
        once: str,
        files: Sequence[Evidence] = (),
    ) -> int | None:
        """Keep what a reporter adds to their own report; nothing if `once` was used before."""

        def add(at: Connection) -> int | None:
            try:
                state = marks.locked(at, self._sealer, reference)
            except UnknownRecord:
                raise parts.not_yours(reference) from None
            return reporting.add(
                at, self._sealer, state, conversation, once, text, files, self._now()
            )

        return await self._database.write(add)

    async def hold(self, reference: str, reader: int, *, held: bool, reason: str) -> None:
        """Keep a record beyond its time for the law's sake, or let it go again."""

        def keep(at: Connection) -> None:
            records.held(at, reference, reader)
            retention.hold(at, marks.locked(at, self._sealer, reference), held)
            action = "put under legal hold" if held else "released from legal hold"
            act = Act(audit.reader(reader), action, reference, reason)
            audit.write(at, self._sealer, self._now(), act)

        await self._do(reader, "hold", reference, keep)

    async def forget_records(self, school: str, before: Mapping[str, datetime]) -> list[str]:
        """Erase closed records by kind, each closed before its time; their references."""
        gone: list[str] = []
        for kind, moment in before.items():
            while found := await self._database.write(
                partial(
                    retention.forget,
                    sealer=self._sealer,
                    school=school,
                    kind=kind,
                    before=moment,
                    now=self._now(),
                )
            ):
                gone += found
        return gone

    async def exported(self, reference: str, reader: int | None, reason: str) -> None:
        """To be written before an export is given out."""
        act = Act(audit.reader(reader), "exported", reference, reason)
        await self._database.write(lambda at: audit.write(at, self._sealer, self._now(), act))

    async def verify_audit(self) -> Audited:
        return await self._database.read(lambda at: audit.verify(at, self._sealer))

    async def history(self, reference: str, limit: int = LONGEST_LIST) -> list[AuditRow]:
        """Who did what with a record, the newest first."""
        return await self._database.read(
            lambda at: audit.listed(at, self._sealer, reference, limit)
        )

    def _theirs(
        self, at: Connection, reference: str, reader: int, private: bytes
    ) -> dict[str, Any]:
        """A record's row, locked, for a reader who has shown that they can open it."""
        held, sealed_key = records.held(at, reference, reader)
        records.unsealed(self._sealer, held, sealed_key, private)
        return marks.locked(at, self._sealer, reference)

    def _note(self, at: Connection, reader: int | None, action: str, about: str) -> None:
        audit.write(at, self._sealer, self._now(), Act(audit.reader(reader), action, about))

    async def _do(
        self, reader: int | None, action: str, about: str, work: Callable[[Connection], Answer]
    ) -> Answer:
        try:
            return await self._database.write(work)
        except REFUSALS as refusal:
            await self._refused(reader, action, about, refusal)
            raise

    async def _refused(
        self, reader: int | None, action: str, about: str, refusal: BotError
    ) -> None:
        act = Act(audit.reader(reader), f"refused to {action}", about, type(refusal).__name__)
        await self._database.write(lambda at: audit.write(at, self._sealer, self._now(), act))
