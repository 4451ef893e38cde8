"""What a school owes to a person who asks: all that the bot holds of them, or that it be erased.

The verbs use this for requests that come on paper. A person goes by the name of their conversation,
or by their number at Telegram, from which that name follows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import BotError
from bot.settings import Settings
from bot.store import Store


@dataclass(frozen=True)
class Person:
    """One person in an open store."""

    store: Store
    name: str

    @classmethod
    @asynccontextmanager
    async def found(
        cls,
        settings: Settings,
        telegram: int | None,
        conversation: str | None,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> AsyncIterator[Person]:
        if (telegram is None) == (conversation is None):
            raise BotError("Say who it is, with either --telegram or --conversation.")
        store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
        try:
            if telegram is not None:
                conversation = store.doorstep.name_for("telegram", telegram)
            yield cls(store, conversation or "")
        finally:
            await store.close()

    async def held(self) -> dict[str, Any]:
        return await self.store.people.held(self.name)

    async def erase(self) -> None:
        await self.store.people.erase(self.name)
