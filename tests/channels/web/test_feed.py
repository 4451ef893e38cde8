"""What an open page is told, and what it is told again after a break in the line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.web import feed as feeding
from bot.channels.web.chat import Cursor
from bot.channels.web.feed import feed
from bot.channels.web.streams import MOST_PAGES
from bot.errors import StoreError
from tests.channels.web.conftest import Running

SOON = 10.0


async def news(events: AsyncIterator[str]) -> dict[str, Any]:
    """The next line that is told; signs of life are passed over."""
    while True:
        event = await asyncio.wait_for(events.__anext__(), SOON)
        if event.startswith("event: over"):
            return {"over": True}
        if event.startswith("id: "):
            head, _, data = event.partition("\n")
            told: dict[str, Any] = json.loads(data.removeprefix("data: "))
            return {**told, "id": head.removeprefix("id: ")}


async def test_a_page_is_told_both_sides_as_they_come(chat: Running) -> None:
    conversation = await chat.begin()
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    assert (await events.__anext__()).startswith("retry")
    await chat.say("hello", id="ab" * 16)
    first, second = await news(events), await news(events)
    assert (first["mine"], first["key"]) == (True, "ab" * 16)
    assert second["mine"] is False and "You said hello" in second["html"]
    chat.app.asking = True
    await chat.say("again")
    assert [(await news(events))["files"] for _ in range(2)][-1] is True
    await events.aclose()


async def test_after_a_break_nothing_is_missed(chat: Running) -> None:
    conversation = await chat.begin()
    await chat.say("one")
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    last = [await news(events) for _ in range(2)][-1]["id"]
    await events.aclose()
    await chat.say("two")
    events = feed(chat.chats, chat.pages, conversation, "/chat", last)
    told: list[str] = []
    while "You said two" not in "".join(told):
        told.append((await news(events))["html"])
    await events.aclose()


async def test_two_tabs_show_the_same(chat: Running) -> None:
    conversation = await chat.begin()
    tabs = [feed(chat.chats, chat.pages, conversation, "/chat", "") for _ in range(2)]
    for tab in tabs:
        await tab.__anext__()
    await chat.say("hello")
    first, second = [(await news(tabs[0]))["key"] for _ in range(2)]
    assert [(await news(tabs[1]))["key"] for _ in range(2)] == [first, second]
    for tab in tabs:
        await tab.aclose()


@pytest.mark.parametrize("way", ["clear", "leave"])
async def test_what_is_closed_in_one_tab_is_closed_in_all(chat: Running, way: str) -> None:
    conversation = await chat.begin()
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    await events.__anext__()
    await chat.browser.post(f"/chat/{way}")
    assert await news(events) == {"over": True}
    with pytest.raises(StopAsyncIteration):
        await events.__anext__()


async def test_a_stopping_server_lets_its_pages_go(chat: Running) -> None:
    conversation = await chat.begin()
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    await events.__anext__()
    chat.streams.close()
    with pytest.raises(StopAsyncIteration):  # without a word, so that the page comes back
        await asyncio.wait_for(events.__anext__(), SOON)


async def test_a_reply_of_another_process_is_found(
    chat: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "LOOK_EACH", 0.01)
    conversation = await chat.begin()
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    await events.__anext__()
    place = await chat.chats.find(conversation)
    assert place is not None
    chat.streams.ring = lambda conversation: None  # type: ignore[method-assign]
    await chat.chats.say(conversation, place, "hello", "ab" * 16)
    assert (await news(events))["mine"]
    assert "You said hello" in (await news(events))["html"]
    await events.aclose()


@pytest.mark.parametrize("looking", ["find", "lines"])
async def test_a_database_that_is_away_ends_it_quietly(
    chat: Running, monkeypatch: pytest.MonkeyPatch, looking: str
) -> None:
    """An error that left it would reach the server, and be logged as one that nobody foresaw."""
    monkeypatch.setattr(feeding, "LOOK_EACH", 0.01)
    conversation = await chat.begin()
    events = feed(chat.chats, chat.pages, conversation, "/chat", "")
    await events.__anext__()

    async def away(*asked: object) -> None:
        raise StoreError("It doesn't answer.")

    monkeypatch.setattr(chat.store.web, looking, away)
    with pytest.raises(StopAsyncIteration):
        await news(events)


async def test_a_stream_without_a_conversation_is_over(chat: Running) -> None:
    assert "event: over" in (await chat.browser.get("/chat/stream")).text


async def test_pages_of_one_conversation_have_an_end(chat: Running) -> None:
    conversation = await chat.begin()
    open_pages = [chat.streams.listen(conversation) for _ in range(MOST_PAGES)]
    for page in open_pages:
        page.__enter__()
    assert (await chat.browser.get("/chat/stream")).status_code == 429
    for page in open_pages:
        page.__exit__(None, None, None)


@pytest.mark.parametrize("text", ["", ".", "x.y", "-1.2", "٣.٤", "9" * 40, "1.2.3"])
def test_any_cursor_can_be_read(text: str) -> None:
    cursor = Cursor.read(text)
    assert cursor.heard >= 0 and cursor.said >= 0
