"""What works in the background goes on after an error that nobody foresaw, and tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.book import Book
from bot.drafts import DraftMinder
from bot.morning import Mornings
from bot.retention import Retention
from tests.conftest import Clock


class Broken:
    """A store and schools of which nothing can be had, as after a fault in what is stored."""

    def __getattr__(self, name: str) -> Any:
        raise KeyError("sentinel")

    def schools(self) -> list[str]:
        return ["oakfield"]


NOTHING: Any = Broken()
MAKE: dict[str, Callable[[Clock], Any]] = {
    "what is kept too long": lambda clock: Retention(NOTHING, NOTHING, clock).run,
    "unfinished forms": lambda clock: DraftMinder(NOTHING, timedelta(hours=72), clock).run,
    "what waits for readers": lambda clock: (
        Mornings(NOTHING, NOTHING, NOTHING.schools, None, now=clock).run
    ),
    "editions of policies": lambda clock: Book(NOTHING, NOTHING.schools, clock).mind,
}


@pytest.mark.parametrize("name", MAKE)
async def test_one_bad_look_is_not_the_last(
    name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slept = 0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += 1
        if slept == 3:
            raise asyncio.CancelledError

    run = MAKE[name](clock)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await run()
    ours = [line.getMessage() for line in caplog.records if line.name.startswith("bot.")]
    assert len(ours) == 3
    assert "sentinel" not in "".join(ours)
