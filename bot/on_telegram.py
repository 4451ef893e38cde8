"""Puts the Telegram channel together: its people out of the enrolments, its words out of the packs.

Apart from `app`, because most of what is started never talks on Telegram, and apart from the
channel, which knows neither the store nor the policy.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.channels.telegram.channel import Access, Company, Telegram
from bot.channels.telegram.commands import list_commands
from bot.channels.telegram.contracts import CHANNEL
from bot.channels.telegram.keeper import Keeper, Knowledge
from bot.messages import Arrival, Said
from bot.policy.contacts import contacts
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.store import Store
from bot.turn import Speaker

REPORTS = (
    "I can't look up here yet how a report stands. Ask the person whom it went to, and give them "
    "the report's number."
)


def _knowledge(shelf: Shelf, is_urgent: Callable[[str], bool]) -> Knowledge:
    async def reports(conversation: str) -> list[str]:
        return [REPORTS]

    return Knowledge(
        school_name=lambda school: shelf().school_name(school),
        contacts=lambda school, role: contacts(shelf().pack(school), shelf().helplines, role),
        reports=reports,
        is_urgent=is_urgent,
    )


def build(
    settings: Settings,
    store: Store,
    shelf: Shelf,
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
    keeper = Keeper(store.enrolments, _knowledge(shelf, is_urgent))
    company = Company(keeper, think, address, called, prepare=(list_commands,))
    chance = random.SystemRandom()  # spreads retries; nothing secret hangs on it
    return Telegram(access, store.doorstep, company, now=now, holder=holder, random=chance)
