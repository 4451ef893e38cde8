"""Nothing goes out faster than Telegram takes it, and nothing longer."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.pacing import LONGEST_WAIT, Limits, Pacing
from bot.channels.telegram.splitting import pieces, units
from bot.errors import SendFailed


@dataclass
class Time:
    """Goes on only when somebody sleeps."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def turn(pacing: Pacing, chat: int) -> None:
    await pacing.chat(chat)
    await pacing.overall(chat)


@given(st.lists(st.sampled_from([1, 2, 3, 4, -5]), max_size=120))
def test_the_limits_hold_whoever_is_written_to(chats: list[int]) -> None:
    time, sent = Time(), defaultdict(list)
    pacing = Pacing(time, time.sleep)

    async def send() -> None:
        for chat in chats:
            try:
                await turn(pacing, chat)
            except SendFailed as refusal:
                assert refusal.retry_after is not None
                assert refusal.retry_after.total_seconds() > LONGEST_WAIT
                continue
            sent[chat].append(time.now)
            sent[0].append(time.now)

    asyncio.run(send())
    for chat, moments in sent.items():
        apart = {0: 1 / 30, -5: 3.0}.get(chat, 1.0)
        for before, after in itertools.pairwise(moments):
            assert after - before >= apart - 1e-9


def test_one_chat_that_waits_keeps_no_place_of_the_others() -> None:
    time = Time()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.now += seconds

    async def send() -> None:
        pacing = Pacing(time, sleep, Limits(overall=10))
        await turn(pacing, -5)
        waiting = asyncio.create_task(turn(pacing, -5))
        await waiting
        before = time.now
        await turn(pacing, 1)
        assert time.now - before <= 0.1 + 1e-9

    asyncio.run(send())
    assert slept[0] == pytest.approx(3.0)


async def test_a_pause_that_telegram_wants_is_kept() -> None:
    time = Time()
    pacing = Pacing(time, time.sleep)
    pacing.hold(7, 60)
    with pytest.raises(SendFailed) as refusal:
        await turn(pacing, 7)
    assert refusal.value.retry_after is not None
    assert refusal.value.retry_after.total_seconds() == 60
    await turn(pacing, 8)
    assert time.now < 1


@given(st.text(alphabet="ab .!\n😀é", max_size=400), st.integers(min_value=10, max_value=60))
def test_a_split_text_fits_and_loses_nothing_but_space(text: str, longest: int) -> None:
    found = pieces(text, longest)
    assert all(units(piece) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two.\n\nThree. Four.", ["One. Two.", "Three. Four."]),
        ("One is a word.\nTwo is too.", ["One is a word.", "Two is too."]),
        ("One is here. Two is there.", ["One is here.", "Two is there."]),
        ("aaaa bbbb cccc dddd eeee", ["aaaa bbbb cccc", "dddd eeee"]),
        ("a" * 25, ["a" * 18, "a" * 7]),
        ("", [""]),
    ],
)
def test_it_is_cut_where_a_reader_would_pause(text: str, found: list[str]) -> None:
    assert pieces(text, 18) == found
