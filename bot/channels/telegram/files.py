"""Fetches what came with a message, when somebody has decided that it may be had."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.reading import BIGGEST
from bot.channels.telegram.trouble import explain, kind
from bot.errors import FetchFailed
from bot.messages import Attachment

TOO_BIG = "The file is larger than the 20 MB that Telegram lets a bot have; send a smaller one."
GONE = "Telegram doesn't have this file any more; please send it again."
LATER = "Telegram can't give the file just now ({kind}); please send it again later."


async def fetch(bot: Bot, attachment: Attachment) -> bytes:
    """The file's content; FetchFailed, with a reason for the person, when it can't be had."""
    if attachment.size is not None and attachment.size > BIGGEST:
        raise FetchFailed(TOO_BIG)
    try:
        file = await bot.get_file(attachment.handle)
        if file.file_size is not None and file.file_size > BIGGEST:
            raise FetchFailed(TOO_BIG)
        content = bytes(await file.download_as_bytearray())
    except BadRequest as error:
        raise FetchFailed(TOO_BIG if "too big" in str(error).lower() else GONE) from None
    except TelegramError as error:
        raise FetchFailed(LATER.format(kind=kind(explain(error)))) from None
    if len(content) > BIGGEST:
        raise FetchFailed(TOO_BIG)
    return content
