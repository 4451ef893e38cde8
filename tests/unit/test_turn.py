"""A turn happens once or is tried again, in its conversation's order, and never holds up others."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import Arrival, Reply, Said
from bot.store import Claim, Store
from bot.turn import ATTEMPTS, DEATHS, SHARE, Turns
from tests.conftest import Clock
from tests.store.people import says

LEASE = timedelta(seconds=30)
AT_ONCE = 8
SOON = 20.0
"""Seconds that a test waits for what must come, before it calls it missing."""

SORRY = Reply("That went wrong here.")
FAILS = "fails"

Trouble = Callable[[Arrival], Awaitable[None]]


@dataclass
class Echo:
    """Says everything back, remembers it in its order, and meets trouble where it is told to."""

    trouble: dict[str, Trouble] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        self.asked.append(arrival.text)
        if arrival.text in self.trouble:
            await self.trouble[arrival.text](arrival)
        reply = Reply(f"{arrival.text}!")
        return Said((reply,), "chat"), (memory or b"") + arrival.text.encode() + b" "


async def fails(arrival: Arrival) -> None:
    raise ValueError(f"sentinel {arrival.text}")


@dataclass
class Done:
    """What was committed, and a way to wait for it."""

    texts: list[str] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, claim: Claim, said: Said) -> None:
        self.texts.append(claim.arrival.text)
        self.more.set()

    async def wait_for(self, count: int) -> None:
        async def all_of_them() -> None:
            while len(self.texts) < count:
                self.more.clear()
                await self.more.wait()

        await asyncio.wait_for(all_of_them(), SOON)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'signpost.db'}"


@pytest_asyncio.fixture
async def store(
    url: str, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[Store]:
    opened = await Store.open(
        url, key_path, now=clock, new_id=new_id, patience=timedelta(milliseconds=20)
    )
    yield opened
    await opened.close()


@pytest.fixture
def echo() -> Echo:
    return Echo({FAILS: fails})


@pytest.fixture
def done() -> Done:
    return Done()


@pytest.fixture
def turns(store: Store, echo: Echo, clock: Clock, done: Done) -> Turns:
    return made(store, echo, clock, done)


def made(
    store: Store,
    echo: Echo,
    clock: Clock,
    done: Done | None = None,
    *,
    owner: str = "us",
    lease: timedelta = LEASE,
) -> Turns:
    return Turns(
        store,
        echo,
        lambda school: [SORRY],
        now=clock,
        owner=owner,
        lease=lease,
        workers=AT_ONCE,
        committed=done or Done(),
    )


async def memory(store: Store, who: str = "ann") -> bytes | None:
    await store.accept(says("probe", who))
    claim = await store.claim("looking", LEASE)
    assert claim is not None
    return claim.memory


async def test_a_turn_keeps_memory_and_reply_and_is_over(
    turns: Turns, store: Store, done: Done
) -> None:
    number = await turns.accept(says("one"))
    assert number is not None
    assert await turns.take_one()
    assert not await turns.take_one()
    assert await store.replies_to(number) == [Reply("one!")]
    assert done.texts == ["one"]
    assert await memory(store) == b"one "


async def test_the_same_update_is_one_message(turns: Turns, echo: Echo) -> None:
    arrival = says("one")
    assert await turns.accept(arrival) is not None
    assert await turns.accept(arrival) is None
    while await turns.take_one():
        pass
    assert echo.asked == ["one"]


async def test_a_turn_that_fails_is_tried_again_later_each_time(
    turns: Turns, store: Store, clock: Clock, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    number = await turns.accept(says(FAILS))
    assert number is not None
    for wait in (1, 2):
        assert await turns.take_one()
        clock.advance(timedelta(seconds=wait - 0.1))
        assert not await turns.take_one()
        clock.advance(timedelta(seconds=0.1))
    assert await store.replies_to(number) == []
    assert await turns.take_one()
    assert await store.replies_to(number) == [SORRY]
    assert (await store.counts()).failed == 1
    assert echo.asked == [FAILS] * ATTEMPTS
    clock.advance(timedelta(days=1))
    assert not await turns.take_one()
    assert "message 1: attempt 3 failed: ValueError" in caplog.text
    assert "sentinel" not in caplog.text


async def test_one_that_works_at_the_second_attempt_is_answered_once(
    turns: Turns, store: Store, clock: Clock, echo: Echo
) -> None:
    number = await turns.accept(says(FAILS))
    assert number is not None
    await turns.take_one()
    echo.trouble.clear()
    clock.advance(timedelta(seconds=1))
    await turns.take_one()
    assert await store.replies_to(number) == [Reply(f"{FAILS}!")]
    assert (await store.counts()).failed == 0


async def test_what_was_said_later_is_answered_later(
    turns: Turns, clock: Clock, echo: Echo, done: Done, store: Store
) -> None:
    for text in (FAILS, "after"):
        await turns.accept(says(text))
    await turns.accept(says("meanwhile", "bob"))
    for _ in range(ATTEMPTS):
        while await turns.take_one():
            pass
        clock.advance(timedelta(seconds=2))
    assert echo.asked == [FAILS, "meanwhile", *[FAILS] * (ATTEMPTS - 1), "after"]
    assert done.texts == ["meanwhile", "after"]
    assert await memory(store) == b"after "


async def test_a_turn_that_was_taken_over_writes_nothing(
    store: Store, clock: Clock, done: Done, caplog: pytest.LogCaptureFixture
) -> None:
    other = made(store, Echo(), clock, owner="another process")

    async def oversleep(arrival: Arrival) -> None:
        clock.advance(LEASE)
        assert await other.take_one()

    ours = made(store, Echo({"one": oversleep}), clock, done)
    number = await ours.accept(says("one"))
    assert number is not None
    assert await ours.take_one()
    assert await store.replies_to(number) == [Reply("one!")]
    assert done.texts == []
    assert "another process had taken it over" in caplog.text
    assert await memory(store) == b"one "


async def test_one_that_was_taken_over_and_then_fails_changes_nothing(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    other = made(store, Echo(), clock, owner="another process")

    async def oversleep(arrival: Arrival) -> None:
        clock.advance(LEASE)
        assert await other.take_one()
        raise ValueError("sentinel")

    ours = made(store, Echo({"one": oversleep}), clock)
    number = await ours.accept(says("one"))
    assert number is not None
    assert await ours.take_one()
    assert await store.replies_to(number) == [Reply("one!")]
    assert (await store.counts()).failed == 0
    assert "another process had taken it over" in caplog.text


async def test_a_message_that_kills_every_process_is_given_up_at_last(
    turns: Turns, store: Store, clock: Clock, echo: Echo
) -> None:
    number = await turns.accept(says("poison"))
    assert number is not None
    for _ in range(DEATHS):
        assert await store.claim("a process that dies of it", LEASE)
        clock.advance(LEASE)
    assert await turns.take_one()
    assert echo.asked == []
    assert await store.replies_to(number) == [SORRY]
    assert (await store.counts()).failed == 1


class TestRunning:
    @pytest_asyncio.fixture(autouse=True)
    async def running(self, turns: Turns) -> AsyncIterator[None]:
        work = asyncio.create_task(turns.run())
        yield
        await turns.stop()
        await asyncio.wait_for(work, SOON)

    async def test_conversations_go_on_side_by_side(
        self, turns: Turns, echo: Echo, done: Done
    ) -> None:
        together = asyncio.Event()
        there: set[str] = set()

        async def wait_for_all(arrival: Arrival) -> None:
            there.add(arrival.conversation)
            if len(there) == AT_ONCE:
                together.set()
            await together.wait()

        echo.trouble["together"] = wait_for_all
        for number in range(AT_ONCE):
            await turns.accept(says("together", f"person {number}"))
        await done.wait_for(AT_ONCE)

    async def test_one_that_hangs_holds_up_its_own_conversation_only(
        self, turns: Turns, echo: Echo, done: Done
    ) -> None:
        release = asyncio.Event()

        async def hang(arrival: Arrival) -> None:
            await release.wait()

        echo.trouble["hangs"] = hang
        for text in ("hangs", "after"):
            await turns.accept(says(text))
        for number in range(20):
            await turns.accept(says(f"{number}", f"person {number % 5}"))
        await done.wait_for(20)
        assert not {"hangs", "after"} & set(done.texts)
        release.set()
        await done.wait_for(22)
        assert done.texts[-2:] == ["hangs", "after"]

    async def test_each_conversation_keeps_its_order(
        self, turns: Turns, done: Done, store: Store
    ) -> None:
        people = [f"person {number}" for number in range(5)]
        for count in range(10):
            for who in people:
                await turns.accept(says(f"{who[-1]}.{count}", who))
        await done.wait_for(50)
        for who in people:
            mine = [text for text in done.texts if text.startswith(who[-1])]
            assert mine == [f"{who[-1]}.{count}" for count in range(10)]

    async def test_a_database_that_is_held_is_waited_for(
        self, turns: Turns, done: Done, tmp_path: Path
    ) -> None:
        await turns.accept(says("before"))
        await done.wait_for(1)
        with closing(sqlite3.connect(tmp_path / "signpost.db", isolation_level=None)) as other:
            with Logged("the inbox can't be worked on: StoreError") as logged:
                other.execute("BEGIN IMMEDIATE")
                await asyncio.wait_for(logged.happened.wait(), SOON)
            other.execute("ROLLBACK")
        await turns.accept(says("afterwards"))
        await done.wait_for(2)

    async def test_stopping_ends_what_has_begun(self, turns: Turns, echo: Echo, done: Done) -> None:
        begun, release = asyncio.Event(), asyncio.Event()

        async def slow(arrival: Arrival) -> None:
            begun.set()
            await release.wait()

        echo.trouble["slow"] = slow
        for text in ("slow", "left for the next start"):
            await turns.accept(says(text))
        await asyncio.wait_for(begun.wait(), SOON)
        await turns.stop()
        release.set()
        await done.wait_for(1)
        assert done.texts == ["slow"]


class Logged(logging.Handler):
    """Tells when the bot has logged something."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.happened = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._words in record.getMessage():
            self.happened.set()

    def __enter__(self) -> Logged:
        logging.getLogger("bot").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("bot").removeHandler(self)


async def test_a_turn_that_never_ends_is_ended_within_its_lease(
    store: Store, echo: Echo, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    lease = timedelta(milliseconds=50)

    async def hang(arrival: Arrival) -> None:
        await asyncio.Event().wait()

    echo.trouble["hangs"] = hang
    turns = made(store, echo, clock, lease=lease)
    await turns.accept(says("hangs"))
    assert await asyncio.wait_for(turns.take_one(), SOON)
    assert "attempt 1 failed: TimeoutError" in caplog.text
    assert SHARE < 1
