"""Two hundred people use two bots over one PostgreSQL for a while, and things fail meanwhile.

Most write on the chat page, some in Telegram, and two readers work at their desks. The second bot
is killed and started again at random; the first lives through all of it, and its memory is watched.
At the end everybody finishes, the bots answer and deliver what is left, and the store is looked
through.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import httpx

from bot.cases.enrolment import invitation
from bot.cases.people import Way
from bot.errors import StoreError
from bot.store import Store
from tests.channels.postbox import Postbox, listening
from tests.channels.telegram.fake_api import TOKEN, running
from tests.ports import free_ports
from tests.resilience.soak.at_desk import Reader
from tests.resilience.soak.in_telegram import Phone, Town
from tests.resilience.soak.judging import Judged, exceptions, growth, judge, look, never_answered
from tests.resilience.soak.ledger import Ledger
from tests.resilience.soak.machines import Bot, Troubles
from tests.resilience.soak.on_page import Browser
from tests.resilience.soak.talking import NoAnswer, visit
from tests.store.readers import School, add

SCHOOL = "welbeck"
ON_PAGE, IN_TELEGRAM = 140, 60
FIRST_CHAT = 10_000
THINKS = (2.0, 12.0)
"""Seconds between two visits of one person."""

ARRIVE = 60.0
"""Seconds within which everybody has come for the first time: bots are cold when they start."""

AT_DESK = (2.0, 6.0)
CLEARS = 0.15
"""How often somebody clears the page before they come again."""

DRAIN = 300.0
"""Seconds that the bots may take, once all is quiet, for what is left."""

WATCHED_EACH = 2.0


@dataclass(frozen=True)
class Outcome:
    judged: Judged
    ledger: Ledger
    unanswered: int
    left: int
    """Messages that wait or were given up, and replies that weren't delivered, after all."""
    exceptions: list[str]
    exits: list[int]
    """Of each bot in the end, and of each that had ended by itself before."""
    growth: float
    seconds: float


async def run(
    url: str, restart: Callable[[str], None], seconds: float, warm: float, seed: int, folder: Path
) -> Outcome:
    chance, ledger, box, town = random.Random(seed), Ledger(), Postbox(), Town()
    key = folder / "signpost.key"
    store = await Store.open(url, key, now=_now, new_id=_new_id)
    try:
        school = await _opened(store)
        async with listening(box) as post, running(town):
            settings = _settings(url, key, town, post)
            async with _bots(folder, settings) as bots:
                begun = time.monotonic()
                await _live(bots, town, box, restart, ledger, chance, seconds)
                await _until_quiet(store)
                lived = time.monotonic() - begun
                counts = await store.counts()
                exits = [await bot.stop() for bot in bots]
                exits += [1 for bot in bots for _ in range(bot.fell)]
        logs = [line for bot in bots for line in bot.log.read_text().splitlines()]
        return Outcome(
            judge(ledger, await look(school, SCHOOL)),
            ledger,
            await never_answered(store, ledger),
            counts.waiting + counts.failed + counts.outgoing + counts.dead,
            exceptions(logs),
            exits,
            growth(ledger.memory, warm),
            lived,
        )
    finally:
        await store.close()


async def _opened(store: Store) -> School:
    """The school with its two readers, and everybody in Telegram known to it."""
    school = await School.opened(store, SCHOOL)
    for name, role in (("Lee Lead", "dsl"), ("Hal Head", "head")):
        mail: dict[Way, str] = {"email": f"{name.split()[1].lower()}@oakfield.example"}
        await add(store, name, role, ways=mail, school=SCHOOL)  # type: ignore[arg-type]
    for person in range(FIRST_CHAT, FIRST_CHAT + IN_TELEGRAM):
        code = f"a-code-for-number-{person}-x"
        await store.enrolments.invite(invitation(SCHOOL, "staff", _now()), code)
        if not await store.enrolments.accept(code, store.doorstep.name_for("telegram", person)):
            raise AssertionError("somebody in Telegram stayed unknown")
    return school


def _settings(url: str, key: Path, town: Town, post: int) -> Mapping[str, str]:
    return {
        "SIGNPOST_DATABASE_URL": url,
        "SIGNPOST_KEY_FILE": str(key),
        "SIGNPOST_CHAT_FREE": "yes",
        "SIGNPOST_TELEGRAM_TOKEN": TOKEN,
        "SIGNPOST_TELEGRAM_API": town.url,
        "SIGNPOST_SMTP_URL": f"smtp://localhost:{post}?starttls=no",
        "SIGNPOST_MAIL_FROM": "bot@oakfield.example",
    }


@asynccontextmanager
async def _bots(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[list[Bot]]:
    bots = [Bot(port, folder / f"bot-{port}.log", settings) for port in free_ports(2)]
    try:
        for bot in bots:
            await bot.live()
        yield bots
    finally:
        for bot in bots:
            if bot.process is not None and bot.process.returncode is None:
                await bot.die()


async def _live(
    bots: list[Bot],
    town: Town,
    box: Postbox,
    restart: Callable[[str], None],
    ledger: Ledger,
    chance: random.Random,
    seconds: float,
) -> None:
    begun = time.monotonic()
    until = begun + seconds

    def anywhere() -> str:
        return chance.choice(bots).address

    troubles = Troubles(bots[1], town, box, restart, ledger, chance)
    doing: list[Awaitable[None]] = [
        *(_at_page(anywhere, ledger, chance, place, until) for place in range(ON_PAGE)),
        *(_on_phone(town, ledger, chance, FIRST_CHAT + n, until) for n in range(IN_TELEGRAM)),
        *(
            _at_desk(Reader(bot_address, account, ledger, chance), chance, until)
            for bot_address, account in (
                (lambda: bots[0].address, "lead@oakfield.example"),
                (lambda: bots[1].address, "head@oakfield.example"),
            )
        ),
        troubles.befall(until),
    ]
    watching = asyncio.create_task(_watch(bots[0], ledger, begun))
    try:
        await asyncio.gather(*doing)
    finally:
        watching.cancel()


async def _watch(bot: Bot, ledger: Ledger, begun: float) -> None:
    while True:
        ledger.memory.append((time.monotonic() - begun, bot.megabytes()))
        await asyncio.sleep(WATCHED_EACH)


async def _at_page(
    anywhere: Callable[[], str], ledger: Ledger, chance: random.Random, place: int, until: float
) -> None:
    """One person after another at the same machine, each in a conversation of their own."""
    await asyncio.sleep(chance.uniform(0, ARRIVE))
    while time.monotonic() < until:
        browser = Browser(anywhere, ledger, chance, f"198.51.100.{place}")
        try:
            await browser.begin(SCHOOL)
            await visit(browser, ledger, chance, until, may_cry=True)
            if chance.random() < CLEARS:
                await browser.clear()
        except NoAnswer:
            ledger.gave_up += 1
        finally:
            await browser.close()
        await asyncio.sleep(chance.uniform(*THINKS))


async def _on_phone(
    town: Town, ledger: Ledger, chance: random.Random, person: int, until: float
) -> None:
    """The same person each time, who cries for help no more than once."""
    phone, cried = Phone(town, ledger, person), False
    await asyncio.sleep(chance.uniform(0, ARRIVE))
    while time.monotonic() < until:
        before = sum(case.urgent for case in ledger.cases.values())
        try:
            await visit(phone, ledger, chance, until, may_cry=not cried)
        except NoAnswer:
            ledger.gave_up += 1
        cried = cried or sum(case.urgent for case in ledger.cases.values()) > before
        await asyncio.sleep(chance.uniform(*THINKS))


async def _at_desk(reader: Reader, chance: random.Random, until: float) -> None:
    while time.monotonic() < until:
        try:
            await reader.work()
        except httpx.TransportError:
            await asyncio.sleep(1)
        await asyncio.sleep(chance.uniform(*AT_DESK))
    await reader.close()


async def _until_quiet(store: Store) -> None:
    until = time.monotonic() + DRAIN
    while time.monotonic() < until:
        with suppress(StoreError):  # the first one over a connection of before the last restart
            counts = await store.counts()
            if not (counts.waiting or counts.outgoing or await store.doorstep.waiting(1)):
                return
        await asyncio.sleep(0.5)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return uuid.uuid4().hex
