"""While a channel's service is down no reply loses its place, and a slow chat holds up nobody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.delivery import LONGEST_PAUSE, MOST_ATTEMPTS, Courier, Pace
from bot.errors import ChannelDown, SendFailed
from bot.messages import Reply
from bot.store import Store
from tests.conftest import Clock
from tests.store.people import answered


@dataclass
class Line:
    """A channel whose service can go down, or be slow with one chat."""

    down: bool = False
    slow: str = ""
    trouble: SendFailed | None = None
    tried: int = 0
    arrived: list[str] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        self.tried += 1
        if self.down:
            raise ChannelDown("The service doesn't answer.")
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        if conversation == self.slow:
            await self.release.wait()
        self.arrived.append(reply.text)
        self.changed.set()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The kind of database makes no difference here."""
    return f"sqlite:///{tmp_path / 'signpost.db'}"


def courier(store: Store, line: Line, clock: Clock) -> Courier:
    return Courier(store, "web", line, owner="one", now=clock, random=Random(7), pace=Pace())


async def test_after_a_day_without_service_all_goes_out_in_order_the_urgent_first(
    store: Store, clock: Clock
) -> None:
    line = Line(down=True)
    one = courier(store, line, clock)
    expected = []
    until = clock() + timedelta(hours=24)
    hour = 0
    while clock() < until:
        if hour * 3600 <= 24 * 3600 - (until - clock()).total_seconds():
            await answered(store, f"reply {hour}", who=f"person {hour % 7}")
            expected.append(f"reply {hour}")
            hour += 1
        await one.round()
        clock.advance(timedelta(seconds=20))
    await answered(store, "urgent", who="somebody", priority=10)
    assert line.arrived == []
    # A try a minute at most: whoever is ill isn't cured by being asked all the time.
    assert line.tried < 24 * 60 * 2 + 20

    line.down = False
    clock.advance(LONGEST_PAUSE)
    while await one.round():
        pass
    assert line.arrived == ["urgent", *expected]
    counts = await store.counts()
    assert (counts.outgoing, counts.dead) == (0, 0)


async def test_a_row_that_was_tried_in_an_outage_has_all_its_attempts_left(
    store: Store, clock: Clock
) -> None:
    line = Line(down=True)
    one = courier(store, line, clock)
    await answered(store, "hello")
    while line.tried <= MOST_ATTEMPTS:
        await one.round()
        clock.advance(LONGEST_PAUSE)
    line.down, line.trouble = False, SendFailed("Too many messages.")
    await one.round()
    assert (await store.counts()).dead == 0
    clock.advance(timedelta(seconds=5))
    await one.round()
    assert line.arrived == ["hello"]


async def test_a_slow_chat_holds_up_nobody(store: Store, clock: Clock) -> None:
    line = Line(slow="web:slow")
    await answered(store, "late", who="slow")
    for number in range(20):
        await answered(store, f"reply {number}", who=f"person {number}")
    one = courier(store, line, clock)
    working = asyncio.create_task(one.run())
    while len(line.arrived) < 20:
        line.changed.clear()
        await asyncio.wait_for(line.changed.wait(), 5)
    assert "late" not in line.arrived
    one.stop()
    line.release.set()
    await working
    assert line.arrived[-1] == "late"
