"""What Telegram's refusals and the network's failures mean for whoever wanted something sent.

The one hard question is whether a message may have arrived all the same. It can't have when there
was no connection, and may have when the answer got lost. Errors carry no text of Telegram's own,
because that can quote a message or the address with the token.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import BotError, ChannelDown, SendFailed, Unreachable

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
GONE = ("chat not found", "user is deactivated", "have no rights", "not enough rights", "kicked")
MUTED = ("httpx", "httpcore", "telegram")
"""Loggers that put the token, or whole updates, into their lines."""


def explain(error: TelegramError) -> BotError:
    """The error in the courier's words. ChatMigrated is for the sender to deal with."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        wait = after if isinstance(after, timedelta) else timedelta(seconds=after)
        return SendFailed("Telegram wants a pause.", retry_after=wait)
    if isinstance(error, Forbidden):
        return Unreachable("The person has blocked the bot, or the group has removed it.")
    if isinstance(error, BadRequest):
        if any(said in str(error).lower() for said in GONE):
            return Unreachable("The chat isn't there any more.")
        return SendFailed("Telegram refuses the message.")
    if isinstance(error, (InvalidToken, Conflict)):
        return ChannelDown("Telegram refuses the bot's token.")
    if isinstance(error, TimedOut):
        if isinstance(error.__cause__, NOT_SENT):
            return ChannelDown("Telegram can't be reached.")
        return SendFailed("Telegram didn't answer.", uncertain=True)
    if isinstance(error, NetworkError):
        certain = isinstance(error.__cause__, NOT_SENT)
        return ChannelDown("Telegram can't be reached.", uncertain=not certain)
    if isinstance(error, ChatMigrated):
        return SendFailed("The group has another number now.")
    return SendFailed("Telegram refuses the message.", uncertain=True)


def kind(error: BaseException) -> str:
    """What may be logged of an error."""
    return type(error).__name__
