"""A turn: one accepted message in, and everything that follows from it in one transaction.

The message is already safe in the inbox when a turn begins. The turn works the reply out with
nothing but the message and the conversation's memory, and then commits memory, replies, whatever
record was handed over, and "done" together. So a process may die anywhere: either all of it has
happened, or none, and the message is taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from bot.cases.alerts import URGENT
from bot.cases.records import NewRecord
from bot.cases.routing import Handover, SchoolRoutes, hand_over
from bot.errors import LeaseLost, StoreError
from bot.messages import Arrival, Reply, Said
from bot.store import Claim, Store

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""After this many failures the person is told, and the message waits for an administrator."""

DEATHS = 12
"""A message that was taken up this often, and never came to an end, seems to kill the process."""

SHARE = 0.8
"""How much of its lease a turn may take: after that another worker would do the same turn."""

LONGEST_IDLE = 1.0
"""Seconds between looks into the inbox when nobody calls: for what other processes accepted."""


class Speaker(Protocol):
    """Whatever can answer a message: the dialogue, or a test's own."""

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]: ...


class Turns:
    """Takes messages from the inbox, several conversations side by side, each in order."""

    def __init__(
        self,
        store: Store,
        speaker: Speaker,
        apology: Callable[[str], Sequence[Reply]],
        *,
        now: Callable[[], datetime],
        owner: str,
        lease: timedelta,
        workers: int,
        committed: Callable[[Claim, Said], None] = lambda claim, said: None,
        routes: Callable[[str], SchoolRoutes] = lambda school: SchoolRoutes(school, {}),
        ahead: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`ahead` reads the messages of turns that begin together at once, which is quicker."""
        self._store = store
        self._speaker = speaker
        self._apology = apology
        self._now = now
        self._owner = owner
        self._lease = lease
        self._workers = workers
        self._committed = committed
        self._routes = routes
        self._ahead = ahead
        self._arrived = asyncio.Condition()
        self._stopping = False

    async def accept(self, arrival: Arrival) -> int | None:
        """Keep a message; returns its number once it is safe, or None when it came before."""
        number = await self._store.accept(arrival)
        if number is not None:
            await self.nudge()
        return number

    async def nudge(self) -> None:
        """A message has come that the store was given directly."""
        async with self._arrived:
            self._arrived.notify()

    async def run(self) -> None:
        """Work until `stop` is called; turns that have begun are finished."""
        await asyncio.gather(*(self._work() for _ in range(self._workers)))

    async def stop(self) -> None:
        self._stopping = True
        async with self._arrived:
            self._arrived.notify_all()

    async def _work(self) -> None:
        while not self._stopping:
            try:
                busy = await self.take_one()
            except StoreError as error:
                # What was claimed comes round again when its lease ends.
                log.error("the inbox can't be worked on: %s", type(error).__name__)
                busy = False
            if not busy and not self._stopping:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._call(), LONGEST_IDLE)

    async def _call(self) -> None:
        async with self._arrived:
            await self._arrived.wait()

    async def take_one(self) -> bool:
        """Do the turn of the oldest message that can be taken; False when there is none."""
        claim = await self._store.claim(self._owner, self._lease)
        if claim is None:
            return False
        try:
            await self._answer(claim)
        except LeaseLost:
            log.warning("message %d: another process had taken it over", claim.inbox_id)
        return True

    async def _answer(self, claim: Claim) -> None:
        if claim.attempts > DEATHS:
            await self._failed(claim, "NeverEnded")
            return
        patience = self._lease.total_seconds() * SHARE
        try:
            if self._ahead is not None:
                await self._ahead(claim.arrival.text)
            said, memory = await asyncio.wait_for(
                self._speaker.respond(claim.arrival, claim.memory), patience
            )
            record = None if said.record is None else await self._handover(said.record)
            priority = URGENT if said.outcome == "urgent" else 0
            await self._store.finish(
                claim,
                memory,
                said.replies,
                said.gap,
                priority=priority,
                record=record,
                draft=said.draft,
                evidence=said.evidence,
                wiped=said.wiped,
            )
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001  # whatever went wrong, the message must go on
            await self._failed(claim, type(error).__name__)
        else:
            self._committed(claim, said)

    async def _handover(self, record: NewRecord) -> Handover:
        """Settle who receives a record. Should one of them leave meanwhile, the turn fails."""
        readers = await self._store.readers(record.school)
        return hand_over(record, readers, self._routes(record.school))

    async def _failed(self, claim: Claim, failure: str) -> None:
        log.error("message %d: attempt %d failed: %s", claim.inbox_id, claim.attempts, failure)
        if claim.attempts < ATTEMPTS:
            wait = timedelta(seconds=2 ** (claim.attempts - 1))
            await self._store.put_back(claim, self._now() + wait, failure)
        else:
            await self._store.give_up(claim, failure, self._apology(claim.arrival.school))
