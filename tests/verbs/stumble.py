"""A verb of the tests' own: every kind of failure, each with a secret in its hands.

Run as a program, it goes through the same door as every verb, with its logging at its loudest. What
it finds it prints in words of its own; whatever else comes out is looked through by the test.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import structlog

import bot.dialogue  # noqa: F401  # comes before Rasa, for which it makes room

# isort: split
from rasa.shared.core.domain import Domain
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.__main__ import app as verbs
from bot.__main__ import main
from bot.app import App
from bot.dialogue.actions import all_actions
from bot.dialogue.agent import Dialogue
from bot.dialogue.training import model_path
from bot.errors import SendFailed, StoreError, Unreachable
from bot.language.encoder import shared_encoder
from bot.language.search import Search
from bot.messages import Arrival, Reply, Said
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.store import Store
from bot.verbs.start import load
from tests.ends import no_ends
from tests.verbs.calling import SENTINEL, TOKEN

SECRET = f"{SENTINEL} https://api.example/bot{TOKEN}/send"
CHANNEL = "web"


class Stumbling(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """An action that fails with what it was told on its lips."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        raise ValueError(f"{tracker.latest_message['text']} {SECRET}")


class Locking:
    """Answers well, but meanwhile another program takes the database and keeps it."""

    def __init__(self, inner: Dialogue, file: Path) -> None:
        self._inner = inner
        self.other = sqlite3.connect(file, isolation_level=None)

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        answered = await self._inner.respond(arrival, memory)
        self.other.execute("BEGIN IMMEDIATE")
        return answered


class Broken:
    """A way out that fails in each way there is, always with its secrets in the error."""

    def __init__(self) -> None:
        self.troubles: list[Exception] = [
            RuntimeError(SECRET),
            SendFailed(SECRET, uncertain=True),
            Unreachable(SECRET),
        ]

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        raise self.troubles.pop(0)


@dataclass
class Hurrying:
    """A clock on which every look takes three seconds, so that nothing is waited for."""

    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=3)
        return self.moment


class Stage:
    """What every failure needs: the settings, the packs, and a database of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf(Library.load(settings.content_dir))
        self.now = Hurrying()

    def dialogue(self, actions: Callable[[list[Action]], Iterable[Action]]) -> Dialogue:
        def built(domain: Domain) -> Iterable[Action]:
            search = Search(shared_encoder()).nearest
            return actions(
                all_actions(domain, self._shelf, lambda: self.now().date(), search, no_ends())
            )

        return Dialogue(model_path(self._settings.model_dir), built)

    async def store(self, name: str) -> Store:
        return await Store.open(
            f"sqlite:///{name}.db",
            self._settings.key_file,
            now=self.now,
            new_id=lambda: "id",
            patience=timedelta(milliseconds=20),
        )

    def app(self, store: Store, speaker: Dialogue | Locking, sender: Broken | None = None) -> App:
        senders = {CHANNEL: sender} if sender else {}
        return App(
            store,
            self._shelf,
            speaker,
            self._settings,
            senders,
            now=self.now,
            new_id=lambda: "id",
        )


def message(update: str) -> Arrival:
    text = f"{SECRET} may I accept a friend request from a parent"
    return Arrival(CHANNEL, update, f"{CHANNEL}:ann", "welbeck", "staff", text)


async def an_action_fails(stage: Stage) -> str:
    store = await stage.store("action")
    stumbling = stage.dialogue(lambda actions: [Stumbling(one.name()) for one in actions])
    said = await stage.app(store, stumbling).answer(message("1"))
    counts = await store.counts()
    await store.close()
    return f"{counts.failed} failed, and was told: {said.replies[0].text[:20]}"


async def the_store_fails(stage: Stage) -> str:
    store = await stage.store("store")
    speaker = Locking(stage.dialogue(lambda actions: actions), Path("store.db"))
    with closing(speaker.other):
        try:
            await stage.app(store, speaker).answer(message("1"))
        except StoreError as error:
            speaker.other.execute("ROLLBACK")
            waiting = (await store.counts()).waiting
            await store.close()
            held = "held by another program" in str(error)
            return f"{waiting} kept, and the database was {'held' if held else 'lost'}"
    return "nothing failed"


async def the_way_out_fails(stage: Stage) -> str:
    store, sender = await stage.store("sender"), Broken()
    app = stage.app(store, stage.dialogue(lambda actions: actions), sender)
    await app.answer(message("1"))
    while sender.troubles:
        await app.work_off(lambda: None)
    dead = (await store.counts()).dead
    await store.close()
    return f"{dead} reply given up"


async def libraries_talk() -> str:
    """What other people's code does with a text when it has the chance."""
    for name in ("rasa.core.processor", "rasa_sdk.executor", "httpx", "telegram.ext", "asyncio"):
        logging.getLogger(name).critical("received %s", SECRET, stack_info=True)
        logging.getLogger(name).debug("received %s", SECRET)
    for name in ("rasa.core.agent", "anything"):
        structlog.get_logger(name).error("processor.message", text=SECRET)
    warnings.warn(SECRET, UserWarning, stacklevel=1)

    async def forgotten() -> None:
        raise ValueError(SECRET)

    tasks = {asyncio.create_task(forgotten())}
    await asyncio.wait(tasks)
    tasks.clear()  # asyncio logs an exception that nobody asks for
    return "said"


async def _all(stage: Stage) -> None:
    for failure in (an_action_fails, the_store_fails, the_way_out_fails):
        print(f"{failure.__name__}: {await failure(stage)}", flush=True)
    print(f"libraries_talk: {await libraries_talk()}", flush=True)


def stumble() -> None:
    asyncio.run(_all(Stage(load())))
    raise RuntimeError(SECRET)


if __name__ == "__main__":
    verbs.command()(stumble)
    sys.argv[1:] = ["stumble"]
    main()
