"""The dead man's switch: an outside watcher is called each minute while all is well.

A bot that is off can't say so, and neither can one whose network is gone. So the watcher waits for
the calls, and tells whoever looks after the bot when they stop. Nothing is ever sent when something
is wrong, and nothing but the call itself: no name, no figure, no reason.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import httpx

from bot.errors import BotError
from bot.health import Health

log = logging.getLogger(__name__)

EACH = timedelta(minutes=1)
PATIENCE = 10.0
"""Seconds that the watcher may take to answer."""


class Pings:
    def __init__(self, address: str, health: Health, each: timedelta = EACH) -> None:
        self._address = address
        self._health = health
        self._each = each

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            while True:
                await self.round(client)
                await asyncio.sleep(self._each.total_seconds())

    async def round(self, client: httpx.AsyncClient) -> bool:
        """Call the watcher if all is well; whether it was reached."""
        # The address is never logged: whoever has it can say that all is well.
        try:
            look = await self._health.look()
            wrong = [part.name for part in look.parts if not part.fine]
            if wrong:
                log.error("the watcher isn't called, because of %s", ", ".join(wrong))
                return False
            answer = await client.get(self._address)
        except (BotError, httpx.HTTPError) as error:
            log.warning("the watcher can't be reached: %s", type(error).__name__)
            return False
        if not answer.is_success:
            log.warning("the watcher answered with %d", answer.status_code)
        return answer.is_success
