"""What Telegram does wrong, and what becomes of what people wrote and were told."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.telegram import files, webhook
from bot.errors import FetchFailed
from bot.logs import Reticent
from bot.messages import Attachment
from tests.channels.telegram.fake_api import GROUP, TOKEN, FakeApi
from tests.channels.telegram.house import ANN, BOB, House, house


async def answered(fake: FakeApi, chat: int, text: str) -> None:
    await fake.until(lambda: text in fake.texts(chat))


async def test_a_pause_that_telegram_wants_is_kept(bot: House) -> None:
    bot.fake.fault("sendMessage", 429, parameters={"retry_after": 1})
    await bot.fake.write(ANN, "hello")
    await answered(bot.fake, ANN, "1: hello")
    assert bot.fake.texts(ANN) == ["1: hello"]


async def test_who_has_blocked_the_bot_holds_up_nobody(bot: House) -> None:
    bot.fake.fault("sendMessage", 403, chat=ANN, times=99, description="Forbidden: blocked")
    await bot.fake.write(ANN, "hello")
    await bot.fake.write(BOB, "hello")
    await answered(bot.fake, BOB, "1: hello")
    assert bot.fake.texts(ANN) == []


async def test_a_server_error_is_waited_out(bot: House) -> None:
    bot.fake.fault("sendMessage", 502, times=1)
    await bot.fake.write(ANN, "hello")
    await answered(bot.fake, ANN, "1: hello")


async def test_an_answer_that_got_lost_may_show_one_reply_twice(bot: House) -> None:
    bot.fake.fault("sendMessage", 500, after=True)
    await bot.fake.write(ANN, "hello")
    await bot.fake.until(lambda: bot.fake.texts(ANN) == ["1: hello"] * 2)


async def test_the_same_update_brought_again_is_answered_once(bot: House) -> None:
    bot.fake.repeats = True
    await bot.fake.write(ANN, "hello")
    await answered(bot.fake, ANN, "1: hello")
    polls = len(bot.fake.of("getUpdates"))
    await bot.fake.until(lambda: len(bot.fake.of("getUpdates")) > polls + 3)
    assert bot.fake.texts(ANN) == ["1: hello"]


async def test_a_group_that_moves_is_followed(bot: House) -> None:
    bot.fake.fault("sendMessage", 400, chat=GROUP, parameters={"migrate_to_chat_id": GROUP - 1})
    await bot.fake.push(message=bot.fake.in_group(ANN, "@SignpostTestBot may I?"))
    await answered(bot.fake, GROUP - 1, "1: may I?")


async def test_a_bot_that_starts_while_telegram_is_down_begins_later(
    fake: FakeApi, database_url: str, key_path: Path
) -> None:
    fake.down = True
    await fake.write(ANN, "are you there?")
    async with house(fake, database_url, key_path):
        fake.fault("getMe", 500, times=2)
        fake.down = False
        await answered(fake, ANN, "1: are you there?")


async def test_of_two_processes_one_sends_and_both_stop(
    fake: FakeApi, database_url: str, key_path: Path
) -> None:
    async with house(fake, database_url, key_path) as one:
        await fake.until(one.telegram.leads)
        async with house(fake, database_url, key_path) as other:
            await fake.write(ANN, "hello")
            await answered(fake, ANN, "1: hello")
            assert not other.telegram.leads()
            begun = asyncio.get_running_loop().time()
        # It waits for its turn most of the time, and must not be held by that.
        assert asyncio.get_running_loop().time() - begun < 10
    assert fake.texts(ANN) == ["1: hello"]


async def test_a_long_reply_comes_in_pieces_and_goes_on_where_it_broke_off(bot: House) -> None:
    text = "One short sentence. " * 350
    await bot.fake.write(ANN, text)
    await bot.fake.until(lambda: len(bot.fake.texts(ANN)) == 1)
    bot.fake.fault("sendMessage", 429, parameters={"retry_after": 1})
    await bot.fake.until(lambda: len(bot.fake.texts(ANN)) == 2)
    assert " ".join(bot.fake.texts(ANN)) == f"1: {text.strip()}"


async def test_files_are_fetched_when_asked_for_and_up_to_a_size(bot: House) -> None:
    bot.fake.files["f1"] = b"a picture"
    fetched = await bot.telegram.fetch(Attachment("picture", "f1", 9))
    assert fetched == b"a picture"
    with pytest.raises(FetchFailed, match="20 MB"):
        await bot.telegram.fetch(Attachment("document", "f1", 30 * 2**20))
    with pytest.raises(FetchFailed, match="any more"):
        await bot.telegram.fetch(Attachment("document", "gone"))
    assert files.GONE


async def test_a_webhook_takes_what_has_the_secret_and_keeps_it_first(
    fake: FakeApi, database_url: str, key_path: Path
) -> None:
    url = "https://signpost.school.example"
    async with house(fake, database_url, key_path, public_url=url, secret="hush") as bot:
        await fake.until(lambda: fake.webhook)
        assert fake.webhook is not None
        assert fake.webhook["url"] == url + webhook.path(TOKEN)
        assert TOKEN.partition(":")[2] not in fake.webhook["url"]
        assert bot.telegram.route is not None
        transport = httpx.ASGITransport(app=Starlette(routes=[bot.telegram.route]))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            update = {"update_id": 5, "message": fake.message(ANN, "brought")}
            path, secret = webhook.path(TOKEN), {webhook.SECRET_HEADER: "hush"}
            assert (await client.post(path, json=update)).status_code == 401
            wrong = {webhook.SECRET_HEADER: "hush!"}
            assert (await client.post(path, json=update, headers=wrong)).status_code == 401
            assert await bot.store.doorstep.waiting(9) == []
            for _ in range(2):
                assert (await client.post(path, json=update, headers=secret)).status_code == 200
            big = b" " * (webhook.BIGGEST + 1)
            assert (await client.post(path, content=big, headers=secret)).status_code == 413
            for odd in (b"[1]", b"SENTINEL", b"[1]"):
                taken = await client.post(path, content=odd, headers=secret)
                assert taken.status_code == 200
        await answered(fake, ANN, "1: brought")
        assert fake.texts(ANN) == ["1: brought"]
        while await bot.store.doorstep.waiting(9):
            await asyncio.sleep(0.02)
        assert await bot.store.doorstep.aside() == 2, "what isn't an update is kept, each once"
        assert fake.of("getUpdates") == []


async def test_no_log_has_a_text_a_name_or_the_token(
    fake: FakeApi, database_url: str, key_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(Reticent())
    fake.fault("sendMessage", 400, description="Bad Request: SENTINEL", times=1)
    fake.fault("sendMessage", 403, description="Forbidden: SENTINEL", chat=BOB)
    async with house(fake, database_url, key_path):
        await fake.push(message={"chat": "SENTINEL"})
        await fake.write(BOB, "SENTINEL words")
        await fake.write(ANN, "SENTINEL words")
        await answered(fake, ANN, "1: SENTINEL words")
        fake.down = True
        polls = len(fake.calls)
        fake.down = False
        await fake.until(lambda: len(fake.calls) > polls)
    assert "set aside" in caplog.text
    assert "SENTINEL" not in caplog.text
    assert "sentinel" not in caplog.text
    assert TOKEN not in caplog.text
