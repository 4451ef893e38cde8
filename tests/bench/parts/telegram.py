"""Telegram under load, under `kill -9`, and after a day on which it was down.

Five hundred people write fifty messages a second. Two bots serve them from one PostgreSQL: one
fetches and sends, both answer. A wait is counted from the moment at which the fake Telegram has a
message until the answer is marked as sent, so a little more than until the call that sends it.
Telegram itself lets a bot send thirty messages a second; that limit is lifted here, because behind
it fifty a second would queue however quick the bot is. The fake, the people and the database run on
the same machine and are part of what is measured; the processor time is of the two bots alone.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.cases.enrolment import invitation
from bot.delivery import Pace
from bot.settings import load_settings
from bot.store import Store
from bot.store.tables import inbox, outbox
from bot.verbs.care import make_model
from tests.bench import places
from tests.bench.figures import Figure, percentile
from tests.bench.messages import messages
from tests.bench.parts.kill import DATABASES
from tests.channels.telegram import outage
from tests.channels.telegram.fake_api import FakeApi, running
from tests.resilience import killing_telegram

PEOPLE, A_SECOND, SECONDS, FEWER_SECONDS = 500, 50, 60, 10
KILLS, FEWER_KILLS = 200, 10
BOTS = 2
FIRST = 10_000
"""The first person's number."""

CODE = "a-code-for-all-of-the-bench"
START, DRAIN = 300.0, 180.0
"""Seconds that bots may take to be there, and that answers may take when all has been written."""


@dataclass(frozen=True)
class Traffic:
    sent: int
    waits: list[float]
    processor: float


def measure(quick: bool) -> list[Figure]:
    make_model(load_settings(dict(os.environ)).model_dir)
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="telegram-") as folder:
        seconds = FEWER_SECONDS if quick else SECONDS
        with DATABASES["PostgreSQL"]() as url:
            traffic = asyncio.run(_traffic(url, Path(folder) / "bench.key", seconds))
        kills = FEWER_KILLS if quick else KILLS
        url = f"sqlite:///{folder}/killed.db"
        outcome = asyncio.run(killing_telegram.run(url, Path(folder), kills, seed=1))
        day = asyncio.run(_day(f"sqlite:///{folder}/day.db", Path(folder) / "day.key"))
    name = f"Telegram, {A_SECOND} messages a second, {BOTS} bots"
    killed, down = f"Telegram, {kills} kills", "Telegram, down for 24 hours"
    waits = traffic.waits or [float("inf")]
    return [
        Figure(f"{name}: arrival to sent, p50", percentile(waits, 0.5), "s"),
        Figure(f"{name}: arrival to sent, p95", percentile(waits, 0.95), "s", 2.0),
        Figure(f"{name}: without an answer", traffic.sent - len(traffic.waits), "", 0),
        Figure(f"{name}: processor a message", traffic.processor / traffic.sent * 1000, "ms"),
        Figure(f"{killed}: lost", outcome.sent - outcome.answered_once, f"of {outcome.sent}", 0),
        Figure(f"{killed}: answered twice in the store", outcome.stored_twice, "", 0),
        Figure(f"{killed}: people out of order", outcome.out_of_order, "", 0),
        Figure(f"{killed}: shown twice, a kill", outcome.shown_twice / kills, "", 1.0),
        Figure(f"{down}: not sent after it", day.waiting, f"of {day.written}", 0),
        Figure(f"{down}: people out of order", day.people_out_of_order, "", 0),
        Figure(f"{down}: sent before the urgent", day.before_urgent, "", Pace().batch),
        Figure(f"{down}: sent sooner than the limits", day.too_soon, "", 0),
    ]


async def _day(url: str, key: Path) -> outage.Outcome:
    async with running(FakeApi()) as fake:
        return await outage.a_day(fake, url, key, lambda: uuid.uuid4().hex)


async def _traffic(url: str, key: Path, seconds: int) -> Traffic:
    store = await Store.open(url, key, now=_now, new_id=lambda: uuid.uuid4().hex)
    try:
        await _enrol(store)
        async with running(FakeApi()) as fake, _bots(fake, url, key) as bots:
            begun = _processor(bots)
            written = await _write(fake, seconds)
            waits = await _waits(store, written)
            return Traffic(len(written), waits, _processor(bots) - begun)
    finally:
        await store.close()


async def _enrol(store: Store) -> None:
    open_to_all = invitation("welbeck", "parent", _now(), uses=PEOPLE)
    await store.enrolments.invite(open_to_all, CODE)
    for person in range(FIRST, FIRST + PEOPLE):
        await store.enrolments.accept(CODE, store.doorstep.name_for("telegram", person))


@asynccontextmanager
async def _bots(fake: FakeApi, url: str, key: Path) -> AsyncIterator[list[int]]:
    argv = (sys.executable, "-m", "tests.bench.telegram_bot", fake.url, url, str(key))
    bots = [await asyncio.create_subprocess_exec(*argv, cwd=places.ROOT) for _ in range(BOTS)]
    try:
        await fake.until(lambda: len(fake.of("getMe")) == BOTS and fake.of("getUpdates"), START)
        yield [bot.pid for bot in bots]
    finally:
        for bot in bots:
            if bot.returncode is None:
                bot.terminate()
        await asyncio.gather(*(bot.wait() for bot in bots))


async def _write(fake: FakeApi, seconds: int) -> dict[str, float]:
    """When each update came to Telegram."""
    loop, texts, came = asyncio.get_running_loop(), itertools.cycle(messages(200)), {}
    begun = loop.time()
    for number in range(seconds * A_SECOND):
        await asyncio.sleep(max(0.0, begun + number / A_SECOND - loop.time()))
        update = await fake.write(FIRST + number % PEOPLE, next(texts))
        came[str(update)] = time.time()
    return came


async def _waits(store: Store, written: dict[str, float]) -> list[float]:
    def sent(at: Connection) -> dict[str, datetime]:
        query = (
            select(inbox.c.update_id, func.min(outbox.c.sent_at))
            .join(outbox, outbox.c.inbox_id == inbox.c.id)
            .where(outbox.c.sent_at.is_not(None))
            .group_by(inbox.c.update_id)
        )
        return {row[0]: row[1] for row in at.execute(query)}

    until = time.monotonic() + DRAIN
    while True:
        found = await store._database.read(sent)
        if len(found) >= len(written) or time.monotonic() > until:
            return [found[one].timestamp() - came for one, came in written.items() if one in found]
        await asyncio.sleep(1)


def _processor(bots: list[int]) -> float:
    """Seconds of processor time that these processes have had, as Linux tells it."""
    ticks = 0
    for bot in bots:
        after_name = Path(f"/proc/{bot}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _now() -> datetime:
    return datetime.now(timezone.utc)
