"""Mornings: tells each reader once on a working day how much waits for them, and nothing of it.

A reader who has seen an alert, and put it off, hears of it again without anybody's having to look
after that. Counted is what they hold a key to, so nobody learns of a record that they are kept
from. Days off, the school's holidays and absences are left in peace.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.cases.alerts import morning
from bot.cases.calendar import BEGINS, LONDON, Calendar
from bot.cases.people import Reader
from bot.messages import Button, Reply
from bot.store import Store

log = logging.getLogger(__name__)

LOOK = 60.0
"""Seconds between two looks."""

LASTS = timedelta(hours=2)
"""After work begins; if nothing ran here in that time, the next day's is soon enough."""

OPEN = "Open the desk"


class Schools(Protocol):
    def calendar(self, school: str, now: datetime) -> Calendar: ...

    def short_name(self, school: str) -> str: ...


class Mornings:
    """`desk` is the address of the desk, if it has one for people elsewhere."""

    def __init__(
        self,
        store: Store,
        times: Schools,
        schools: Callable[[], Iterable[str]],
        desk: str | None,
        *,
        now: Callable[[], datetime],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._times = times
        self._schools = schools
        self._buttons = () if desk is None else (Button(OPEN, desk),)
        self._now = now
        self._told = told
        self._settled: set[tuple[int, date]] = set()

    async def run(self) -> None:
        while True:
            try:
                if await self.look():
                    self._told()
            except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                log.error("readers can't be told what waits: %s", type(error).__name__)
            await asyncio.sleep(LOOK)

    async def look(self) -> int:
        """Tell whoever wasn't told today; how many that were."""
        here = self._now().astimezone(LONDON)
        today = here.date()
        if not timedelta() <= here - datetime.combine(today, BEGINS, LONDON) < LASTS:
            return 0
        self._settled = {one for one in self._settled if one[1] == today}
        told = 0
        for school in self._schools():
            calendar = self._times.calendar(school, here)
            for reader in await self._store.readers(school):
                if calendar.only(reader.week).works(today) and not reader.away:
                    told += await self._tell(reader, today)
        return told

    async def _tell(self, reader: Reader, today: date) -> bool:
        if (reader.id, today) in self._settled:
            return False
        counts = await self._store.casework.counts(reader.id)
        text = morning(counts, self._times.short_name(reader.school))
        told = False
        if text is not None:
            key = f"morning-{reader.id}-{today}"
            told = await self._store.minding.tell_once(reader, key, Reply(text, self._buttons))
        self._settled.add((reader.id, today))
        return told
