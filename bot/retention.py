"""Sees to it, once a day, that nothing is kept for longer than a school says, and nothing shorter.

A pack that can't be read erases nothing: then its school's records stay until it can be read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.cases.retention import Kept, Tombstone, over_before
from bot.store import Store
from bot.store.keeping import Round

log = logging.getLogger(__name__)

DAY = 24 * 3600.0


class Schools(Protocol):
    """What has to be known of the schools."""

    def schools(self) -> Sequence[str]: ...

    def kept_years(self, school: str) -> dict[str, int]:
        """As its pack says; a BotError when that can't be read."""

    def short_name(self, school: str) -> str: ...


class Retention:
    def __init__(
        self,
        store: Store,
        schools: Schools,
        now: Callable[[], datetime],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._schools = schools
        self._now = now
        self._told = told

    async def run(self) -> None:
        while True:
            for school in self._schools.schools():
                try:
                    done = await self.round(school)
                except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                    log.error(
                        "retention at %s can't be looked at: %s", school, type(error).__name__
                    )
                    continue
                if done.announced:
                    self._told()
            await asyncio.sleep(DAY)

    async def round(self, school: str) -> Round:
        """Take today's step at one school."""
        before = over_before(self._schools.kept_years(school), self._now())
        done = await self._store.keeping.round(school, self._schools.short_name(school), before)
        if done.announced or done.erased:
            log.info(
                "retention at %s: %d announced, %d erased", school, done.announced, len(done.erased)
            )
        return done

    async def over(self, school: str) -> list[Kept]:
        """What has been kept long enough, without doing anything."""
        before = over_before(self._schools.kept_years(school), self._now())
        return await self._store.keeping.over(school, before)

    async def erased(self, school: str) -> list[Tombstone]:
        """What was erased before now, for whoever asks for it later."""
        self._schools.kept_years(school)  # or an error that names the schools there are
        return await self._store.keeping.erased(school)
