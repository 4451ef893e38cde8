"""One report with a picture, all the way through the fake Telegram; and nothing of it in a log."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace

import pytest

from bot.logs import Reticent
from bot.settings import Settings
from bot.store.keyring import unlock
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.channels.telegram.journey import SECRET, running, walk
from tests.store.readers import PASSPHRASE

PICTURE = b"\x89PNG\r\n\x1a\n what the girls wrote"


@dataclass
class Fake:
    """The fake Telegram as somebody who can show a picture."""

    api: FakeApi

    async def write(self, person: int, text: str) -> object:
        return await self.api.write(person, text)

    async def press(self, person: int, title: str) -> object:
        return await self.api.press(person, title)

    async def show(self, person: int) -> object:
        self.api.files["shot"] = PICTURE
        size = {"file_id": "shot", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 30}
        return await self.api.push(message=self.api.message(person, photo=[size]))

    async def said(self, person: int) -> list[str]:
        return self.api.texts(person)


async def test_enrol_ask_report_with_a_picture_alert_seen_and_status(
    fake: FakeApi, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(Reticent())
    given = replace(
        settings,
        telegram_token=TOKEN,
        telegram_api=fake.url,
        public_url="https://signpost.school.example",
    )
    async with running(given) as app:
        reference = await walk(Fake(fake), app)
        (lead, *_) = await app.store.readers("welbeck")
        private = unlock(await app.store.reader_keys(lead.id), PASSPHRASE)
        case = await app.store.casework.opened(reference, lead.id, private)
        (file,) = case.files
        kept = await app.store.casework.evidence(reference, file.number, lead.id, private)
    assert SECRET in case.opened.record.words
    assert kept.media == "image/png"
    assert hashlib.sha256(kept.content).digest() == hashlib.sha256(PICTURE).digest()
    alerts = [one for one in fake.of("sendMessage") if one.get("protect_content")]
    links = [row[0].get("url") for row in alerts[-1]["reply_markup"]["inline_keyboard"]]
    assert f"https://signpost.school.example/desk/records/{reference}" in links
    for secret in (SECRET, "SENTINEL", "sentinel", TOKEN, "J.K."):
        assert secret not in caplog.text
