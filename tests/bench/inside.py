"""The whole bot in this process: for turns, whose cost a pipe and a second process would blur.

It is put together by `App.open` like any other, with its database on the disk of the project and
not in memory: a turn that isn't written down isn't one.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from bot.app import App
from bot.delivery import Sender
from bot.logs import configure_logging
from bot.messages import Arrival, Reply
from bot.settings import Settings, load_settings
from bot.store import Store
from bot.verbs.care import make_model
from tests.bench import places
from tests.bench.messages import messages
from tests.store.readers import School, add

CHANNEL = "bench"
WARM_UP = 100


@dataclass
class Arrived:
    """A channel's far end: when each reply came, and in which order to each conversation."""

    moments: dict[int, float] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        number = int(reference.partition("-")[0])
        self.moments.setdefault(number, time.perf_counter())
        self.order.setdefault(conversation, []).append(number)


@asynccontextmanager
async def bot(far_end: Sender | None = None, warm_up: int = WARM_UP) -> AsyncIterator[App]:
    """A bot that has answered a few messages already."""
    settings = load_settings(dict(os.environ))
    make_model(settings.model_dir)
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="inside-") as folder:
        own = replace(
            settings,
            database_url=f"sqlite:///{folder}/bench.db",
            key_file=Path(folder) / "bench.key",
        )
        configure_logging()
        app = await App.open(own, {CHANNEL: far_end or Arrived()}, now=_now, new_id=_new_id)
        await _with_a_reader(own)
        try:
            for text in messages(warm_up):
                await answer(app, text, "warm-up")
            yield app
        finally:
            logging.captureWarnings(False)
            await app.close()


async def _with_a_reader(settings: Settings) -> None:
    """No form begins at a school where nobody would receive what it gathers."""
    store = await Store.open(settings.database_url, settings.key_file, now=_now, new_id=_new_id)
    school = await School.opened(store, places.SCHOOL)
    await add(school.store, "Ann Lee", "dsl", school=places.SCHOOL)
    await store.close()


def says(text: str, who: str) -> Arrival:
    who = f"{CHANNEL}:{who}"
    return Arrival(CHANNEL, _new_id(), who, places.SCHOOL, "staff", text)


async def answer(app: App, text: str, who: str) -> float:
    """Milliseconds from the message to its reply: kept, understood, committed and delivered."""
    arrival = says(text, who)
    begun = time.perf_counter()
    said = await app.answer(arrival)
    taken = (time.perf_counter() - begun) * 1000
    if not said.replies:
        raise places.BenchError(f"The bot answered {text!r} with nothing.")
    return taken


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return uuid.uuid4().hex
