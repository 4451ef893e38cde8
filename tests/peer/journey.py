"""One report through a Telegram that nobody here wrote: the npm package `telegram-test-api`.

`make test-telegram-peer` fetches the package into `.bench/peer` and runs this. It has no files, so
evidence is told in words. `server.js` adds what its answers leave out.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from bot.settings import Settings
from tests.channels.telegram.journey import running, walk
from tests.conftest import ROOT
from tests.ports import free_port

TOKEN = "4455:a-token-for-the-peer"
MODULES = ROOT / ".bench" / "peer" / "node_modules"


@dataclass
class Peer:
    """People in the package's Telegram, by what it offers to test clients."""

    client: httpx.AsyncClient

    async def write(self, person: int, text: str) -> object:
        message = {"botToken": TOKEN, "date": int(time.time()), "text": text, **_who(person)}
        return await self.client.post("/sendMessage", json=message)

    async def press(self, person: int, title: str) -> object:
        for sent in reversed(await self._sent(person)):
            rows = (sent["message"].get("reply_markup") or {}).get("inline_keyboard", [])
            for row in rows:
                if row[0]["text"] == title:
                    message = {"message_id": sent["messageId"], "date": 1, **_who(person)}
                    pressed = {"botToken": TOKEN, "message": message, "from": message["from"]}
                    pressed["data"] = row[0]["callback_data"]
                    return await self.client.post("/sendCallback", json=pressed)
        raise AssertionError(f"no button {title!r} is shown")

    async def show(self, person: int) -> object:
        return await self.write(person, "screenshots, on my phone")

    async def said(self, person: int) -> list[str]:
        return [one["message"]["text"] for one in await self._sent(person)]

    async def _sent(self, person: int) -> list[Any]:
        answer = await self.client.post("/getUpdatesHistory", json={"token": TOKEN})
        chat = str(person)
        history: list[Any] = answer.json()["result"]
        return [one for one in history if str(one.get("message", {}).get("chat_id")) == chat]


def _who(person: int) -> dict[str, Any]:
    name = {"first_name": "Somebody", "username": "somebody"}
    return {
        "from": {"id": person, "is_bot": False, **name},
        "chat": {"id": person, "type": "private", **name},
    }


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    node = shutil.which("node")
    assert node and MODULES.is_dir(), "start this with `make test-telegram-peer`"
    port = free_port()
    server = await asyncio.create_subprocess_exec(
        node,
        str(Path(__file__).with_name("server.js")),
        str(port),
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while not await _answers(client):
                assert server.returncode is None, "the package's server has ended"
                await asyncio.sleep(0.05)
            yield Peer(client)
    finally:
        if server.returncode is None:
            server.kill()
        await server.wait()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.post("/getUpdatesHistory", json={"token": TOKEN})).is_success
    except httpx.ConnectError:
        return False


async def test_a_report_goes_all_the_way(settings: Settings) -> None:
    async with peer() as one:
        given = replace(
            settings, telegram_token=TOKEN, telegram_api=str(one.client.base_url).rstrip("/")
        )
        async with running(given) as app:
            await walk(one, app)
