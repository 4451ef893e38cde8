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

CODE = "welbeck-code-of-27-letters-x"
ANN = 501


@pytest_asyncio.fixture
async def app(fake: FakeApi, settings: Settings) -> AsyncIterator[App]:
    def now() -> datetime:
        return datetime.now(timezone.utc)

    given = replace(settings, telegram_token=TOKEN, telegram_api=fake.url)
    opened = await App.open(given, {}, now=now, new_id=lambda: uuid.uuid4().hex, telegram=True)
    ends = invitation("welbeck", "staff", now() + timedelta(hours=1))
    await opened._store.enrolments.invite(ends, CODE)
    serving = asyncio.create_task(opened.serve())
    yield opened
    await opened.stop()
    await serving
    await opened.close()


async def test_enrol_ask_and_be_helped(app: App, fake: FakeApi) -> None:
    await fake.write(ANN, "can I accept a friend request from a pupil?")
    await fake.until(lambda: len(fake.texts(ANN)) == 1)
    assert "999" in fake.texts(ANN)[0]
    assert "welbeck" not in fake.texts(ANN)[0].lower()

    await fake.write(ANN, f"/start {CODE}")
    await fake.until(lambda: len(fake.texts(ANN)) == 2)
    await fake.write(ANN, "can I accept a friend request from a pupil?")
    await fake.until(lambda: len(fake.texts(ANN)) == 3)
    assert fake.texts(ANN)[2].startswith("No")

    before = len(fake.texts(ANN))
    await fake.write(ANN, "a girl in my class says her uncle touches her")
    await fake.until(lambda: len(fake.texts(ANN)) == before + 2)
    assert "999" in fake.texts(ANN)[before]
