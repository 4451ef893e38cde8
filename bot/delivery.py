"""The courier: takes what the outbox holds for one channel and brings it to the people.

It sends at least once. A row is leased, sent, and only then marked as sent, so a crash in between
sends it again under the same reference. What can't be sent waits longer each time, and after
MOST_ATTEMPTS it is set aside as dead, where an administrator sees it; no row is ever dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from bot.errors import SendFailed, StoreError, Unreachable
from bot.messages import Reply
from bot.store import Outgoing, Store

log = logging.getLogger(__name__)

# With waits that double up to LONGEST_WAIT this tries for about nine hours.
MOST_ATTEMPTS = 150
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)


class Sender(Protocol):
    """A channel's way out. It raises SendFailed to be asked again, Unreachable to give up."""

    async def send(self, conversation: str, reply: Reply, reference: str) -> None: ...


@dataclass(frozen=True)
class Pace:
    """A send must end well within its lease, or another courier would send the same."""

    lease: timedelta = timedelta(seconds=60)
    patience: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=1)
    batch: int = 8


class Courier:
    def __init__(
        self,
        store: Store,
        channel: str,
        sender: Sender,
        *,
        owner: str,
        now: Callable[[], datetime],
        random: Random,
        pace: Pace = Pace(),
    ) -> None:
        self._store = store
        self._channel = channel
        self._sender = sender
        self._owner = owner
        self._now = now
        self._random = random
        self._pace = pace
        self._awake = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """There may be something to send; don't wait for the next look."""
        self._awake.set()

    def stop(self) -> None:
        """Finish what is being sent and let `run` return."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                busy = await self.round() > 0
            except StoreError as error:
                # Whatever was leased comes round again when its lease ends.
                log.error("outbox of %s not emptied: %s", self._channel, type(error).__name__)
                busy = False
            if not busy and not self._stopping:
                await self._rest()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), self._pace.poll.total_seconds())
        except asyncio.TimeoutError:
            return

    async def round(self) -> int:
        """Send what is due now, one reply of each conversation; how many were tried."""
        due = await self._store.claim_outgoing(
            self._owner, self._pace.lease, self._channel, self._pace.batch
        )
        ended = await asyncio.gather(*map(self._bring, due), return_exceptions=True)
        for trouble in ended:
            if trouble is not None:
                raise trouble
        return len(due)

    async def _bring(self, outgoing: Outgoing) -> None:
        try:
            await asyncio.wait_for(
                self._sender.send(outgoing.conversation, outgoing.reply, outgoing.reference),
                self._pace.patience.total_seconds(),
            )
        except Unreachable as error:
            await self._bury(outgoing, error)
        except SendFailed as error:
            await self._try_later(outgoing, error, error.uncertain, error.retry_after)
        except Exception as error:  # noqa: BLE001  # one broken reply must not hold up the others
            await self._try_later(outgoing, error, uncertain=True)
        else:
            await self._store.sent(outgoing)

    async def _try_later(
        self,
        outgoing: Outgoing,
        error: Exception,
        uncertain: bool,
        retry_after: timedelta | None = None,
    ) -> None:
        if outgoing.attempts >= MOST_ATTEMPTS:
            await self._bury(outgoing, error)
            return
        failure = type(error).__name__
        log.warning("reply %s not sent: %s", outgoing.reference, failure)
        wait = max(self._wait(outgoing.attempts), retry_after or timedelta())
        await self._store.again(outgoing, self._now() + wait, failure, uncertain)

    async def _bury(self, outgoing: Outgoing, error: Exception) -> None:
        failure = type(error).__name__
        log.error("reply %s given up: %s", outgoing.reference, failure)
        await self._store.dead(outgoing, failure)

    def _wait(self, attempts: int) -> timedelta:
        """Doubling, and never quite the same, so that many rows don't come back at once."""
        doublings = min(attempts - 1, 20)
        longest: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
        return longest * self._random.uniform(0.5, 1)
