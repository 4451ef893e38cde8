"""Keeps within Telegram's limits: overall, in each chat, and in groups.

Everyone who wants to send is given a moment, in the order in which they ask: first in their chat,
then among all. The courier asks for the urgent first, and has few sends under way, so the urgent
wait for those few at most. Whoever would have to wait long is told so instead, and lets others by.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import SendFailed

LONGEST_WAIT = 5.0
KEPT = 10_000
"""Chats whose last moment is remembered; the oldest are long past their limit."""


@dataclass(frozen=True)
class Limits:
    """Messages a second."""

    overall: float = 30.0
    chat: float = 1.0
    group: float = 20 / 60


LIMITS = Limits()


class Pacing:
    """`moment` is a clock in seconds that only goes forward."""

    def __init__(
        self,
        moment: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        limits: Limits = LIMITS,
    ) -> None:
        self._moment = moment
        self._sleep = sleep
        self._limits = limits
        self._free_at = 0.0
        self._chats: dict[int, float] = {}

    async def chat(self, chat: int) -> None:
        """Wait until one message may go to a chat; SendFailed when that is too far off."""
        now = self._moment()
        free = self._chats.get(chat, now)
        if free - now > LONGEST_WAIT:
            raise SendFailed("This chat has had too much.", timedelta(seconds=free - now))
        at = max(now, free)
        self._book(chat, at + 1 / self._rate(chat))
        if at > now:
            await self._sleep(at - now)

    async def overall(self, chat: int) -> None:
        """Wait for a place among all messages: last of all, so that nobody keeps one idle."""
        now = self._moment()
        at = max(now, self._free_at)
        self._free_at = at + 1 / self._limits.overall
        self._book(chat, max(self._chats.get(chat, 0.0), at + 1 / self._rate(chat)))
        if at > now:
            await self._sleep(at - now)

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram itself has asked for a pause."""
        self._book(chat, max(self._chats.get(chat, 0.0), self._moment() + seconds))

    def _rate(self, chat: int) -> float:
        # Groups have negative numbers.
        return self._limits.group if chat < 0 else self._limits.chat

    def _book(self, chat: int, free: float) -> None:
        self._chats.pop(chat, None)
        self._chats[chat] = free
        if len(self._chats) > KEPT:
            del self._chats[next(iter(self._chats))]
