"""Somebody in Telegram, and a fake Telegram that knows what it has shown to whom."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from typing import Any

from tests.channels.telegram.fake_api import FakeApi, Json
from tests.resilience.soak.ledger import Ledger
from tests.resilience.soak.on_page import PATIENCE
from tests.resilience.soak.talking import Heard, NoAnswer

TOGETHER = 1.5
"""Seconds within which the next of several replies comes: a chat gets one a second."""
ASKS_FOR_FILES = "what have you kept"
"""The question at which a file is taken."""


class Town(FakeApi):
    """Remembers each chat's messages by themselves, since a whole town's are too many to search."""

    def __init__(self) -> None:
        super().__init__()
        self.chats: defaultdict[int, list[tuple[int, Json]]] = defaultdict(list)

    def _send(self, given: Json) -> Any:
        answer = super()._send(given)
        if isinstance(answer, dict):
            self.chats[given["chat_id"]].append((answer["message_id"], given))
        return answer


class Phone:
    def __init__(self, town: Town, ledger: Ledger, person: int) -> None:
        self._town = town
        self._ledger = ledger
        self._person = person

    async def say(self, text: str) -> Heard:
        before = self._before()
        return await self._heard(before, await self._town.write(self._person, text))

    async def press(self, title: str) -> Heard:
        """A button that is gone by now is written instead, as the bot asks for."""
        for number, message in reversed(self._town.chats[self._person][-4:]):
            for data in (one["callback_data"] for one in _keys(message) if one["text"] == title):
                before = self._before()
                pressed = await self._town.press_data(self._person, number, data)
                return await self._heard(before, pressed)
        return await self.say(title)

    async def show(self, content: str) -> Heard:
        before, name = self._before(), f"file-{self._person}-{len(self._town.files)}"
        self._town.files[name] = content.encode()
        file = {
            "file_id": name,
            "file_unique_id": "u",
            "file_name": "words.txt",
            "mime_type": "text/plain",
            "file_size": len(content),
        }
        update = await self._town.push(message=self._town.message(self._person, document=file))
        return await self._heard(before, update)

    def _before(self) -> int:
        return len(self._town.chats[self._person])

    async def _heard(self, before: int, update: int) -> Heard:
        self._ledger.taken += 1
        begun, chat = time.monotonic(), self._town.chats[self._person]
        while len(chat) == before:
            if time.monotonic() - begun > PATIENCE:
                self._ledger.unheard[str(update)] = False
                self._ledger.waits.append(time.monotonic() - begun)
                raise NoAnswer(f"{self._person}")
            await asyncio.sleep(0.1)
        self._ledger.waits.append(time.monotonic() - begun)
        await asyncio.sleep(TOGETHER)
        text = "\n".join(message["text"] for _, message in chat[before:])
        buttons = tuple(one["text"] for one in _keys(chat[-1][1]))
        return Heard(text, buttons, files=ASKS_FOR_FILES in text.casefold())


def _keys(message: Json) -> list[Json]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [one for row in rows for one in row if "callback_data" in one]
