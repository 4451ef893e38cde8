"""How many turns a second: one process, two on the same database, and stock Rasa over HTTP.

Many people talk at once, and each says the next thing as soon as the last was answered. All of it
is in PostgreSQL, ours as well as Rasa's conversations. Whoever speaks and the database's server run
on the same processors as the bots, for all three alike. The runs alternate, so that a busy minute
of the machine hits each of them.

All three hear the same: our own questions, one after another, each of which comes again only long
after the numbers of the last messages have been forgotten. So ours reads every message anew, as at
a school where nobody puts a question in the words of somebody else.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path

from tests.bench import places
from tests.bench.figures import Figure, median, percentile
from tests.bench.parts.kill import DATABASES
from tests.bench.parts.questions import asked
from tests.bench.stock.serving import Served, serve

PEOPLE = 24
SECONDS, FEWER = 20.0, 6.0
ROUNDS = 3
WARM_UP = 3
"""Messages of each person before the clock starts."""
LEAST, SCALES, TIMES_STOCK = 60, 1.7, 4
KINDS = ("in_scope", "near", "far")
PATIENCE = 120.0

Says = Callable[[str, str], Awaitable[None]]
"""Says something for a person, and returns once it is answered."""


def said() -> Iterator[str]:
    """What is said next, by whomever, for as long as somebody talks."""
    return cycle(dict.fromkeys(one["text"] for kind in KINDS for one in asked(kind)))


@dataclass
class Run:
    """What one run found: turns a second, and each turn's milliseconds."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def figures(self, name: str) -> list[Figure]:
        return [
            Figure(f"{name}: p50", median(self.waits), "ms"),
            Figure(f"{name}: p99", percentile(self.waits, 0.99), "ms"),
        ]


def measure(quick: bool) -> list[Figure]:
    places.CACHE.mkdir(exist_ok=True)
    with (
        DATABASES["PostgreSQL"]() as url,
        tempfile.TemporaryDirectory(dir=places.CACHE, prefix="throughput-") as folder,
    ):
        rounds, seconds = (1, FEWER) if quick else (ROUNDS, SECONDS)
        one, two, stock = asyncio.run(_measure(url, Path(folder), rounds, seconds))
    alone, both, theirs = (statistics.median(run.rates) for run in (one, two, stock))
    return [
        Figure("one process", alone, "turns/s", LEAST, at_least=True, samples=tuple(one.rates)),
        *one.figures("one process"),
        Figure("two processes", both, "turns/s", samples=tuple(two.rates)),
        *two.figures("two processes"),
        Figure("two processes, of one", both / alone, "times", SCALES, at_least=True),
        Figure("stock, over HTTP", theirs, "turns/s", samples=tuple(stock.rates)),
        *stock.figures("stock, over HTTP"),
        Figure("one process, of stock", alone / theirs, "times", TIMES_STOCK, at_least=True),
    ]


async def _measure(url: str, folder: Path, rounds: int, seconds: float) -> tuple[Run, Run, Run]:
    runs = Run(), Run(), Run()
    for _ in range(rounds):
        for run, processes in zip(runs[:2], (1, 2), strict=True):
            async with AsyncExitStack() as stack:
                bots = [
                    await stack.enter_async_context(Bots(url, folder / "key"))
                    for _ in range(processes)
                ]
                await _talk(Switchboard(bots).says, seconds, run)
        async with serve(url, folder) as served:
            await _talk(_over_http(served), seconds, runs[2])
    return runs


async def _talk(says: Says, seconds: float, run: Run) -> None:
    """Let everybody talk for so long; what was begun before the end is waited for, not counted."""
    begun = until = 0.0
    ready = asyncio.Event()
    warm = asyncio.Semaphore(0)
    answered, texts = 0, said()

    async def person() -> None:
        nonlocal answered
        who = uuid.uuid4().hex
        for number in count():
            if number == WARM_UP:
                warm.release()
                await ready.wait()
            asked = time.perf_counter()
            if number >= WARM_UP and asked > until:
                return
            await asyncio.wait_for(says(who, next(texts)), PATIENCE)
            now = time.perf_counter()
            if number >= WARM_UP and now <= until:
                answered += 1
                run.waits.append((now - asked) * 1000)

    people = [asyncio.create_task(person()) for _ in range(PEOPLE)]
    for _ in people:
        await warm.acquire()
    begun = time.perf_counter()
    until = begun + seconds
    ready.set()
    await asyncio.gather(*people)
    run.rates.append(answered / seconds)


class Bots:
    """One process of ours."""

    def __init__(self, url: str, key: Path) -> None:
        self._argv = (sys.executable, "-W", "ignore", "-m", "tests.bench.serving", url, str(key))

    async def __aenter__(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            cwd=places.ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        if not await asyncio.wait_for(self._process.stdout.readline(), PATIENCE):
            raise places.BenchError("A bot ended before it was ready.")
        return self._process

    async def __aexit__(self, *trouble: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), PATIENCE)


class Switchboard:
    """Gives each message to the bots in turn, and hears from any of them when it is answered."""

    def __init__(self, bots: list[asyncio.subprocess.Process]) -> None:
        self._next = cycle(bots)
        self._numbers: dict[str, asyncio.Future[int]] = {}
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._listening = [asyncio.create_task(self._listen(bot)) for bot in bots]

    @property
    def unanswered(self) -> int:
        """How many messages are kept and have no answer yet."""
        return sum(not answer.done() for answer in self._answers.values())

    async def says(self, who: str, text: str) -> None:
        update = uuid.uuid4().hex
        number = self._numbers[update] = asyncio.get_running_loop().create_future()
        said = json.dumps({"update": update, "who": who, "text": text}).encode() + b"\n"
        stdin = next(self._next).stdin
        assert stdin is not None
        stdin.write(said)
        await self._answer(await number)

    def _answer(self, number: int) -> asyncio.Future[None]:
        # One bot may say that it sent the reply before the other says that it kept the message.
        if number not in self._answers:
            self._answers[number] = asyncio.get_running_loop().create_future()
        return self._answers[number]

    async def _listen(self, bot: asyncio.subprocess.Process) -> None:
        assert bot.stdout is not None
        async for line in bot.stdout:
            told = json.loads(line)
            if "kept" in told:
                self._numbers.pop(told["kept"]).set_result(told["number"])
            elif not self._answer(told["sent"]).done():
                self._answer(told["sent"]).set_result(None)


def _over_http(served: Served) -> Says:
    async def says(who: str, text: str) -> None:
        answer = await served.client.post(served.address, json={"sender": who, "message": text})
        answer.raise_for_status()

    return says
