"""The courier brings each reply at least once and in order, and gives up visibly or never."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.delivery import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, Courier, Pace
from bot.errors import SendFailed, Unreachable
from bot.messages import Reply
from bot.store import Store
from tests.conftest import Clock
from tests.store.people import answered

HOURLY = timedelta(hours=1)


@dataclass
class Letterbox:
    """A channel's end in memory: it keeps what arrives and fails as told, in turn."""

    troubles: list[Exception | None] = field(default_factory=list)
    arrived: list[tuple[str, str, str]] = field(default_factory=list)
    loses_answers: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or self.loses_answers:
            self.arrived.append((conversation, reply.text, reference))
        self.changed.set()
        if trouble is not None:
            raise trouble

    def texts(self) -> list[str]:
        return [text for _, text, _ in self.arrived]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The kind of database makes no difference here."""
    return f"sqlite:///{tmp_path / 'signpost.db'}"


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def courier(store: Store, box: Letterbox, clock: Clock, pace: Pace | None = None) -> Courier:
    return Courier(
        store, "web", box, owner="courier", now=clock, random=Random(7), pace=pace or Pace()
    )


async def rounds(one: Courier, most: int = 50) -> int:
    """Go round until nothing is due; how many rounds had something to do."""
    for number in range(most):
        if await one.round() == 0:
            return number
    raise AssertionError(f"still busy after {most} rounds")


async def test_replies_arrive_in_order_with_their_references(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    number = await answered(store, "one", "two", "three")
    await rounds(courier(store, box, clock))

    assert box.arrived == [
        ("web:ann", text, f"{number}-{place}")
        for place, text in enumerate(["one", "two", "three"], start=1)
    ]
    assert (await store.counts()).outgoing == 0


async def test_a_failed_send_is_tried_again_later_and_not_overtaken(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [SendFailed("The network is down.")]
    await answered(store, "one", "two")
    one = courier(store, box, clock)
    await rounds(one)
    assert box.texts() == []

    clock.advance(FIRST_WAIT)
    await rounds(one)
    assert box.texts() == ["one", "two"]


async def test_waits_double_with_a_difference_up_to_the_longest(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [SendFailed("The network is down.")] * 12
    await answered(store, "one")
    one = courier(store, box, clock)
    waits = []
    for _ in range(12):
        before = clock()
        while await one.round() == 0:
            clock.advance(timedelta(seconds=1))
        waits.append(clock() - before)

    assert waits[0] == timedelta()
    for place, wait in enumerate(waits[1:]):
        longest = min(FIRST_WAIT * 2**place, LONGEST_WAIT)
        assert longest / 2 <= wait <= longest + timedelta(seconds=1)
    assert len(set(waits[-3:])) > 1


async def test_a_channel_may_ask_for_a_longer_wait(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [SendFailed("Too many messages.", retry_after=HOURLY)]
    await answered(store, "one")
    one = courier(store, box, clock)
    await rounds(one)
    clock.advance(HOURLY - timedelta(seconds=1))
    await rounds(one)
    assert box.texts() == []

    clock.advance(timedelta(seconds=1))
    await rounds(one)
    assert box.texts() == ["one"]


async def test_a_lost_answer_sends_again_under_the_same_reference(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [SendFailed("No answer.", uncertain=True)]
    box.loses_answers = True
    await answered(store, "one")
    one = courier(store, box, clock)
    await rounds(one)
    clock.advance(FIRST_WAIT)
    (seen,) = await store.claim_outgoing("onlooker", HOURLY, "web", 1)
    await store.again(seen, clock(), "SendFailed", uncertain=False)
    await rounds(one)

    assert seen.uncertain
    assert len(box.arrived) == 2
    assert len(set(box.arrived)) == 1


async def test_after_the_stated_number_of_attempts_a_reply_is_dead_and_kept(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [SendFailed("The network is down.")] * MOST_ATTEMPTS
    number = await answered(store, "one", "two")
    one = courier(store, box, clock)
    for _ in range(MOST_ATTEMPTS - 1):
        assert await one.round() == 1
        clock.advance(LONGEST_WAIT)
    assert (await store.counts()).dead == 0
    await rounds(one)

    assert (await store.counts()).dead == 1
    assert box.texts() == ["two"]
    assert await store.replies_to(number) == [Reply("one"), Reply("two")]


async def test_an_unreachable_person_is_not_tried_again(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    box.troubles = [Unreachable("The bot is blocked there.")]
    await answered(store, "one")
    one = courier(store, box, clock)
    await rounds(one)
    clock.advance(LONGEST_WAIT)
    await rounds(one)

    assert box.texts() == []
    assert (await store.counts()).dead == 1


async def test_one_broken_reply_does_not_hold_up_the_others(
    store: Store, box: Letterbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    box.troubles = [ValueError("sentinel-phrase")]
    caplog.set_level(logging.DEBUG)
    for who in ("ann", "ben"):
        await answered(store, f"sentinel-phrase for {who}", who=who)
    await rounds(courier(store, box, clock))

    assert box.texts() == ["sentinel-phrase for ben"]
    assert "ValueError" in caplog.text
    assert "sentinel-phrase" not in caplog.text


async def test_a_send_that_never_ends_is_cut_short_and_called_uncertain(
    store: Store, clock: Clock
) -> None:
    class Silence(Letterbox):
        async def send(self, conversation: str, reply: Reply, reference: str) -> None:
            await asyncio.Event().wait()

    await answered(store, "one")
    pace = Pace(patience=timedelta(milliseconds=1))
    await rounds(courier(store, Silence(), clock, pace))
    clock.advance(FIRST_WAIT)

    (seen,) = await store.claim_outgoing("onlooker", HOURLY, "web", 1)
    assert seen.uncertain


async def test_a_nudge_wakes_it_and_a_stop_ends_it(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    one = courier(store, box, clock, Pace(poll=HOURLY))
    running = asyncio.create_task(one.run())
    for text in ("one", "two"):
        await answered(store, text)
        one.nudge()
        await asyncio.wait_for(box.changed.wait(), 10)
        box.changed.clear()
    one.stop()
    await asyncio.wait_for(running, 10)

    assert box.texts() == ["one", "two"]
    assert (await store.counts()).outgoing == 0


async def test_without_a_nudge_it_looks_by_itself(
    store: Store, box: Letterbox, clock: Clock
) -> None:
    one = courier(store, box, clock, Pace(poll=timedelta(milliseconds=1)))
    running = asyncio.create_task(one.run())
    await answered(store, "one")
    await asyncio.wait_for(box.changed.wait(), 10)
    one.stop()
    await asyncio.wait_for(running, 10)

    assert box.texts() == ["one"]


class Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.set()


async def test_a_database_in_trouble_does_not_end_it(
    store: Store, box: Letterbox, clock: Clock, request: pytest.FixtureRequest
) -> None:
    ear = Ear()
    logging.getLogger("bot.delivery").addHandler(ear)
    request.addfinalizer(lambda: logging.getLogger("bot.delivery").removeHandler(ear))
    await answered(store, "one")
    await store._database.write(
        lambda at: at.exec_driver_sql("ALTER TABLE outbox RENAME TO away").close()
    )
    one = courier(store, box, clock, Pace(poll=timedelta(milliseconds=1)))
    running = asyncio.create_task(one.run())
    await asyncio.wait_for(ear.heard.wait(), 10)
    await store._database.write(
        lambda at: at.exec_driver_sql("ALTER TABLE away RENAME TO outbox").close()
    )
    await asyncio.wait_for(box.changed.wait(), 10)
    one.stop()
    await asyncio.wait_for(running, 10)

    assert box.texts() == ["one"]
