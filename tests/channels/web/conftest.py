"""A chat page over a real store and real turns; only what the bot says is the tests' own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from starlette.routing import BaseRoute

from bot.app import App
from bot.channels.web.chat import Chats
from bot.channels.web.doors import COOKIE, conversation_of
from bot.channels.web.joining import Passes
from bot.channels.web.pages import Pages
from bot.channels.web.routes import ChatRoutes
from bot.channels.web.streams import CHANNEL, Streams
from bot.messages import Arrival, Button, Reply, Said
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.site import Rules, site
from bot.store import Store
from tests.conftest import Clock

HERE = "http://signpost.test"
LEAVE_TO = "https://weather.example/today"
OWN_PAGE = {"Origin": HERE}


@dataclass
class Speaker:
    """Says a message back, says so when it sounds of danger, and asks for a file."""

    heard: list[Arrival] = field(default_factory=list)
    failing: bool = False

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        self.heard.append(arrival)
        if arrival.files:
            return Said((Reply("Thank you for the file."),), "flow"), b"said"
        if "danger" in arrival.text:
            return Said(
                (Reply("Call 999."), Reply("Shall I?", (Button("Yes", "y"),))), "urgent"
            ), b""
        offered = (Button("A & B", "/x"),)
        return Said((Reply(f"Question 3 of 9. You said {arrival.text}", offered),), "flow"), b"said"


class AppThatAsks(App):
    """Takes files when a test wants it to."""

    asking = False
    broken: Exception | None = None

    async def takes_files(self, conversation: str) -> bool:
        return self.asking

    async def accept(self, arrival: Arrival) -> int | None:
        if self.broken:
            raise self.broken
        return await super().accept(arrival)


@dataclass
class Running:
    """All of it, put together."""

    app: AppThatAsks
    chats: Chats
    store: Store
    speaker: Speaker
    streams: Streams
    pages: Pages
    browser: httpx.AsyncClient
    transport: httpx.ASGITransport

    def other(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self.transport, base_url=HERE, headers={**OWN_PAGE, **headers}
        )

    async def begin(self, school: str = "welbeck", role: str = "staff") -> str:
        """Begin a conversation; its name."""
        begun = await self.browser.post("/chat/begin", data={"school": school, "role": role})
        assert begun.status_code == 303, begun.text
        return conversation_of(self.browser.cookies[COOKIE])

    async def say(self, text: str, **more: str) -> httpx.Response:
        return await self.browser.post("/chat/messages", data={"text": text, **more})


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock,
    rules: Rules,
    *,
    free: bool = True,
    brought: Callable[[Store], Sequence[BaseRoute]] = lambda store: (),
) -> AsyncIterator[Running]:
    """`brought` are routes that stand beside the page's, over the same store."""
    numbers = itertools.count(1)

    def new_id() -> str:
        return f"{next(numbers):032x}"

    store = await Store.open(settings.database_url, settings.key_file, now=clock, new_id=new_id)
    speaker, streams, pages = Speaker(), Streams(), Pages()
    app = AppThatAsks(
        store,
        Shelf(Library.load(settings.content_dir)),
        speaker,
        settings,
        {CHANNEL: streams},
        help_alone=lambda arrival: (
            Said((Reply("Call 999 now."),), "urgent") if "danger" in arrival.text else None
        ),
        answered=streams.ring,
        now=clock,
        new_id=new_id,
    )
    chats = Chats(app, store.web, streams, now=clock, new_id=new_id)
    secure = None if rules.origin is None else rules.origin.startswith("https")
    passes = Passes(store.enrolments, free=free)
    routes = ChatRoutes(chats, passes, pages, secure=secure, leave_to=LEAVE_TO)
    transport = httpx.ASGITransport(
        site(pages, rules, routes, brought(store)), raise_app_exceptions=True
    )
    serving = asyncio.create_task(app.serve())
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=OWN_PAGE) as browser:
        yield Running(app, chats, store, speaker, streams, pages, browser, transport)
    await app.stop()
    await serving
    await store.close()


@pytest.fixture
def rules() -> Rules:
    return Rules(None, LEAVE_TO, ("https://school.example",))


@pytest_asyncio.fixture
async def chat(settings: Settings, clock: Clock, rules: Rules) -> AsyncIterator[Running]:
    async with running(settings, clock, rules) as whole:
        yield whole
