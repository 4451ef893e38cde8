"""The minder: sees to it that no record lies unseen, or unfinished, for longer than it may.

Each minute it asks the store what is due, lets the rules of `bot.cases.reminders` say what follows,
and has that written with its alerts and the next time in one transaction. Several processes may
mind at once. When one record can't be minded, the others still are, and it is tried again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.cases.alerts import again
from bot.cases.calendar import Calendar
from bot.cases.reminders import Watched, due, plan
from bot.cases.seeing import Seen
from bot.errors import BotError
from bot.store import Store
from bot.store.watching import Decided

log = logging.getLogger(__name__)

LOOK = 60.0
"""Seconds between two looks at what is due."""


class Schools(Protocol):
    """What the minder has to know of a school."""

    def calendar(self, school: str, now: datetime) -> Calendar: ...

    def respond_days(self, school: str) -> int: ...

    def short_name(self, school: str) -> str: ...


class Minder:
    def __init__(
        self,
        store: Store,
        schools: Schools,
        *,
        now: Callable[[], datetime],
        told: Callable[[], None] = lambda: None,
        mail: bool = False,
    ) -> None:
        """With `mail`, an administrator is told of what reaches nobody."""
        self._store = store
        self._schools = schools
        self._now = now
        self._told = told
        self._mail = mail
        self._awake = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Mind until `stop` is called."""
        while not self._stopping:
            try:
                if await self.round():
                    self._told()
            except BotError as error:
                log.error("records aren't minded: %s", type(error).__name__)
            await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), LOOK)
        except asyncio.TimeoutError:
            return

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    async def round(self) -> int:
        """Take every step that is due now; how many alerts to people that makes."""
        while await self._store.minding.wake_dead_ends(mail=self._mail):
            pass
        told, last = 0, 0
        while found := await self._store.minding.due(after=last):
            for number, reference in found:
                told += await self._mind(number, reference)
                last = number
        return told

    async def seen(self, token: str) -> Seen:
        """A person says that they have seen a record, with what stood in their alert."""
        return await self._store.minding.seen(token)

    async def _mind(self, number: int, reference: str) -> int:
        try:
            return await self._store.minding.step(number, self._decide)
        except Exception as error:  # noqa: BLE001  # one broken record must not stop the others
            log.error("record %s can't be minded: %s", reference, type(error).__name__)
            return 0

    def _decide(self, watched: Watched) -> Decided:
        now, school = self._now(), watched.school
        calendar, days = self._schools.calendar(school, now), self._schools.respond_days(school)
        name = self._schools.short_name(school)
        step = plan(watched, days, calendar, now)
        if step.nobody:
            log.error("record %s: everybody in line was told, nobody looked", watched.reference)
        late = due(watched, days, calendar)
        return Decided(step, lambda word: again(watched, word, name), late, self._mail)
