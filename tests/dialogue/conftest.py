"""Conversations as the bot really has them: trained model, in-process actions, a store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from bot.app import App
from bot.messages import Role
from bot.settings import Settings
from tests.conftest import Clock
from tests.dialogue.conversation import Conversation


@pytest_asyncio.fixture
async def app(settings: Settings, clock: Clock, new_id: Callable[[], str]) -> AsyncIterator[App]:
    opened = await App.open(settings, {}, now=clock, new_id=new_id)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def talk(
    request: pytest.FixtureRequest, settings: Settings, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[Conversation]:
    """A member of staff at Welbeck who talks with the bot, or whom a test makes of them."""
    role: Role = getattr(request, "param", "staff")
    opened = await Conversation(settings, clock, new_id, "welbeck", role).opened()
    yield opened
    await opened.close()
