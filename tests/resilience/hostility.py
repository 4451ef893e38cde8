"""Hostile messages through the real turn: in and out of forms, as anybody, at any school.

Each of many conversations is drawn from the seed and its number alone, so that one can be run again
by itself: `python -m tests.resilience.hostility SEED NUMBER`. Others have told the bot something
before, and nothing of that may come back to anybody else.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.app import App
from bot.messages import Arrival, Reply, Role
from bot.policy.library import Library
from bot.settings import load_settings
from tests.bench.inside import CHANNEL, bot
from tests.bench.places import SCHOOL
from tests.dialogue.walking import BEGIN
from tests.resilience.hostile_words import ORDINARY, hostile
from tests.store.readers import takes_records

A_CONVERSATION = 10
AT_ONCE = 16
PATIENCE = 120.0
SECRET = "purple walrus"
"""What somebody else has told; whoever asks for it by this name isn't told it back."""

TOLD = "Mr Sentinel hid the walrus mask behind the boiler"
SHOWS_INSIDES = ("Traceback (most recent", 'File "', "Error:", "object at 0x", "sqlalchemy")
ROLES: tuple[Role, ...] = ("staff", "parent")


@dataclass
class Found:
    """What went wrong, by what it was, and in which conversations."""

    sent: int = 0
    hostile: int = 0
    """Those of them that weren't said only to lead into a form or through it."""
    faults: Counter[str] = field(default_factory=Counter)
    where: dict[str, set[int]] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, fault: str, conversation: int) -> None:
        self.faults[fault] += 1
        self.where.setdefault(fault, set()).add(conversation)


class FarEnd:
    """Where the replies come to, and are looked at."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._came: dict[int, asyncio.Event] = {}

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        number = int(reference.partition("-")[0])
        self._came.setdefault(number, asyncio.Event()).set()
        _, _, who = conversation.partition(":")
        if who.isdecimal():
            for fault in judged(reply.text):
                self._found.note(fault, int(who))

    async def answer(self, number: int) -> None:
        """Wait for the first reply to a message."""
        came = self._came.setdefault(number, asyncio.Event())
        await asyncio.wait_for(came.wait(), PATIENCE)
        del self._came[number]


class Failures(logging.Handler):
    """Notes of which errors turns fail, which is how a crash in one shows."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


async def run(seed: int, conversations: range) -> Found:
    found, failures = Found(), Failures()
    far_end = FarEnd(found)
    async with bot(far_end, warm_up=0) as app:
        schools = app.library().schools()
        for school in schools:
            if school != SCHOOL:
                await takes_records(app.store, school)
        logging.getLogger("bot").addHandler(failures)
        working = asyncio.create_task(app.serve())
        try:
            await _tell(app, far_end, schools)
            begun, left = time.monotonic(), iter(conversations)
            one = (_talk_all(app, far_end, seed, left, schools, found) for _ in range(AT_ONCE))
            await asyncio.gather(*one)
            found.seconds = time.monotonic() - begun
            counts = await app.store.counts()
        finally:
            logging.getLogger("bot").removeHandler(failures)
            await app.stop()
            await working
    found.faults["given up"] += counts.failed
    found.faults["left waiting"] += counts.waiting
    for line in failures.seen:
        found.faults[f"in the log: {line.partition(':')[2] or line}"] += 1
    found.faults += Counter()  # without those that never were
    return found


async def _tell(app: App, far_end: FarEnd, schools: Sequence[str]) -> None:
    """Somebody at each school says what nobody else may hear, in a form and outside of it."""
    for school in schools:
        for text in (f"About the {SECRET}: {TOLD}", BEGIN["incident"], TOLD, TOLD):
            arrival = Arrival(CHANNEL, _id(), f"{CHANNEL}:victim-{school}", school, "staff", text)
            number = await app.accept(arrival)
            assert number is not None
            await far_end.answer(number)


async def _talk_all(
    app: App, far_end: FarEnd, seed: int, left: Iterator[int], schools: Sequence[str], found: Found
) -> None:
    for conversation in left:  # one iterator for all
        await _talk(app, far_end, seed, conversation, schools, found)


async def _talk(
    app: App, far_end: FarEnd, seed: int, conversation: int, schools: Sequence[str], found: Found
) -> None:
    for text, school, role in script(seed, conversation, schools):
        found.sent += 1
        found.hostile += text not in ORDINARY
        who = f"{CHANNEL}:{conversation}"
        try:
            number = await app.accept(Arrival(CHANNEL, _id(), who, school, role, text))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            found.note(f"not taken: {type(error).__name__}", conversation)
            continue
        assert number is not None
        try:
            await far_end.answer(number)
        except asyncio.TimeoutError:
            found.note("without an answer", conversation)


def script(seed: int, conversation: int, schools: Sequence[str]) -> list[tuple[str, str, Role]]:
    """What is said in one conversation, at which school, and as whom."""
    chance = random.Random(f"{seed} {conversation}")
    school, role = chance.choice(schools), chance.choice(ROLES)
    said = []
    if chance.random() < 0.5:
        said.append((chance.choice(tuple(BEGIN.values())), school, role))
    while len(said) < A_CONVERSATION:
        if chance.random() < 0.05:
            school, role = chance.choice(schools), chance.choice(ROLES)
        said.append((hostile(chance), school, role))
    return said


def judged(said: str) -> list[str]:
    """What is wrong with a reply, whatever it is a reply to."""
    faults = []
    if not said.strip():
        faults.append("an empty answer")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in said):
        faults.append("half a character in an answer")
    if "walrus mask" in said or "Sentinel" in said:
        faults.append("somebody else's words in an answer")
    if any(sign in said for sign in SHOWS_INSIDES):
        faults.append("the program's insides in an answer")
    return faults


def _id() -> str:
    return uuid.uuid4().hex


async def _again(seed: int, conversation: int) -> None:
    schools = Library.load(load_settings(dict(os.environ)).content_dir).schools()
    for text, school, role in script(seed, conversation, schools):
        print(f"{school} {role}: {text!r}"[:200])
    print(await run(seed, range(conversation, conversation + 1)))


if __name__ == "__main__":
    asyncio.run(_again(int(sys.argv[1]), int(sys.argv[2])))
