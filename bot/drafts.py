"""Minds the forms that people began and left: one gentle reminder, and then they are wiped.

Both are said when a form begins. The reminder says nothing of what the form is about, since it may
show on a locked screen that others can see.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.messages import Button, Reply
from bot.store import Store

log = logging.getLogger(__name__)

REMINDER = (
    "You have something unfinished here. Write “carry on” to go on with it, or “cancel” to wipe "
    "it. If I don't hear from you for another {hours} hours, I wipe it myself."
)
BUTTONS = (Button("Carry on", "/take-up"), Button("Stop", "/cancel"))

LOOK = 900.0
"""Seconds between looks."""


class DraftMinder:
    def __init__(self, store: Store, kept: timedelta, now: Callable[[], datetime]) -> None:
        self._store = store
        self._kept = kept
        self._now = now

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                log.error("unfinished forms can't be minded: %s", type(error).__name__)
            await asyncio.sleep(LOOK)

    async def look(self) -> tuple[int, int]:
        """How many were reminded now, and how many wiped."""
        now, half = self._now(), self._kept / 2
        wiped = await self._store.drafts.wipe(now - self._kept)
        hours = max(1, round(half.total_seconds() / 3600))
        reminder = Reply(REMINDER.format(hours=hours), BUTTONS)
        reminded = await self._store.drafts.remind(now - half, reminder)
        if reminded or wiped:
            log.info("unfinished forms: %d reminded, %d wiped", reminded, len(wiped))
        return reminded, len(wiped)
