"""Memory when ten thousand people write at once: of one bot, before, at its most, and afterwards.

They write faster than it answers, and each of them says a second thing once the first was answered;
how many messages waited at the same moment is shown. A few hundred others have talked to the bot
before, so that what is learnt once is learnt.
"""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from itertools import cycle
from pathlib import Path

from tests.bench import places
from tests.bench.figures import Figure
from tests.bench.messages import MESSAGES
from tests.bench.parts.kill import DATABASES
from tests.bench.parts.throughput import Bots, Switchboard
from tests.bench.process import resident

PEOPLE, FEWER = 10_000, 1_000
BEFORE = 300
EACH_SAYS = 2
GROWS_MB = 60
LOOK_EACH = 0.5


def measure(quick: bool) -> list[Figure]:
    places.CACHE.mkdir(exist_ok=True)
    people = FEWER if quick else PEOPLE
    with (
        DATABASES["SQLite"]() as url,
        tempfile.TemporaryDirectory(dir=places.CACHE, prefix="crowd-") as folder,
    ):
        before, most, after, waiting, seconds = asyncio.run(
            _measure(url, Path(folder) / "key", people)
        )
    name = f"{people:,} people at once"
    return [
        Figure(f"{name}: waiting at the same moment", waiting, "messages"),
        Figure(f"{name}: memory before", before, "MB"),
        Figure(f"{name}: memory at its most, above that", most - before, "MB", GROWS_MB),
        Figure(f"{name}: memory afterwards, above that", after - before, "MB", GROWS_MB),
        Figure(f"{name}: turns a second", people * EACH_SAYS / seconds, "turns/s"),
    ]


async def _measure(url: str, key: Path, people: int) -> tuple[float, float, float, int, float]:
    async with Bots(url, key) as bot:
        switchboard, seen, waited = Switchboard([bot]), list[float](), list[int]()

        async def talk(number: int) -> None:
            who, texts = uuid.uuid4().hex, cycle(MESSAGES[number % len(MESSAGES) :])
            for _ in range(EACH_SAYS):
                await switchboard.says(who, next(texts))

        async def watch() -> None:
            while True:
                seen.append(resident(bot.pid))
                waited.append(switchboard.unanswered)
                await asyncio.sleep(LOOK_EACH)

        for number in range(BEFORE):
            await talk(number)
        before = resident(bot.pid)
        watching = asyncio.create_task(watch())
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(*(talk(number) for number in range(people)))
        seconds = loop.time() - begun
        watching.cancel()
        return before, max(seen), resident(bot.pid), max(waited), seconds
