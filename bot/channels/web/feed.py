"""What an open page is told: every new line of its conversation, as it is to be shown.

The page says how far it has come, and after a break in the line its browser says so by itself, so
nothing is missed. The bell rings when there may be something; now and then it is looked at anyway,
since another process may have answered. The page drops what it shows already.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.channels.web.chat import Chats, Cursor
from bot.channels.web.pages import Pages
from bot.errors import BotError

log = logging.getLogger(__name__)

LOOK_EACH = 2.0
LIFE_SIGN_EACH = 8
"""Looks without news between two signs of life, which also show whether somebody is there."""


async def feed(
    chats: Chats, pages: Pages, conversation: str, base: str, since: str
) -> AsyncGenerator[str, None]:
    """It ends when the database is away. The page comes back by itself, and goes on from there."""
    events = _events(chats, pages, conversation, base, since)
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    except BotError as error:
        log.error("a page can't be kept up to date: %s", type(error).__name__)


async def _events(
    chats: Chats, pages: Pages, conversation: str, base: str, since: str
) -> AsyncGenerator[str, None]:
    cursor, seen, quiet = Cursor.read(since), set[str](), 0
    with chats.streams.listen(conversation) as bell:
        yield "retry: 1000\n\n"
        while not bell.over:
            both, cursor = await chats.shown(conversation, cursor)
            files = await chats.bot.takes_files(conversation)
            fresh = [line for _, line in both if line.key not in seen]
            seen = {line.key for _, line in both}
            for line in fresh:
                html = pages.line(line, base, chats.new_id())
                news = {"key": line.key, "mine": line.mine, "html": html, "files": files}
                yield f"id: {cursor}\ndata: {json.dumps(news)}\n\n"
            quiet = 0 if fresh else quiet + 1
            if not await bell.wait(LOOK_EACH) and quiet >= LIFE_SIGN_EACH:
                quiet = 0
                if await chats.find(conversation) is None:
                    break
                yield ": still here\n\n"
        if not chats.streams.closed:
            yield "event: over\ndata: {}\n\n"
