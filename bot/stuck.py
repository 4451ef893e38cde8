"""What waits for the administrator because the bot couldn't deal with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.settings import Settings
from bot.store import Store
from bot.store.stuck import Stuck, StuckThings

__all__ = ["Stuck", "StuckThings", "opened"]


@asynccontextmanager
async def opened(
    settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
) -> AsyncIterator[StuckThings]:
    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    try:
        yield store.stuck
    finally:
        await store.close()
