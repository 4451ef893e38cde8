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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
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

LONGEST_START, LONGEST_END = 60.0, 240.0
"""Seconds in which a bot must be there, and in which the last one must have answered it all."""

HASTE = Patience(poll=1, lease=timedelta(seconds=1.5), first_wait=0.02, longest_wait=0.1)
SLOW = 10.0
"""Seconds an answer may take: the fake is slow where the machine does much else, which says nothing
of Telegram."""


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
            async with _bot(fake, database_url, folder):
                polls = fake.counted["getupdates"]
                for _ in range(A_LIFE):
                    person = chance.choice(PEOPLE)
                    sent[person] += 1
                    await fake.write(person, f"text {sent[person]}")
                await fake.until(
                    lambda polls=polls: fake.counted["getupdates"] > polls, LONGEST_START
                )
                await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
        async with _bot(fake, database_url, folder):
            await _all_answered(fake, sent)
    return _count(fake, sent, kills, await _stored_twice(database_url, folder))


@asynccontextmanager
async def _bot(fake: FakeApi, database_url: str, folder: Path) -> AsyncIterator[None]:
    """A bot in a process of its own, which is killed in the end."""
    arguments = ("bot", str(fake.port), database_url, str(folder / "signpost.key"))
    bot = await asyncio.create_subprocess_exec(sys.executable, "-m", MODULE, *arguments)
    try:
        yield
    finally:
        bot.send_signal(signal.SIGKILL)
        await bot.wait()


async def _all_answered(fake: FakeApi, sent: Counter[int]) -> None:
    """Telegram's limit alone makes the last bot take a while over what the others have left."""
    until = asyncio.get_running_loop().time() + LONGEST_END
    while any(f"{number}: text {number}" not in fake.texts(one) for one, number in sent.items()):
        assert asyncio.get_running_loop().time() < until, "the last bot hasn't answered it all"
        await asyncio.sleep(0.5)


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
    keeper, lease = Keeper(set(PEOPLE)), timedelta(seconds=4)
    async with house(
        FakeApi(port=port),
        database_url,
        key,
        keeper=keeper,
        patience=replace(HASTE, answer=SLOW),
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
