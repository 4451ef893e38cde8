"""The whole bot as `run` starts it, with its model and packs, against the fake Telegram."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest_asyncio

from bot.app import App
from bot.cases.enrolment import invitation
from bot.settings import Settings
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.store.readers import takes_records

CODE = "welbeck-code-of-27-letters-x"
ANN = 501


@pytest_asyncio.fixture
async def app(fake: FakeApi, settings: Settings) -> AsyncIterator[App]:
    def now() -> datetime:
        return datetime.now(timezone.utc)

    given = replace(settings, telegram_token=TOKEN, telegram_api=fake.url)
    opened = await App.open(given, {}, now=now, new_id=lambda: uuid.uuid4().hex, telegram=True)
    ends = invitation("welbeck", "staff", now() + timedelta(hours=1))
    await opened.store.enrolments.invite(ends, CODE)
    await takes_records(opened.store, "welbeck")
    serving = asyncio.create_task(opened.serve())
    yield opened
    await opened.stop()
    await serving
    await opened.close()


async def test_enrol_ask_and_be_helped(app: App, fake: FakeApi) -> None:
    async def told(text: str, replies: int = 1) -> list[str]:
        before = len(fake.texts(ANN))
        await fake.write(ANN, text)
        await fake.until(lambda: len(fake.texts(ANN)) == before + replies)
        return fake.texts(ANN)[before:]

    (stranger,) = await told("can I accept a friend request from a pupil?")
    assert "999" in stranger
    assert "Welbeck" not in stranger
    (hurt,) = await told("a girl in my class says her uncle touches her")
    assert "999" in hurt

    (welcome,) = await told(f"/start {CODE}")
    assert "Welbeck" in welcome
    (answer,) = await told("can I accept a friend request from a pupil?")
    assert answer.startswith("No")
    help_first, shall_i = await told("a girl in my class says her uncle touches her", 2)
    assert "999" in help_first
    assert "Shall I" in shall_i or "can't pass this on" in shall_i
    assert "999" in (await told("/contacts"))[0]


async def test_a_report_is_begun_by_a_button_and_stopped(app: App, fake: FakeApi) -> None:
    await fake.write(ANN, f"/start {CODE}")
    await fake.until(lambda: len(fake.texts(ANN)) == 1)
    await fake.write(ANN, "/start flow-incident")
    await fake.until(lambda: len(fake.texts(ANN)) >= 3)
    shown = next(reversed(fake.sent.values()))["reply_markup"]["inline_keyboard"]
    titles = [row[0]["text"] for row in shown]
    assert "Bullying of a pupil" in titles
    await fake.press(ANN, "Bullying of a pupil")
    before = len(fake.texts(ANN))
    await fake.until(lambda: len(fake.texts(ANN)) > before)
    await fake.write(ANN, "/cancel")
    before = len(fake.texts(ANN))
    await fake.until(lambda: len(fake.texts(ANN)) > before)
    assert [one["scope"]["type"] for one in fake.of("setMyCommands")] == [
        "all_private_chats",
        "all_group_chats",
    ]
