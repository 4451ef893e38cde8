"""What a school owes to a person who asks: all that the bot holds of them, or that it be erased.

The verbs use this for requests that come on paper; the channels hand the same to whoever asks
there. A person goes by the name of their conversation, or by their number at Telegram, from which
that name follows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import BotError
from bot.settings import Settings
from bot.store import Store

BEGINNING = (
    "All that this bot holds of you, written down on {at:%d.%m.%Y at %H:%M} UTC.",
    "Reports that you have handed over are sealed, so what they say isn't in this. Ask the school "
    "for it: they leave out what belongs to others.",
)
TITLES: Mapping[str, str] = {
    "person": "The name that you go by here",
    "chat_at_telegram": "Your chat's number at Telegram",
    "belongs_to": "The schools that you belong to",
    "blocked": "When the school stopped taking what you write",
    "conversation": "Your conversation",
    "page": "When you were on the page",
    "they_wrote": "What you wrote",
    "the_bot_said": "What I said",
    "remembered": "What I remember of our conversation, as the program notes it",
    "files_of_an_unfinished_form": "Files of a report that you haven't finished",
    "files_on_their_way": "Files that are on their way",
    "questions_without_an_answer": "Questions that I couldn't answer, without names and numbers",
    "not_understood_by_the_channel": "When something came from you that couldn't be read",
    "reports": "Reports that you have handed over",
}
NOTHING = "Nothing."


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

    async def block(self) -> None:
        await self.store.enrolments.block(self.name)

    async def unblock(self) -> bool:
        return await self.store.enrolments.unblock(self.name)


def in_words(held: Mapping[str, Any], at: datetime) -> str:
    """What is held of a person, for themselves to read: each thing under a heading of its own."""
    parts = [line.format(at=at) for line in BEGINNING]
    for name, value in held.items():
        lines = list(_lines(value)) or [NOTHING]
        parts.append("\n".join([TITLES[name].upper(), *lines]))
    return "\n\n".join(parts) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _lines(one)
    elif isinstance(value, dict):
        flat = all(not isinstance(one, (dict, list)) for one in value.values())
        if flat:
            told = ((name.replace("_", " "), one) for name, one in value.items())
            yield "- " + "; ".join(f"{name}: {one}" for name, one in told if one is not None)
        else:
            yield json.dumps(value, ensure_ascii=False, indent=1)
    elif value is not None:
        yield str(value)
