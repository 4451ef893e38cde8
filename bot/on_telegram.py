"""Puts the Telegram channel together: its people out of the enrolments, its words out of the packs.

Apart from `app`, because most of what is started never talks on Telegram, and apart from the
channel, which knows neither the store nor the policy.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.cases.alerts import conversation
from bot.cases.seeing import Seen
from bot.cases.standing import in_words
from bot.channels.telegram.channel import Access, Company, Telegram
from bot.channels.telegram.commands import list_commands
from bot.channels.telegram.contracts import CHANNEL, Noted
from bot.channels.telegram.keeper import Keeper, Knowledge
from bot.errors import UnknownRecord
from bot.messages import Arrival, Said
from bot.policy.contacts import contacts, numbers
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.store import Store
from bot.turn import Speaker


def _knowledge(
    store: Store,
    shelf: Shelf,
    is_urgent: Callable[[str], bool],
    held: Callable[[str], Awaitable[str]],
) -> Knowledge:
    async def reports(conversation: str) -> list[str]:
        return [in_words(one) for one in await store.casework.reports_of(conversation)]

    return Knowledge(
        school_name=lambda school: shelf().school_name(school),
        contacts=lambda school, role: contacts(shelf().pack(school), shelf().helplines, role),
        reports=reports,
        is_urgent=is_urgent,
        held=held,
    )


def before_others(said: Said) -> Said:
    """What may tell of danger is no more for a group than what does: nobody presses a button there
    that leads to the help."""
    return replace(said, outcome="urgent") if said.doubtful else said


def build(
    settings: Settings,
    store: Store,
    shelf: Shelf,
    speaker: Speaker,
    is_urgent: Callable[[str], bool],
    called: Callable[[], Awaitable[None]],
    seen: Callable[[str], Awaitable[Seen]],
    held: Callable[[str], Awaitable[str]],
    *,
    now: Callable[[], datetime],
    holder: str,
) -> Telegram:
    async def think(arrival: Arrival) -> Said:
        said, _ = await speaker.respond(arrival, None)
        return before_others(said)

    async def note(token: str) -> Noted | None:
        try:
            found = await seen(token)
        except UnknownRecord:
            return None
        return Noted(found.reader, found.reference)

    async def called_by(reader: int, chat: int) -> str | None:
        if await address(reader) != str(chat):
            return None
        school = await store.doorstep.school(conversation(reader, CHANNEL))
        return None if school is None else numbers(shelf().pack(school), shelf().helplines)

    async def address(reader: int) -> str | None:
        return await store.address(reader, CHANNEL)

    access = Access(
        settings.telegram_token or "",
        settings.telegram_api,
        settings.public_url,
        settings.telegram_secret,
    )
    keeper = Keeper(store.enrolments, _knowledge(store, shelf, is_urgent, held))
    company = Company(
        keeper,
        think,
        address,
        called,
        note,
        called_by,
        settings.on_desk,
        prepare=(list_commands,),
    )
    chance = random.SystemRandom()  # spreads retries; nothing secret hangs on it
    return Telegram(access, store.doorstep, company, now=now, holder=holder, random=chance)
