"""The way of one report through a Telegram: enrol, ask, report, alert, seen, and what became of it.

Whatever plays Telegram's part, our own fake or somebody else's server, is talked to in the same
words. The bot is the whole one, with its model and packs.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Protocol

from bot.app import App
from bot.cases.alerts import SEEN
from bot.cases.enrolment import invitation
from bot.channels.telegram import words
from bot.channels.telegram.pacing import Limits
from bot.settings import Settings
from tests.store.readers import School, add

TEACHER, LEAD = 501, 502
CODES = {"staff": "welbeck-code-of-27-letters-x", "reader": "another-code-of-27-letters-y"}
REFERENCE = re.compile(r"SP-\w{4}-\w{4}")
SECRET = "tutee"
"""What the reporter writes, and an alert must not say."""

BEGINNING = (
    "Girls in year 8 have been sending my tutee horrible messages on snapchat since yesterday, I "
    "want to report it"
)
PATIENCE = 30.0


class Words(Protocol):
    """What plays Telegram's part, as far as it is words and buttons."""

    async def write(self, person: int, text: str) -> object: ...

    async def press(self, person: int, title: str) -> object: ...

    async def said(self, person: int) -> list[str]:
        """All that the bot has written to somebody so far."""


class Side(Words, Protocol):
    async def show(self, person: int) -> object:
        """Show evidence, as far as that can be done here."""


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[App]:
    """The bot as `run` has it, with a reader at Welbeck and an invitation for each of the two."""
    opened = await App.open(settings, {}, now=_now, new_id=lambda: uuid.uuid4().hex, telegram=True)
    await School.opened(opened.store, "welbeck")
    lead = await add(opened.store, "Lee Lead", "dsl", ways={}, school="welbeck")
    staff = invitation("welbeck", "staff", _now())
    reader = invitation("welbeck", "reader", _now(), reader=lead)
    await opened.store.enrolments.invite(staff, CODES["staff"])
    await opened.store.enrolments.invite(reader, CODES["reader"])
    assert opened.telegram is not None
    opened.telegram.sender._pacing._limits = Limits(1000, 1000, 1000)
    serving = asyncio.create_task(opened.serve())
    try:
        yield opened
    finally:
        await opened.stop()
        await serving
        await opened.close()


async def walk(side: Side, app: App) -> str:
    """Go all the way; the reference of the record."""
    talk = Talk(side, app)
    assert "When a report waits" in await talk.say(LEAD, f"/start {CODES['reader']}")
    assert "999" in await talk.say(TEACHER, "can I accept a friend request from a pupil?")
    assert "Welbeck" in await talk.say(TEACHER, f"/start {CODES['staff']}")
    answer = await talk.say(TEACHER, "can I accept a friend request from a pupil?")
    assert answer.startswith("No")

    await to_the_evidence(talk)
    await talk.after(TEACHER, side.show(TEACHER))
    await talk.press(TEACHER, "That's all")
    await talk.press(TEACHER, "No")
    await talk.press(TEACHER, "Skip")
    await talk.say(TEACHER, "Ann, room 4")
    stored = await talk.press(TEACHER, "Send it")
    found = REFERENCE.search(stored)
    assert found, stored

    alert = (await side.said(LEAD))[-1]
    assert found[0] in alert
    assert SECRET not in alert
    assert "nobody has said yet" in await talk.say(TEACHER, "/status")
    await side.press(LEAD, SEEN)
    await until(_is_seen, app)
    assert "Seen by the safeguarding lead" in await talk.say(TEACHER, "/status")
    assert "999" in await talk.press(LEAD, words.CALL)
    return found[0]


async def to_the_evidence(talk: Talk) -> str:
    """Report as far as the question that takes files; what it says."""
    await talk.say(TEACHER, BEGINNING)
    await talk.press(TEACHER, "Bullying of a pupil")
    await talk.press(TEACHER, "That's all")
    return await talk.say(TEACHER, "J.K., Year 8")


class Talk:
    """Does something, and waits for all that comes of it."""

    def __init__(self, side: Words, app: App) -> None:
        self._side = side
        self._app = app

    async def say(self, person: int, text: str) -> str:
        return await self.after(person, self._side.write(person, text))

    async def press(self, person: int, title: str) -> str:
        return await self.after(person, self._side.press(person, title))

    async def after(self, person: int, act: Awaitable[object]) -> str:
        before = len(await self._side.said(person))
        await act

        async def answered(app: App) -> bool:
            counts = await app.store.counts()
            return (
                len(await self._side.said(person)) > before
                and not await app.store.doorstep.waiting(1)
                and not (counts.waiting or counts.outgoing)
            )

        try:
            await until(answered, self._app)
        except asyncio.TimeoutError:
            raise AssertionError(f"no answer; so far: {await self._side.said(person)}") from None
        return "\n".join((await self._side.said(person))[before:])


async def _is_seen(app: App) -> bool:
    return {line.status for line in await app.store.records("welbeck")} == {"seen"}


async def until(true: Holds, app: App) -> None:
    async def holds() -> None:
        while not await true(app):
            await asyncio.sleep(0.02)

    await asyncio.wait_for(holds(), PATIENCE)


class Holds(Protocol):
    async def __call__(self, app: App) -> bool: ...


def _now() -> datetime:
    return datetime.now(timezone.utc)
