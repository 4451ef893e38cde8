"""Whether this bot does its work now, part by part, in words that say what follows from it.

Each part is looked at by doing it: the database is asked, a sentence is encoded, a plain cry for
help is read. A look is kept for some seconds, so that nobody can tire the bot by asking often.

Nothing here names a person or a record. Whether somebody should look at a report is for those who
look after the bot, and isn't told to whoever opens the page.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.store import Counts, Store

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=5)
PATIENCE = 4.0
"""Seconds that a part may take to answer."""
LONGEST_UNANSWERED = timedelta(minutes=2)
LONGEST_UNSENT = timedelta(minutes=10)
NOT_FETCHED = "Messages in Telegram arrive late. The page on the web works."
CRY = "a boy in my class says he wants to die"
"""What any bot that hears danger hears."""


@dataclass(frozen=True)
class Part:
    """One thing that must work. `says` is for everybody, unless the part is not `public`."""

    name: str
    fine: bool
    says: str
    public: bool = True


@dataclass(frozen=True)
class Look:
    """What was found at one moment; `counts` are missing when the database doesn't answer."""

    at: datetime
    parts: tuple[Part, ...]
    counts: Counts | None

    @property
    def fine(self) -> bool:
        return all(part.fine for part in self.parts)

    @property
    def public(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.public)


@dataclass(frozen=True)
class Means:
    """How the parts that don't stand in the store are looked at."""

    answers: bool
    encodes: Callable[[], bool]
    hears: Callable[[str], bool]
    fetched: tuple[str, ...] = ()
    """The channels whose messages a process fetches by itself."""


class Broken(Exception):  # noqa: N818  # what the part is
    """A part doesn't work; the text says so to people."""


class Health:
    def __init__(self, store: Store, means: Means, now: Callable[[], datetime]) -> None:
        self._store = store
        self._means = means
        self._now = now
        self._last: Look | None = None
        self._looking = asyncio.Lock()

    async def look(self) -> Look:
        async with self._looking:
            if self._last is None or self._now() - self._last.at >= FRESH:
                self._last = await self._look()
            return self._last

    async def _look(self) -> Look:
        counts: Counts | None = None

        async def database() -> None:
            nonlocal counts
            counts = await self._store.counts()

        parts = [
            await _try(
                "database",
                database,
                "Messages can't be kept just now, so nothing that you write arrives.",
            ),
            await _try("model", self._model, "Questions can't be answered just now."),
            await _try("encoder", self._encoder, "Questions are understood badly just now."),
            await _try("danger", self._danger, "Danger is noticed less well than usual."),
        ]
        if counts is not None:
            parts += self._late(counts)
            parts += await self._fetching()
            parts += await self._readers(counts)
        return Look(self._now(), tuple(parts), counts)

    async def _model(self) -> None:
        if not self._means.answers:
            raise Broken("Questions can't be answered just now. Help in danger still goes out.")

    async def _encoder(self) -> None:
        if not self._means.encodes():
            raise Broken("Questions are understood badly just now.")

    async def _danger(self) -> None:
        if not self._means.hears(CRY):
            raise Broken("Danger is noticed less well than usual.")

    def _late(self, counts: Counts) -> Iterable[Part]:
        yield _within("inbox", counts.unanswered, LONGEST_UNANSWERED, "Answers come late just now.")
        yield _within(
            "outbox",
            counts.undelivered,
            LONGEST_UNSENT,
            "Some replies and alerts are late. If what you reported is urgent, tell somebody at "
            "the school in person as well.",
        )

    async def _fetching(self) -> list[Part]:
        async def fetched(channel: str) -> None:
            if not await self._store.doorstep.led(channel):
                raise Broken(NOT_FETCHED)

        return [
            await _try(channel, partial(fetched, channel), NOT_FETCHED)
            for channel in self._means.fetched
        ]

    async def _readers(self, counts: Counts) -> list[Part]:
        async def seen() -> None:
            trouble = await self._store.minding.trouble(None)
            if any(one.reader is None for one in trouble):
                raise Broken(
                    "Nobody has seen a report though everybody in line was told; `doctor` names it."
                )

        async def settled() -> None:
            if counts.failed or await self._store.doorstep.aside():
                raise Broken("Messages could not be answered; `stuck list` shows them.")

        parts = [
            await _try("reports", seen, "It isn't known whether reports are seen."),
            await _try("stuck", settled, "It isn't known whether messages are stuck."),
        ]
        return [Part(part.name, part.fine, part.says, public=False) for part in parts]


async def _try(name: str, check: Callable[[], Awaitable[None]], otherwise: str) -> Part:
    try:
        await asyncio.wait_for(check(), PATIENCE)
    except Broken as broken:
        return Part(name, False, str(broken))
    except Exception as error:  # noqa: BLE001  # whatever it is, the part doesn't work
        log.error("%s doesn't work: %s", name, type(error).__name__)
        return Part(name, False, otherwise)
    return Part(name, True, "works")


def _within(name: str, age: timedelta | None, longest: timedelta, otherwise: str) -> Part:
    fine = age is None or age <= longest
    return Part(name, fine, "works" if fine else otherwise)
