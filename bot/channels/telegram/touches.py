"""Small courtesies in a chat that nobody waits for: they are tried once, and may fail.

To answer a pressed button, to take buttons off a message, to show that the bot is writing. Nothing
is lost when Telegram doesn't take them, so they are neither stored nor tried again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.trouble import kind

log = logging.getLogger(__name__)

BEFORE_TYPING = 0.7
"""Seconds: most answers are there before that, and need no sign that one is coming."""

TYPING_LASTS = 4.5
MOST_WATCHED = 20
"""Chats; where more wait at once, a sign for each would make all of them wait longer."""

MOST_TYPING = 6
"""Times; after that the answer is somewhere else, or won't come soon."""


class Touches:
    def __init__(self, bot: Bot, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._bot = bot
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self._typing: dict[int, asyncio.Task[None]] = {}

    def answer(self, query: str, text: str | None = None) -> None:
        """End the little clock on a pressed button; `text` is shown for a moment."""
        self.start(self._bot.answer_callback_query(query, text=text))

    def take_buttons(
        self, chat: int, message: int, left: InlineKeyboardMarkup | None = None
    ) -> None:
        """Take the buttons off a message, but for those that are `left`."""
        self.start(
            self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=left)
        )

    def typing(self, chat: int) -> None:
        """Show that an answer is coming, until it has come."""
        if chat not in self._typing and len(self._typing) < MOST_WATCHED:
            self._typing[chat] = self.start(self._keep_typing(chat))

    def written(self, chat: int) -> None:
        """An answer has come."""
        if task := self._typing.pop(chat, None):
            task.cancel()

    def start(self, touch: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        """Do something without anybody waiting for it."""
        task = asyncio.create_task(self._try(touch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        for task in self._typing.values():
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_typing(self, chat: int) -> None:
        try:
            await self._sleep(BEFORE_TYPING)
            for _ in range(MOST_TYPING):
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
                await self._sleep(TYPING_LASTS)
        finally:
            self._typing.pop(chat, None)

    @staticmethod
    async def _try(touch: Coroutine[Any, Any, Any]) -> None:
        try:
            await touch
        except TelegramError as error:
            log.info("a courtesy was not taken: %s", kind(error))
        except Exception as error:  # noqa: BLE001  # an odd answer; left alone, it would be logged whole
            log.warning("a courtesy was answered oddly: %s", kind(error))
