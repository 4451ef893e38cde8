"""The courier: takes what the outbox holds for one channel and brings it to the people.

It sends at least once. A row is leased, sent, and only then marked as sent, so a crash in between
sends it again under the same reference. What can't be sent waits longer each time, and after
MOST_ATTEMPTS it is set aside as dead, where an administrator sees it; no row is ever dropped.

While a channel's own service is down no row is to blame. Then one row is tried now and again, none
loses its place, and none is given up, however long it takes. So when the service comes back, what
waits goes out in its order, the urgent first.

Several sends are under way at once, and each makes room for the next as it ends: one chat that is
slow, or has to wait for its turn, holds nobody up but itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from bot.errors import ChannelDown, SendFailed, StoreError, Unreachable
from bot.messages import Reply
from bot.store import Outgoing, Store

log = logging.getLogger(__name__)

# With waits that double up to LONGEST_WAIT this tries for about nine hours.
MOST_ATTEMPTS = 150
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=1)
"""Between two tries while a channel's own service is down."""


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
        settled: Callable[[str], None] | None = None,
        on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        """`settled` hears of each reply that was tried, once what became of it is written down.

        Then the next waits for that, so it is written at once. `on_duty` is whether this is the
        process that sends, where limits hold for all together.
        """
        self._store = store
        self._channel = channel
        self._sender = sender
        self._owner = owner
        self._now = now
        self._random = random
        self._pace = pace
        self._settled = settled
        self._on_duty = on_duty
        self._awake = asyncio.Event()
        self._stopping = False
        self._outages = 0
        self._paused_until: datetime | None = None

    def nudge(self) -> None:
        """There may be something to send; don't wait for the next look."""
        self._awake.set()

    def stop(self) -> None:
        """Finish what is being sent and let `run` return."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        while not self._stopping:
            self._awake.clear()
            taken = []
            try:
                if len(under_way) < self._pace.batch:
                    taken = await self._claim(self._pace.batch - len(under_way))
            except StoreError as error:
                self._not_emptied(error)
            under_way |= {asyncio.create_task(self._bring_safely(one)) for one in taken}
            if not taken and not self._stopping:
                await self._rest(under_way)
            under_way = {task for task in under_way if not task.done()}
        await asyncio.gather(*under_way)

    async def _rest(self, under_way: set[asyncio.Task[None]]) -> None:
        """Until there is something to do: a call, a send that ended, or time for another look."""
        called = asyncio.create_task(self._awake.wait())
        await asyncio.wait(
            {called, *under_way},
            timeout=self._pace.poll.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        called.cancel()

    async def round(self) -> int:
        """Send what is due now, one reply of each conversation; how many were tried."""
        due = await self._claim(self._pace.batch)
        ended = await asyncio.gather(*map(self._bring, due), return_exceptions=True)
        for trouble in ended:
            if trouble is not None:
                raise trouble
        return len(due)

    async def _claim(self, room: int) -> list[Outgoing]:
        if not self._on_duty():
            return []
        if self._paused_until is not None:
            if self._now() < self._paused_until:
                return []
            room = 1
        return await self._store.claim_outgoing(self._owner, self._pace.lease, self._channel, room)

    async def _bring_safely(self, outgoing: Outgoing) -> None:
        try:
            await self._bring(outgoing)
        except StoreError as error:
            self._not_emptied(error)

    def _not_emptied(self, error: StoreError) -> None:
        # Whatever was leased comes round again when its lease ends.
        log.error("outbox of %s not emptied: %s", self._channel, type(error).__name__)

    async def _bring(self, outgoing: Outgoing) -> None:
        try:
            await self._try(outgoing)
        finally:
            if self._settled is not None:
                self._settled(outgoing.reference)

    async def _try(self, outgoing: Outgoing) -> None:
        try:
            await asyncio.wait_for(
                self._sender.send(outgoing.conversation, outgoing.reply, outgoing.reference),
                self._pace.patience.total_seconds(),
            )
        except ChannelDown as error:
            self._pause()
            failure = type(error).__name__
            await self._store.again(outgoing, self._now(), failure, error.uncertain, counted=False)
            return
        except Unreachable as error:
            await self._bury(outgoing, error)
        except SendFailed as error:
            await self._try_later(outgoing, error, error.uncertain, error.retry_after)
        except Exception as error:  # noqa: BLE001  # one broken reply must not hold up the others
            await self._try_later(outgoing, error, uncertain=True)
        else:
            await self._store.sent(outgoing, at_once=self._settled is not None)
        # Whatever it said, the service answered.
        self._outages, self._paused_until = 0, None

    def _pause(self) -> None:
        """Those that were under way when the service went down count as one."""
        now = self._now()
        if self._paused_until is not None and now < self._paused_until:
            return
        self._outages += 1
        doublings = min(self._outages - 1, 20)
        pause: timedelta = min(FIRST_WAIT * 2**doublings, LONGEST_PAUSE)
        self._paused_until = now + pause * self._random.uniform(0.5, 1)
        log.warning("%s can't be reached, for the %d. time", self._channel, self._outages)

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
