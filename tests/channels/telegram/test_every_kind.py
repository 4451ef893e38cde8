"""Each kind of message is answered in plain words, and nothing is fetched that wasn't asked for.

The bot is the whole one, with its model and packs; the kinds come over HTTP as Telegram sends them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.app import App
from bot.cases.evidence import LARGEST, OTHER_KIND, TOO_LARGE, TOO_MANY
from bot.channels.telegram import words
from bot.first import NO_FILES, NOT_YET_FILES
from bot.logs import Reticent
from bot.settings import Settings
from bot.store.case_tables import draft_evidence
from bot.store.tables import inbox
from tests.channels.telegram import kinds
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.channels.telegram.journey import CODES, LEAD, TEACHER, Talk, running, to_the_evidence
from tests.channels.telegram.kinds import Json, file

ASKED = "can I accept a friend request from a pupil?"
PNG = b"\x89PNG\r\n\x1a\n a picture"

READ = [ASKED, {"text": ASKED, **kinds.REPLY}]
"""Its own words are read, and nothing of what it answers."""

FORWARDED = [{"text": ASKED, **kinds.FORWARD}, {"text": ASKED, **kinds.HIDDEN_FORWARD}]
FILES = [
    *(kinds.PHOTO, kinds.DOCUMENT, kinds.VOICE, kinds.AUDIO, kinds.VIDEO, kinds.VIDEO_NOTE),
    *(kinds.ANIMATION, {**kinds.PHOTO, **kinds.FORWARD}, {**kinds.DOCUMENT, "caption": "look"}),
]
TOLD = [
    (kinds.STICKER, words.STICKER),
    (kinds.LOCATION, words.LOCATION),
    (kinds.LIVE, words.LOCATION),
    (kinds.VENUE, words.LOCATION),
    (kinds.CONTACT, words.CONTACT),
    (kinds.POLL, words.POLL),
    (kinds.DICE, words.POLL),
    (kinds.STORY, words.UNREADABLE),
    (kinds.PAID, words.UNREADABLE),
]


@dataclass
class Chat:
    """A teacher's chat with the bot, and what the bot holds and asked for because of it."""

    fake: FakeApi
    app: App

    async def send(self, *messages: Json, how: str = "message") -> list[str]:
        """What the bot says to it."""
        before = len(self.fake.texts(TEACHER))

        async def sent() -> None:
            for one in messages:
                message = {**self.fake.message(TEACHER), **one}
                await self.fake.push(**{how: message})

        await Talk(self, self.app).after(TEACHER, sent())
        return self.fake.texts(TEACHER)[before:]

    async def write(self, person: int, text: str) -> object:
        return await self.fake.write(person, text)

    async def press(self, person: int, title: str) -> object:
        return await self.fake.press(person, title)

    async def said(self, person: int) -> list[str]:
        return self.fake.texts(person)

    def fetched(self) -> list[str]:
        return [one["file_id"] for one in self.fake.of("getFile")]

    async def held(self) -> tuple[int, int]:
        """How many messages are kept, and how many files."""

        def counted(at: Connection) -> tuple[int, int]:
            messages, files = (
                int(at.execute(select(func.count()).select_from(table)).scalar())
                for table in (inbox, draft_evidence)
            )
            return messages, files

        return await self.app.store._database.read(counted)


@pytest_asyncio.fixture
async def chat(
    fake: FakeApi, settings: Settings, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Chat]:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(Reticent())
    given = replace(settings, telegram_token=TOKEN, telegram_api=fake.url)
    async with running(given) as app:
        one = Chat(fake, app)
        await Talk(one, app).say(LEAD, f"/start {CODES['reader']}")
        assert "Welbeck" in (await one.send({"text": f"/start {CODES['staff']}"}))[0]
        yield one
    assert "SENTINEL" not in caplog.text


async def test_nothing_is_fetched_while_nothing_is_asked_for(chat: Chat) -> None:
    messages, _ = await chat.held()
    for text in READ:
        one: Any = {"text": text} if isinstance(text, str) else text
        (answer,) = await chat.send(one)
        assert answer.startswith("No"), one
        messages += 1
    for one in FORWARDED:
        note, answer = await chat.send(one)
        assert (note, answer[:2]) == (words.FORWARDED, "No"), one
        messages += 1
    note, answer = await chat.send({"text": ASKED}, how="edited_message")
    assert (note, answer[:2]) == (words.EDITED, "No")
    messages += 1
    for one in FILES:
        said = await chat.send(one)
        assert said[-1] == NOT_YET_FILES, one
        assert said[:-1] == ([words.FORWARDED] if "forward_date" in one else []), one
        messages += 1
    album = [{**one, "media_group_id": "7"} for one in (kinds.PHOTO, kinds.PHOTO, kinds.VIDEO)]
    assert await chat.send(*album) == [NOT_YET_FILES]
    messages += 1
    for one, says in TOLD:
        assert await chat.send(one) == [says], one
    # A live location changes every few seconds, and what Telegram notes itself nobody has said.
    await chat.fake.push(edited_message={**chat.fake.message(TEACHER), **kinds.LIVE})
    assert await chat.send(kinds.PINNED, {"text": "/privacy"}) != []
    assert (
        len(chat.fake.texts(TEACHER))
        == 1 + len(READ) + 2 * len(FORWARDED) + 2 + len(FILES) + 1 + 1 + len(TOLD) + 1
    )
    assert await chat.held() == (messages, 0)
    assert chat.fetched() == []


async def test_where_evidence_is_asked_for_what_can_be_taken_is_fetched_and_nothing_else(
    chat: Chat,
) -> None:
    chat.fake.files |= dict.fromkeys(("photo", "document", "one", "two", "three"), PNG)
    chat.fake.files["program"] = b"MZ\x90\x00"
    assert "pictures" in await to_the_evidence(Talk(chat, chat.app))
    for one in (kinds.VOICE, kinds.AUDIO, kinds.VIDEO, kinds.VIDEO_NOTE, kinds.ANIMATION):
        assert (await chat.send(one))[0] == OTHER_KIND, one
    for one, says in TOLD:
        assert await chat.send(one) == [says], one
    huge = {"document": file("huge", file_size=LARGEST + 1)}
    assert (await chat.send(huge))[0] == TOO_LARGE
    assert chat.fetched() == []

    program = {"document": file("program", file_name="me.png", mime_type="image/png")}
    assert (await chat.send(program))[0] == OTHER_KIND
    assert (await chat.held())[1] == 0
    await chat.send({**kinds.PHOTO, "caption": "what she sent"})
    await chat.send(kinds.DOCUMENT)
    assert (await chat.held())[1] == 2
    parts = [{"photo": [file(name, width=9, height=9)]} for name in ("one", "two", "three", "four")]
    said = await chat.send(*({**one, "media_group_id": "8"} for one in parts))
    assert said[0] == TOO_MANY
    assert (await chat.held())[1] == 5
    assert chat.fetched() == ["program", "photo", "document", "one", "two", "three"]


async def test_after_word_of_a_picture_of_a_child_no_file_is_fetched(chat: Chat) -> None:
    chat.fake.files["photo"] = PNG
    assert "pictures" in await to_the_evidence(Talk(chat, chat.app))
    said = await chat.send({"text": "a boy in year 9 is sending round a nude photo of her"})
    assert "999" in said[0]
    for one in (kinds.PHOTO, kinds.DOCUMENT, {**kinds.PHOTO, "caption": "this is it"}):
        assert (await chat.send(one))[0] == NO_FILES, one
    assert (await chat.held())[1] == 0
    assert chat.fetched() == []
