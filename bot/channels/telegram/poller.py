"""Fetches updates by long polling, and keeps them before Telegram may forget them.

Telegram forgets an update as soon as a later one is asked for. So it is asked for later ones only
after the commit; a process that dies before that is sent the same again, and the store knows them.
Once nothing is left, no number is named at all: after a week of silence Telegram begins anew with
another one, which may be lower. The library's own fetching isn't used, because it keeps updates in
memory, and writes those that it can't parse into the log whole.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from telegram.error import RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram import doubt
from bot.channels.telegram.contracts import CHANNEL, Doorstep
from bot.channels.telegram.trouble import kind
from bot.errors import StoreError

log = logging.getLogger(__name__)

RENEWED = 6
"""The lease is renewed when this part of it has passed, and not with every poll of a busy hour."""

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True)
class Patience:
    """In seconds. A poll must end well within the lease."""

    poll: int = 10
    lease: timedelta = timedelta(seconds=30)
    first_wait: float = 0.5
    longest_wait: float = 30.0
    answer: float = doubt.PATIENCE


PATIENCE = Patience()


class Poller:
    def __init__(
        self,
        request: BaseRequest,
        url: str,
        doorstep: Doorstep,
        *,
        holder: str,
        random: Random,
        kept: Callable[[], None],
        fetching: bool = True,
        patience: Patience = PATIENCE,
    ) -> None:
        """Without `fetching` it only holds the lease, because updates are brought."""
        self._fetching = fetching
        self._request = request
        self._url = url
        self._doorstep = doorstep
        self._holder = holder
        self._random = random
        self._kept = kept
        self._patience = patience
        self._leading: Callable[[bool], None] = lambda leads: None
        self._offset: int | None = None
        self._failures = 0
        self._leads_since: float | None = None

    async def run(self, stopping: asyncio.Event, leading: Callable[[bool], None]) -> None:
        """Fetch until cancelled, or `stopping`; `leading` is told whether it is for us to read.

        Both, because a wait that ends in the moment of being cancelled forgets that it was.
        """
        self._leading = leading
        while not stopping.is_set():
            wait = await self.poll()
            if wait > 0:
                await pause(stopping, wait)

    async def poll(self) -> float:
        """Fetch once, if it is for us to fetch; how long to wait before the next time."""
        try:
            if not await self._lead():
                self._offset = None
                self._leading(False)
                return self._spread(self._patience.first_wait * 4)
            self._leading(True)
            if not self._fetching:
                return self._patience.lease.total_seconds() / 3
            came = await self._fetch()
            if came:
                await self._doorstep.keep(CHANNEL, [_named(update) for update in came])
                self._offset = max(_number(update) for update in came) + 1
                self._kept()
            else:
                self._offset = None
        except (TelegramError, StoreError, ValueError) as error:
            return self._failed(error)
        if self._failures:
            log.warning("updates can be fetched again")
            self._failures = 0
        return 0.0

    async def leave(self) -> None:
        await self._doorstep.leave(CHANNEL, self._holder)

    async def _lead(self) -> bool:
        now, lease = asyncio.get_running_loop().time(), self._patience.lease
        if self._leads_since is None or now - self._leads_since > lease.total_seconds() / RENEWED:
            self._leads_since = None
            if await self._doorstep.lead(CHANNEL, self._holder, lease):
                self._leads_since = now
        return self._leads_since is not None

    async def _fetch(self) -> Sequence[dict[str, Any]]:
        asked: dict[str, Any] = {
            "timeout": self._patience.poll,
            "allowed_updates": json.dumps(WANTED),
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        found = await self._request.post(
            f"{self._url}/getUpdates?{urlencode(asked)}", read_timeout=self._patience.poll + 5.0
        )
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise ValueError("what came is no list of updates")
        return found

    def _failed(self, error: Exception) -> float:
        self._failures += 1
        # Each line of a long outage would say the same.
        if self._failures in (1, 2, 3) or self._failures % 60 == 0:
            log.warning("updates not fetched, for the %d. time: %s", self._failures, kind(error))
        if isinstance(error, RetryAfter):
            after = error.retry_after
            return after.total_seconds() if isinstance(after, timedelta) else float(after)
        doublings = min(self._failures - 1, 20)
        patience = self._patience
        return self._spread(min(patience.first_wait * 2**doublings, patience.longest_wait))

    def _spread(self, wait: float) -> float:
        return wait * self._random.uniform(0.5, 1)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait, or less when everything stops."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except asyncio.TimeoutError:
        return


def _number(update: dict[str, Any]) -> int:
    number = update.get("update_id")
    if not isinstance(number, int):
        raise ValueError("an update without its number")
    return number


def _named(update: dict[str, Any]) -> tuple[str, bytes]:
    return str(_number(update)), json.dumps(update).encode()
