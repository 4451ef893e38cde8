"""A Telegram on this machine, and a bot that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.channels.telegram.fake_api import FakeApi, running
from tests.channels.telegram.house import House, house


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The kind of database makes no difference here; the store's own tests run on both."""
    return f"sqlite:///{tmp_path / 'signpost.db'}"


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeApi]:
    async with running(FakeApi()) as one:
        yield one


@pytest_asyncio.fixture
async def bot(fake: FakeApi, database_url: str, key_path: Path) -> AsyncIterator[House]:
    async with house(fake, database_url, key_path) as one:
        yield one
