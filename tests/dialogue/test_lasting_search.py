"""A search whose asker has given up goes on, and is there for whoever asks next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.dialogue.lasting import lasting


class Reading:
    """A slow search: it reads a collection once, and then knows it."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.begun = 0
        self.done = asyncio.Event()

    async def nearest(self, name: str, texts: Sequence[str], question: str) -> list[int]:
        if name not in self.known:
            self.begun += 1
            await self.done.wait()
            self.known.add(name)
        return [texts.index(question)]


async def test_what_was_read_is_kept_though_the_turn_was_over() -> None:
    reading = Reading()
    nearest = lasting(reading.nearest)
    for _ in range(3):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(nearest("welbeck", ["a", "b"], "b"), 0.01)
    reading.done.set()
    assert await nearest("welbeck", ["a", "b"], "a") == [0]
    assert reading.begun == 1


async def test_many_who_ask_at_once_have_it_read_once() -> None:
    reading = Reading()
    nearest = lasting(reading.nearest)
    asking = [asyncio.ensure_future(nearest("welbeck", ["a", "b"], text)) for text in "abab"]
    elsewhere = asyncio.ensure_future(nearest("blean", ["c"], "c"))
    await asyncio.sleep(0)
    reading.done.set()
    assert await asyncio.gather(*asking, elsewhere) == [[0], [1], [0], [1], [0]]
    assert reading.begun == 2


async def test_a_search_that_fails_leaves_the_next_one_free() -> None:
    calls = 0

    async def fails_once(name: str, texts: Sequence[str], question: str) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ValueError
        return []

    nearest = lasting(fails_once)
    with pytest.raises(ValueError):
        await nearest("welbeck", [], "a")
    assert await nearest("welbeck", [], "a") == []
