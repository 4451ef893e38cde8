"""The front door to what is looked at across records: who did what, figures, questions, editions.

Whatever tells of records is asked for by a reader, and begins at that reader's keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.cases.people import Reader
from bot.store import acts, audit, courses, editions, gaps
from bot.store import readers as people
from bot.store.acts import WantedActs
from bot.store.audit import Act, Audited, AuditRow
from bot.store.courses import Course, Stretch
from bot.store.editions import Edition
from bot.store.engine import Database
from bot.store.readers import Absence
from bot.store.sealing import Sealer

MOST_EDITIONS = 20


class Views:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def acts(self, viewer: Reader, wanted: WantedActs) -> list[AuditRow]:
        """What was done that this reader may know of, the newest first."""
        return await self._database.read(lambda at: acts.visible(at, self._sealer, viewer, wanted))

    async def absences(self, school: str) -> dict[int, Absence]:
        """From when until when the school's readers are away, now or later."""
        return await self._database.read(lambda at: people.absences(at, school, self._now()))

    async def note_invitation(self, reader: Reader, action: str) -> None:
        """Write down that an administrator made an invitation, or withdrew one."""
        act = Act(audit.reader(reader.id), action, audit.of_school(reader.school))
        await self._database.write(lambda at: audit.write(at, self._sealer, self._now(), act))

    async def verify(self) -> Audited:
        """Look through the whole chain, whoever asks; it says nothing of what stands in it."""
        return await self._database.read(lambda at: audit.verify(at, self._sealer))

    async def kinds(
        self, reader: Reader, stretches: Sequence[Stretch]
    ) -> Sequence[Mapping[str, int]]:
        return await self._database.read(lambda at: courses.kinds(at, reader, stretches))

    async def times(self, reader: Reader, since: datetime, limit: int) -> list[Course]:
        return await self._database.read(lambda at: courses.times(at, reader, since, limit))

    async def references(self, reader: Reader, since: datetime, limit: int) -> list[str]:
        return await self._database.read(lambda at: courses.references(at, reader, since, limit))

    async def settle_gaps(self, reader: Reader, numbers: Collection[int], *, dealt: bool) -> int:
        """Mark questions of the reader's school as dealt with, or as waiting again."""

        def settle(at: Connection) -> int:
            now = self._now()
            changed = gaps.settle(at, reader.school, numbers, now if dealt else None)
            if changed:
                word = "dealt with questions" if dealt else "put questions back"
                act = Act(audit.reader(reader.id), word, audit.of_school(reader.school))
                audit.write(at, self._sealer, now, act)
            return changed

        return await self._database.write(settle)

    async def note_edition(self, school: str, name: str, body: bytes) -> None:
        await self._database.write(lambda at: editions.note(at, school, name, body, self._now()))

    async def noted_editions(self) -> set[tuple[str, str]]:
        return await self._database.read(editions.noted)

    async def editions(self, school: str) -> list[Edition]:
        return await self._database.read(lambda at: editions.of(at, school, MOST_EDITIONS))
