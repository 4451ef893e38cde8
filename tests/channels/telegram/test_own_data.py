"""Somebody in Telegram asks for what is held of them, and gets a file of it."""

from __future__ import annotations

from pathlib import Path

from bot.channels.telegram import words
from tests.channels.telegram.fake_api import FakeApi
from tests.channels.telegram.house import ANN, house


async def test_the_file_comes_before_it_is_said_to_be_there(
    fake: FakeApi, database_url: str, key_path: Path
) -> None:
    async with house(fake, database_url, key_path):
        await fake.write(ANN, "/download_my_data")
        await fake.until(lambda: fake.texts(ANN))
    (sent,) = fake.of("sendDocument")
    assert sent["chat_id"] == ANN
    assert sent["document"] == f"What is held in {ANN}."
    assert fake.texts(ANN) == ["That is all."]


async def test_it_is_not_said_to_be_there_when_it_is_not(
    fake: FakeApi, database_url: str, key_path: Path
) -> None:
    fake.fault("sendDocument", 400)
    async with house(fake, database_url, key_path):
        await fake.write(ANN, "/download_my_data")
        await fake.until(lambda: fake.texts(ANN))
    assert fake.texts(ANN) == [words.FILE_NOT_SENT]
