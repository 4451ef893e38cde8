"""Whatever happens in whatever order, the queue keeps its rules.

Hypothesis plays people, workers, couriers and the clock against a small model: per conversation
the list of what was said and how many turns were finished.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from bot.errors import LeaseLost
from bot.messages import Reply
from bot.store import Claim, Outgoing, Store
from tests.conftest import Clock
from tests.store.people import LEASE, SORRY, says

PEOPLE = st.sampled_from(["ann", "ben", "cas"])
STEP = timedelta(seconds=10)
Answer = TypeVar("Answer")


class Queue(RuleBasedStateMachine):
    claims: Bundle[Claim] = Bundle("claims")
    parcels: Bundle[Outgoing] = Bundle("parcels")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.said: dict[str, list[str]] = {}
        self.ended: dict[str, int] = {}
        self.replies: dict[str, list[str]] = {}
        self.delivered: dict[str, list[str]] = {}
        place = Path(self.folder.name)
        opening = Store.open(
            f"sqlite:///{place / 's.db'}", place / "key", now=self.clock, new_id=lambda: "id"
        )
        self.store = self.loop.run_until_complete(opening)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.loop.run_until_complete(self.store.close())
            self.loop.close()
            self.folder.cleanup()

    @rule(who=PEOPLE, again=st.booleans())
    def speak(self, who: str, again: bool) -> None:
        said = self.said.setdefault(f"web:{who}", [])
        update = f"{who}-{len(said)}"
        if again and said:
            assert self.run(self.store.accept(says("other words", who, said[-1]))) is None
            return
        assert self.run(self.store.accept(says(update, who, update))) is not None
        said.append(update)

    @rule(target=claims)
    def claim(self) -> Claim | MultipleResults[Claim]:
        claim = self.run(self.store.claim("worker", LEASE))
        if claim is None:
            return multiple()
        whose = claim.arrival.conversation
        assert claim.arrival.text == self.said[whose][self.ended.get(whose, 0)]
        return claim

    @rule(claim=claims, how=st.sampled_from(["finish", "put_back", "give_up"]))
    def end(self, claim: Claim, how: str) -> None:
        try:
            if how == "put_back":
                self.run(self.store.put_back(claim, self.clock() + STEP, "TurnFailed"))
                return
            if how == "finish":
                text = f"to {claim.arrival.text}"
                self.run(self.store.finish(claim, b"", [Reply(text), Reply(f"more {text}")]))
                replies = [text, f"more {text}"]
            else:
                self.run(self.store.give_up(claim, "TurnFailed", [SORRY]))
                replies = [SORRY.text]
        except LeaseLost:
            return
        whose = claim.arrival.conversation
        assert claim.arrival.text == self.said[whose][self.ended.get(whose, 0)]
        self.ended[whose] = self.ended.get(whose, 0) + 1
        self.replies.setdefault(whose, []).extend(replies)

    @rule(target=parcels)
    def collect(self) -> MultipleResults[Outgoing]:
        return multiple(*self.run(self.store.claim_outgoing("courier", LEASE, "web", 8)))

    @rule(parcel=consumes(parcels), arrives=st.booleans())
    def deliver(self, parcel: Outgoing, arrives: bool) -> None:
        whose = parcel.conversation
        if not arrives:
            self.run(self.store.again(parcel, self.clock() + STEP, "SendFailed", False))
            return
        before = self.delivered.setdefault(whose, [])
        if parcel.reference not in before:
            assert parcel.reply.text == self.replies[whose][len(before)]
            before.append(parcel.reference)
        self.run(self.store.sent(parcel))

    @rule()
    def wait(self) -> None:
        self.clock.advance(STEP)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "store"):
            return
        counts = self.run(self.store.counts())
        assert counts.waiting == self.total(self.said) - sum(self.ended.values())
        assert counts.outgoing == self.total(self.replies) - self.total(self.delivered)

    def total(self, lists: dict[str, list[str]]) -> int:
        return sum(map(len, lists.values()))

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.loop.run_until_complete(work)


TestQueue = pytest.mark.timeout(120)(Queue.TestCase)
TestQueue.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
