"""Kills a bot that talks to Telegram at random moments, and counts what people then have.

The fake Telegram lives here and outlives every bot; a bot is a process of its own, which runs this
module. Each person's messages are numbered, and so are the answers, by a count in the memory of the
conversation: the answer “7: text 7” shows that none of the seven was lost, doubled or overtaken.
With many kills: `python -m tests.resilience.killing_telegram kill DATABASE FOLDER KILLS`.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.channels.telegram.pacing import Limits
from bot.channels.telegram.poller import Patience
from bot.store import Store
from tests.channels.telegram.fake_api import FakeApi, running
from tests.channels.telegram.house import Keeper, house

PEOPLE = tuple(range(601, 609))
A_LIFE = 16
"""New messages in the life of one process; most lives end before they're all answered."""

LONGEST_LIFE = 1.0
"""Seconds from the first call for updates."""

MODULE = "tests.resilience.killing_telegram"
LIMITS = Limits(chat=1000)
"""Overall as in earnest, because that decides how many sends are under way when a bot dies."""

TOO_MANY = "SELECT count(*) - count(DISTINCT inbox_id) FROM outbox WHERE inbox_id IS NOT NULL"

LONGEST_START = 60.0
"""Seconds in which a bot must be there; it takes about two where nothing else runs."""

HASTE = Patience(poll=1, lease=timedelta(seconds=1.5), first_wait=0.02, longest_wait=0.1)


@dataclass(frozen=True)
class Outcome:
    kills: int
    sent: int
    answered_once: int
    stored_twice: int
    shown_twice: int
    out_of_order: int


async def run(database_url: str, folder: Path, kills: int, seed: int) -> Outcome:
    chance = random.Random(seed)
    sent: Counter[int] = Counter()
    async with running(FakeApi()) as fake:
        for _ in range(kills):
            bot = await _start(fake, database_url, folder)
            polls = len(fake.of("getUpdates"))
            for _ in range(A_LIFE):
                person = chance.choice(PEOPLE)
                sent[person] += 1
                await fake.write(person, f"text {sent[person]}")
            await fake.until(lambda polls=polls: len(fake.of("getUpdates")) > polls, LONGEST_START)
            await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
            bot.send_signal(signal.SIGKILL)
            await bot.wait()
        bot = await _start(fake, database_url, folder)
        wanted = {person: f"{number}: text {number}" for person, number in sent.items()}
        await fake.until(lambda: all(wanted[p] in fake.texts(p) for p in wanted), 60)
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
    return _count(fake, sent, kills, await _stored_twice(database_url, folder))


async def _start(fake: FakeApi, database_url: str, folder: Path) -> asyncio.subprocess.Process:
    key = str(folder / "signpost.key")
    arguments = ("bot", str(fake.port), database_url, key)
    return await asyncio.create_subprocess_exec(sys.executable, "-m", MODULE, *arguments)


async def _stored_twice(database_url: str, folder: Path) -> int:
    """Replies too many in the store itself, where each message has one."""

    def read(at: Any) -> int:
        return int(at.exec_driver_sql(TOO_MANY).scalar())

    store = await Store.open(
        database_url, folder / "signpost.key", now=_now, new_id=lambda: uuid.uuid4().hex
    )
    try:
        return await store._database.read(read)
    finally:
        await store.close()


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _count(fake: FakeApi, sent: Counter[int], kills: int, stored_twice: int) -> Outcome:
    answered, twice, disorder = 0, 0, 0
    for person, number in sent.items():
        texts = fake.texts(person)
        right = [f"{place}: text {place}" for place in range(1, number + 1)]
        firsts = list(dict.fromkeys(texts))
        answered += len(set(firsts) & set(right))
        disorder += firsts != right
        twice += len(texts) - len(firsts)
    return Outcome(kills, sum(sent.values()), answered, stored_twice, twice, disorder)


async def _live(port: int, database_url: str, key: Path) -> None:
    keeper, lease = Keeper(set(PEOPLE)), timedelta(seconds=1)
    async with house(
        FakeApi(port=port),
        database_url,
        key,
        keeper=keeper,
        patience=HASTE,
        lease=lease,
        limits=LIMITS,
    ):
        await asyncio.Event().wait()


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "bot":
        asyncio.run(_live(int(rest[0]), rest[1], Path(rest[2])))
    else:
        print(asdict(asyncio.run(run(rest[0], Path(rest[1]), int(rest[2]), seed=1))))


if __name__ == "__main__":
    main()
