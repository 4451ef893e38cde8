"""The bot as a school starts it, logging all that it can: nothing that was said, no name, no token.

A process of its own, with Telegram beside the page. What goes well and what goes wrong are both
gone through, and whatever the process printed is looked through in the end.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.channels.telegram import kinds
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.ports import free_port
from tests.verbs.calling import ROOT, Bot, ended

ANN, BO = 501, 502
START = 120.0
"""Seconds that the process may take to be there, on a machine that does much else."""

SAID = (
    "SENTINEL can I accept a friend request from a pupil?",
    "SENTINEL a girl in my class says her uncle touches her",
    "SENTINEL no",
    "SENTINEL I want to report an incident",
    "/cancel",
    "/status",
)


async def test_nothing_that_was_said_no_name_and_no_token_is_printed(
    fake: FakeApi, tmp_path: Path, content_dir: Path
) -> None:
    bot = Bot(
        tmp_path,
        {
            "SIGNPOST_CONTENT_DIR": str(content_dir),
            "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
            "SIGNPOST_TELEGRAM_NAME": "SignpostTestBot",
        },
    )
    invited = await asyncio.to_thread(bot.call, "invite", "staff", "--school", "welbeck")
    code = re.findall(r"start=([\w-]+)", invited.out)[0]
    process = bot.start(
        "run",
        port=str(free_port()),
        log_level="DEBUG",
        telegram_token=TOKEN,
        telegram_api=fake.url,
    )
    try:
        await fake.until(lambda: fake.of("getUpdates"), START)
        await go_through(fake, code)
    finally:
        process.terminate()
        said = await asyncio.to_thread(ended, process)

    assert said.status == 0, said
    printed = said.out + said.err
    for secret in ("SENTINEL", "sentinel", "Smith", code, TOKEN, TOKEN.partition(":")[2]):
        assert secret not in printed
    # It did go wrong, and was logged as far as it may be.
    for line in ("can't be read, and is set aside: TypeError", "given up: Unreachable"):
        assert line in said.err
    assert re.search(r"reply [\w-]+ not sent: SendFailed", said.err)


async def go_through(fake: FakeApi, code: str) -> None:
    async def answered(chat: int, more: int) -> None:
        await fake.until(lambda: len(fake.texts(chat)) >= more, START)

    await fake.push(message={"chat": "SENTINEL"})
    fake.fault("sendMessage", 403, chat=BO, description="Forbidden: SENTINEL was blocked")
    fake.fault("sendMessage", 400, chat=ANN, description="Bad Request: SENTINEL can't be parsed")
    await fake.write(BO, "SENTINEL hello")
    for text in (f"/start {code}", *SAID):
        before = len(fake.texts(ANN))
        await fake.write(ANN, text)
        await answered(ANN, before + 1)
    before = len(fake.texts(ANN))
    files = (kinds.DOCUMENT, {**kinds.PHOTO, "caption": "SENTINEL"}, kinds.CONTACT)
    for one in files:
        await fake.push(message={**fake.message(ANN), **one})
    await fake.push(edited_message={**fake.message(ANN, "SENTINEL may I?"), "edit_date": 2})
    await fake.push(message=fake.in_group(ANN, "@SignpostTestBot SENTINEL may I?"))
    await answered(ANN, before + len(files) + 2)
    await fake.until(lambda: any(one["chat_id"] < 0 for one in fake.of("sendMessage")), START)
