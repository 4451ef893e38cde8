"""Puts the Telegram channel together: its people out of the enrolments, its words out of the packs.

Apart from `app`, because most of what is started never talks on Telegram, and apart from the
channel, which knows neither the store nor the policy.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.channels.telegram.channel import Access, Company, Telegram
from bot.channels.telegram.contracts import CHANNEL, Answer, Person
from bot.messages import Arrival, Reply, Said
from bot.settings import Settings
from bot.store import Store
from bot.turn import Speaker

WELCOME = "Hello. You are known here now. Ask me what the school's social media policy says."
NOT_ACCEPTED = (
    "That link can't be used: it may have ended, or have been used already. Please ask the school "
    "for a new one."
)
STRANGER = (
    "I don't know you yet. Please use the link or the code that your school gave you, or ask its "
    "office for one. Nothing that you wrote has been passed on.\n\n"
    "If somebody is in danger now, call 999. Under 19, you can call Childline on 0800 1111."
)


class Entrance:
    """Who is who by their enrolment. Somebody unknown is told where help is, and how to enrol."""

    def __init__(self, store: Store, is_urgent: Callable[[str], bool]) -> None:
        self._store = store
        self._is_urgent = is_urgent

    async def person(self, conversation: str, chat: int) -> Person:
        for one in await self._store.enrolments.memberships(conversation):
            if one.current:
                return Person(conversation, one.school, one.role, chat)
        return Person(conversation, chat=chat)

    async def command(self, person: Person, name: str, argument: str) -> Answer | None:
        if name == "start" and argument:
            enrolled = await self._store.enrolments.accept(
                argument, person.conversation, (CHANNEL, str(person.chat))
            )
            return Answer((Reply(WELCOME if enrolled else NOT_ACCEPTED),))
        if name in ("start", "help"):
            return Answer(says="help")
        return Answer(says="cancel") if name == "cancel" else None

    async def stranger(self, person: Person, text: str) -> Answer:
        return Answer((Reply(STRANGER),), urgent=self._is_urgent(text))


def build(
    settings: Settings,
    store: Store,
    speaker: Speaker,
    is_urgent: Callable[[str], bool],
    called: Callable[[], Awaitable[None]],
    *,
    now: Callable[[], datetime],
    holder: str,
) -> Telegram:
    async def think(arrival: Arrival) -> Said:
        said, _ = await speaker.respond(arrival, None)
        return said

    async def address(reader: int) -> str | None:
        return await store.address(reader, CHANNEL)

    access = Access(
        settings.telegram_token or "",
        settings.telegram_api,
        settings.telegram_url,
        settings.telegram_secret or "",
        settings.telegram_port,
    )
    company = Company(Entrance(store, is_urgent), think, address, called)
    chance = random.SystemRandom()  # spreads retries; nothing secret hangs on it
    return Telegram(access, store.doorstep, company, now=now, holder=holder, random=chance)
