"""One person, or one school, who sends very much doesn't hold up the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import Arrival, Reply, Said
from bot.store import COUNTED, Store
from bot.turn import OTHERS, TOO_MANY, Turns
from tests.conftest import Clock
from tests.store.people import says

MANY = 200
DANGER = "he is going to hurt me"


@dataclass
class Answering:
    answered: list[Arrival] = field(default_factory=list)

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        self.answered.append(arrival)
        return Said((Reply("an answer"),), "chat"), b"remembered"


@pytest_asyncio.fixture
async def store(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    opened = await Store.open(url, key_path, now=clock, new_id=new_id)
    yield opened
    await opened.close()


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
def turns(store: Store, answering: Answering, clock: Clock) -> Turns:
    return Turns(
        store,
        answering,
        lambda school: [Reply("sorry")],
        now=clock,
        owner="us",
        lease=timedelta(seconds=30),
        workers=8,
        can_wait=lambda arrival, memory: arrival.text != DANGER,
    )


async def all_of_it(turns: Turns) -> None:
    while await turns.take_one():
        pass


async def test_very_many_messages_get_one_reply_and_the_last_ones_an_answer(
    store: Store, turns: Turns, answering: Answering
) -> None:
    numbers = [await store.accept(says(f"question {number}")) for number in range(MANY)]
    await all_of_it(turns)

    replies = [await store.replies_to(number) for number in numbers if number is not None]
    assert replies[0] == [Reply(TOO_MANY)]
    assert sum(Reply(TOO_MANY) in one for one in replies) == 1
    assert replies[1 : MANY - COUNTED] == [[]] * (MANY - COUNTED - 1)
    assert replies[MANY - COUNTED :] == [[Reply("an answer")]] * COUNTED
    assert (await store.counts()).waiting == 0


async def test_danger_among_very_many_is_answered(
    store: Store, turns: Turns, answering: Answering
) -> None:
    for number in range(MANY):
        await store.accept(says(DANGER if number == MANY // 2 else "question"))
    await all_of_it(turns)

    assert answering.answered[0].text == DANGER
    assert len(answering.answered) == COUNTED + 1


async def test_another_person_is_answered_beside_them(
    store: Store, turns: Turns, answering: Answering
) -> None:
    for number in range(MANY):
        await store.accept(says(f"question {number}"))
    await store.accept(says("hello", "ben"))
    await asyncio.gather(turns.take_one(), turns.take_one())

    assert [arrival.text for arrival in answering.answered] == ["hello"]


async def test_another_school_is_answered_among_the_first(
    store: Store, turns: Turns, answering: Answering
) -> None:
    for number in range(MANY):
        await store.accept(says("hello", f"person{number}"))
    await store.accept(replace(says("hello", "cas"), school="welbeck"))
    for _ in range(OTHERS):
        await turns.take_one()

    assert answering.answered[-1].school == "welbeck"


async def test_what_nobody_else_needs_goes_to_a_busy_school(
    store: Store, turns: Turns, answering: Answering
) -> None:
    for number in range(3 * OTHERS):
        await store.accept(says("hello", f"person{number}"))
    await all_of_it(turns)

    assert len(answering.answered) == 3 * OTHERS
