"""The whole bot as `run` starts it, with its model and packs, against the fake Telegram."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import httpx
import pytest
import pytest_asyncio

from bot.app import App
from bot.cases.enrolment import invitation
from bot.channels.telegram import webhook
from bot.channels.web.streams import Streams
from bot.settings import Settings
from bot.verbs.run import book_of, chat_of, office_of, site_of
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.store.readers import takes_records

CODE = "welbeck-code-of-27-letters-x"
ANN = 501


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[App]:
    def now() -> datetime:
        return datetime.now(timezone.utc)

    opened = await App.open(settings, {}, now=now, new_id=lambda: uuid.uuid4().hex, telegram=True)
    ends = invitation("welbeck", "staff", now() + timedelta(hours=1))
    await opened.store.enrolments.invite(ends, CODE)
    await takes_records(opened.store, "welbeck")
    serving = asyncio.create_task(opened.serve())
    yield opened
    await opened.stop()
    await serving
    await opened.close()


@pytest.fixture
def in_telegram(fake: FakeApi, settings: Settings) -> Settings:
    return replace(settings, telegram_token=TOKEN, telegram_api=fake.url)


@pytest_asyncio.fixture
async def app(in_telegram: Settings) -> AsyncIterator[App]:
    async with running(in_telegram) as one:
        yield one


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


async def test_telegram_brings_messages_to_the_one_site(
    fake: FakeApi, in_telegram: Settings
) -> None:
    address, secret = "https://signpost.school.example", "a-secret-of-twenty-one"
    settings = replace(in_telegram, public_url=address, telegram_secret=secret)
    async with running(settings) as app:
        await fake.until(lambda: fake.webhook)
        assert fake.webhook is not None
        assert fake.webhook["secret_token"] == secret
        path = fake.webhook["url"].removeprefix(address)
        chats, pages = chat_of(app, Streams())
        site = site_of(settings, app, chats, pages, office_of(settings, app, book_of(app)))
        transport = httpx.ASGITransport(app=site)
        async with httpx.AsyncClient(transport=transport, base_url=address) as telegram:
            update = {"update_id": 5, "message": fake.message(ANN, f"/start {CODE}")}
            assert (await telegram.post(path, json=update)).status_code == 401
            other = await telegram.post("/chat/begin", json=update)
            assert other.status_code == 403
            shown = {webhook.SECRET_HEADER: secret}
            assert (await telegram.post(path, json=update, headers=shown)).status_code == 200
        await fake.until(lambda: fake.texts(ANN))
    assert "Welbeck" in fake.texts(ANN)[0]
    assert fake.of("getUpdates") == []
