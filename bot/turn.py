"""A turn: one accepted message in, and everything that follows from it in one transaction.

The message is already safe in the inbox when a turn begins. The turn works the reply out with
nothing but the message and the conversation's memory, and then commits memory, replies, whatever
record was handed over, and "done" together. So a process may die anywhere: either all of it has
happened, or none, and the message is taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from bot.cases.alerts import URGENT
from bot.cases.records import NewRecord
from bot.cases.routing import Handover, SchoolRoutes, hand_over
from bot.errors import LeaseLost, StoreError
from bot.messages import Arrival, Reply, Said
from bot.store import COUNTED, Claim, Store

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""After this many failures the person is told, and the message waits for an administrator."""

DEATHS = 12
"""A message that was taken up this often, and never came to an end, seems to kill the process."""

SHARE = 0.8
"""How much of its lease a turn may take: after that another worker would do the same turn."""

LONGEST_IDLE = 1.0
"""Seconds between looks into the inbox when nobody calls: for what other processes accepted."""

OTHERS = 4
"""Every so many turns go to a school that had none lately, if one of those waits."""

LATELY = 64
"""Turns that are looked back on for that."""

TOLD = 1_000
"""People who send very many messages, of whom it is remembered that they were told."""

TOO_MANY = (
    "You've sent me a great many messages at once. I look at each of them for signs of danger, but "
    "I'll only answer the last ones. Please ask again whatever I leave out, one question at a time."
)


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
        can_wait: Callable[[Arrival, bytes | None], bool] = lambda arrival, memory: False,
    ) -> None:
        """`ahead` reads the messages of turns that begin together at once, which is quicker.

        `can_wait` tells whether a message of somebody who sends very many may go unanswered.
        """
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
        self._can_wait = can_wait
        self._told: OrderedDict[str, None] = OrderedDict()
        self._arrived = asyncio.Condition()
        self._stopping = False
        self._lately: deque[str] = deque(maxlen=LATELY)
        self._looks = count(1)

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
        after = frozenset(self._lately) if next(self._looks) % OTHERS == 0 else ()
        claim = await self._store.claim(self._owner, self._lease, after)
        if claim is None:
            return False
        self._lately.append(claim.arrival.school)
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
            outcome = self._one_of_many(claim)
            if outcome is None:
                outcome = await asyncio.wait_for(
                    self._speaker.respond(claim.arrival, claim.memory), patience
                )
            said, memory = outcome
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

    def _one_of_many(self, claim: Claim) -> tuple[Said, bytes] | None:
        """Nothing, or what is said where very many of a person's messages wait.

        They are told so once, by each process, and the last of the messages are answered. Danger
        is looked for in every one of them, and what belongs to an open form is always taken.
        """
        who = claim.arrival.conversation
        if claim.behind < COUNTED:
            self._told.pop(who, None)
            return None
        if not self._can_wait(claim.arrival, claim.memory):
            return None
        replies = () if who in self._told else (Reply(TOO_MANY),)
        self._told[who] = None
        if len(self._told) > TOLD:
            self._told.popitem(last=False)
        return Said(replies, "chat"), claim.memory or b""

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
