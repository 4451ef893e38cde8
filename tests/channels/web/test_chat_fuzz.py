"""Whatever is sent to the pages, they answer, and never with “something went wrong here”."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis

from bot.settings import Settings, load_settings
from tests.channels.web.conftest import Running, running
from tests.channels.web.odd_requests import (
    PAUSE,
    RULES,
    Asked,
    asked,
    brought,
    others_speak,
    tried,
)
from tests.conftest import ROOT, Clock

REQUESTS = 1_000


class Fuzzed:
    """The pages on a loop of their own, with somebody else's conversation on them."""

    def __init__(self, settings: Settings) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self._stack = AsyncExitStack()
        self._settings = settings
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        self.chat: Running = await self._stack.enter_async_context(
            running(self._settings, self.clock, RULES, brought=brought)
        )
        await others_speak(self.chat)

    def close(self) -> None:
        self.loop.run_until_complete(self._stack.aclose())
        self.loop.close()


@pytest.fixture(scope="module")
def fuzzed(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder = tmp_path_factory.mktemp("fuzz")
    settings = load_settings({"SIGNPOST_CONTENT_DIR": str(content_dir)})
    whole = Fuzzed(
        replace(
            settings,
            database_url=f"sqlite:///{folder}/fuzz.db",
            key_file=folder / "fuzz.key",
            model_dir=ROOT / "models",
        )
    )
    yield whole
    whole.close()


@hypothesis(
    max_examples=REQUESTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(one=asked)
def test_any_request_is_answered(fuzzed: Fuzzed, one: Asked) -> None:
    fuzzed.clock.advance(PAUSE)
    assert fuzzed.loop.run_until_complete(tried(fuzzed.chat, one)) == []
