"""The front door to retention: what has been kept long enough, and a day's round through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.engine import Connection

from bot.cases.calendar import LONDON
from bot.cases.retention import Kept, Tombstone
from bot.store import retention
from bot.store.engine import Database
from bot.store.retention import Before
from bot.store.sealing import Sealer


@dataclass(frozen=True)
class Round:
    """What one round did: of how many records the readers were told, and what was erased."""

    announced: int
    erased: tuple[str, ...]


class Keeping:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def over(self, school: str, before: Before) -> list[Kept]:
        """All whose time is over; nothing is done to them."""
        return await self._database.read(
            lambda at: retention.over(at, school, before, self._today())
        )

    async def erased(self, school: str) -> list[Tombstone]:
        """What there was, and when it was erased."""
        return await self._database.read(lambda at: retention.erased(at, school))

    async def round(self, school: str, school_name: str, before: Before) -> Round:
        """Erase what was announced for today, and announce what is over since; some at a time, so
        that nobody's report waits for it.
        """
        now, today = self._now(), self._today()

        def spare(at: Connection) -> int:
            return retention.spare(at, school, before, today)

        def forget(at: Connection) -> list[str]:
            return retention.forget(at, self._sealer, school, before, now, today)

        def announce(at: Connection) -> int:
            return retention.announce(at, self._sealer, school, school_name, before, now, today)

        await self._database.write(spare)
        erased: list[str] = []
        while found := await self._database.write(forget):
            erased += found
        announced = 0
        while count := await self._database.write(announce):
            announced += count
        return Round(announced, tuple(erased))

    def _today(self) -> date:
        return self._now().astimezone(LONDON).date()
