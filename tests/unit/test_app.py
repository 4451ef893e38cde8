"""The house put together: what it tells when a turn fails, and how it begins and ends."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import pytest
import pytest_asyncio

from bot.app import App
from bot.errors import BotError, PackError, StoreError
from bot.messages import Arrival, Reply, Said
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.store import Store
from tests.conftest import Clock

SOON = 20.0


@dataclass
class Ticking:
    """A clock that goes on by itself, so that a retry's wait is over at the next look."""

    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
    step: timedelta = timedelta(seconds=2)

    def __call__(self) -> datetime:
        self.moment += self.step
        return self.moment


@dataclass
class Echo:
    """Says everything back; fails the first times that it is asked."""

    failures: int = 0

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        if self.failures:
            self.failures -= 1
            raise ValueError(arrival.text)
        return Said((Reply(f"{arrival.text}!"),), "chat"), b""


@dataclass
class Letterbox:
    arrived: list[str] = field(default_factory=list)
    some: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        self.arrived.append(reply.text)
        self.some.set()


def says(text: str, update: str = "u1") -> Arrival:
    return Arrival("web", update, "web:ann", "welbeck", "staff", text)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture
def now() -> Ticking:
    return Ticking()


@pytest_asyncio.fixture
async def app(
    settings: Settings, echo: Echo, box: Letterbox, now: Ticking, new_id: Callable[[], str]
) -> AsyncIterator[App]:
    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    shelf = Shelf(Library.load(settings.content_dir))
    yield App(store, shelf, echo, settings, {"web": box}, now=now, new_id=new_id)
    await store.close()


async def test_a_message_goes_all_the_way(app: App, box: Letterbox) -> None:
    said = await app.answer(says("hello"))
    assert said == Said((Reply("hello!"),), "chat")
    assert box.arrived == ["hello!"]


async def test_a_message_that_came_before_is_not_answered_again(app: App, box: Letterbox) -> None:
    await app.answer(says("hello"))
    with pytest.raises(BotError, match="answered before"):
        await app.answer(says("hello"))
    assert box.arrived == ["hello!"]


async def test_a_failure_that_passes_is_not_noticed(app: App, echo: Echo) -> None:
    echo.failures = 2
    assert (await app.answer(says("hello"))).replies == (Reply("hello!"),)


async def test_one_that_stays_is_told_with_whom_to_turn_to(
    app: App, echo: Echo, box: Letterbox
) -> None:
    echo.failures = 99
    said = await app.answer(says("sentinel"))
    (reply,) = said.replies
    for words in ("It is kept", "call 999", "NSPCC", "safeguarding lead"):
        assert words in reply.text
    assert "sentinel" not in reply.text
    assert box.arrived == [reply.text]
    echo.failures = 0
    assert (await app.answer(says("again", "u2"))).outcome == "chat"


async def test_working_off_waits_for_what_must_be_tried_again(
    app: App, echo: Echo, box: Letterbox, now: Ticking
) -> None:
    now.step = timedelta()
    told: list[str] = []

    def held_up() -> None:
        told.append("held up")
        now.step = timedelta(seconds=2)

    await app.accept(says("one"))
    await app.work_off(held_up)
    assert (box.arrived, told) == (["one!"], [])
    echo.failures = 2
    await app.accept(says("two", "u2"))
    await app.work_off(held_up)
    assert (box.arrived, told) == (["one!", "two!"], ["held up"])


async def test_it_serves_until_it_is_stopped(app: App, box: Letterbox) -> None:
    serving = asyncio.create_task(app.serve())
    await app.accept(says("hello"))
    await asyncio.wait_for(box.some.wait(), SOON)
    await app.stop()
    await asyncio.wait_for(serving, SOON)
    assert box.arrived == ["hello!"]


async def test_schools_have_their_names(app: App) -> None:
    assert ("welbeck", "Welbeck Primary School") in app.schools()
    app.check_school("welbeck")
    with pytest.raises(PackError, match="hogwarts"):
        app.check_school("hogwarts")


async def test_what_cannot_be_opened_leaves_no_database(
    settings: Settings, clock: Clock, new_id: Callable[[], str]
) -> None:
    no_content = replace(settings, content_dir=settings.key_file.parent / "nowhere")
    with pytest.raises(PackError, match="not a folder"):
        await App.open(no_content, {}, now=clock, new_id=new_id)
    assert not settings.key_file.exists()


async def test_without_the_trained_model_urgent_help_still_goes_out(
    settings: Settings, box: Letterbox, now: Ticking, new_id: Callable[[], str]
) -> None:
    no_model = replace(settings, model_dir=settings.key_file.parent)
    app = await App.open(no_model, {"web": box}, now=now, new_id=new_id)
    said = await app.answer(says("a girl in my class has just said she wants to die"))
    assert said.outcome == "urgent" and "call 999" in box.arrived[0]
    ordinary = await app.answer(says("can i post photos of the fair?", "u2"))
    assert "couldn't answer" in ordinary.replies[0].text, "kept, and said to be unanswered"
    await app.close()


async def test_urgent_help_goes_out_though_nothing_can_be_stored(
    settings: Settings, echo: Echo, box: Letterbox, now: Ticking, new_id: Callable[[], str]
) -> None:
    store = await Store.open(
        settings.database_url,
        settings.key_file,
        now=now,
        new_id=new_id,
        patience=timedelta(seconds=0.05),
    )
    helped = Said((Reply("Call 999."),), "urgent")
    app = App(
        store,
        Shelf(Library.load(settings.content_dir)),
        echo,
        settings,
        {"web": box},
        help_alone=lambda arrival: helped if "danger" in arrival.text else None,
        now=now,
        new_id=new_id,
    )
    busy = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")  # as a backup does that hangs
    assert await app.answer(says("she is in danger")) == helped
    with pytest.raises(StoreError):
        await app.answer(says("hello", "u2"))
    busy.close()
    await store.close()
