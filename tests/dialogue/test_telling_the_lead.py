"""The whole way of an urgent message that is passed on: help, a question, a record, the alerts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App
from bot.cases import ReaderRole
from bot.first import YES
from bot.messages import Arrival, Reply, Said
from bot.settings import Settings
from bot.store import Store
from tests.conftest import Clock
from tests.store.readers import School
from tests.store.readers import add as add_to

DANGER = "a girl in my class, zzsentinelzz, has just told me she wants to kill herself"


@dataclass
class Postbox:
    arrived: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        self.arrived.append((conversation, reply.text))


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest_asyncio.fixture
async def app(
    settings: Settings, postbox: Postbox, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[App]:
    opened = await App.open(settings, {"email": postbox}, now=clock, new_id=new_id)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def store(
    app: App, settings: Settings, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[Store]:
    """The same database, as the administrator's verbs open it."""
    opened = await Store.open(settings.database_url, settings.key_file, now=clock, new_id=new_id)
    yield opened
    await opened.close()


async def test_every_reader_who_may_is_told_at_once(
    app: App,
    store: Store,
    postbox: Postbox,
    settings: Settings,
    new_id: Callable[[], str],
) -> None:
    school = await School.opened(store, "welbeck")
    lead = await add(school, "Ann Lee", "dsl")
    head = await add(school, "Bo Hill", "head")
    asked = await says(app, new_id, DANGER)
    assert "call 999" in asked.replies[0].text
    assert "the headteacher now?" in asked.replies[1].text
    assert not postbox.arrived, "nothing is passed on before the person says so"

    told = await says(app, new_id, YES)
    assert told.reference and told.reference in told.replies[0].text
    assert {where for where, _ in postbox.arrived} == {f"alert:{lead}:email", f"alert:{head}:email"}
    assert all(told.reference in text and "zzsentinel" not in text for _, text in postbox.arrived)
    for reader in (lead, head):
        opened = await school.read(told.reference, reader)
        assert (opened.record.words, opened.record.severity) == (DANGER, "immediate")
    kept = Path(settings.database_url.removeprefix("sqlite:///"))
    files = [file.read_bytes() for file in kept.parent.glob(f"{kept.name}*")]
    assert not any(b"zzsentinel" in content for content in files)


async def test_whoever_it_is_about_hears_nothing(
    app: App, store: Store, postbox: Postbox, new_id: Callable[[], str]
) -> None:
    school = await School.opened(store, "welbeck")
    await add(school, "Bo Hill", "head")
    lead = await add(school, "Ann Lee", "dsl")
    await says(app, new_id, "the headteacher keeps messaging a girl in year 9 in secret at night")
    told = await says(app, new_id, "yes")
    assert told.reference
    assert {where for where, _ in postbox.arrived} == {f"alert:{lead}:email"}


async def add(school: School, name: str, role: ReaderRole) -> int:
    return await add_to(school.store, name, role, school="welbeck")


async def says(app: App, new_id: Callable[[], str], text: str) -> Said:
    return await app.answer(Arrival("test", new_id(), "test:1", "welbeck", "staff", text))
