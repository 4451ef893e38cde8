"""Whether eight conversations at once hold each other up, when one of them never stops talking.

One person's queue of fifty messages is there first. Seven others then each say something, wait for
the answer, and say the next thing. The turns share one processor, so whoever says something waits
for about a turn of each conversation, their own included: that is what the waits are counted in.

The longest wait depends on what else the machine does. What doesn't is how often another
conversation had its turn meanwhile. Where nobody is held up that is three times at most: a reply
that was on its way already, the turn that was under way, and the one that was due next.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from bot.app import App
from tests.bench.figures import Figure, median
from tests.bench.inside import Arrived, answer, bot, says
from tests.bench.messages import messages

CONVERSATIONS = 8
QUEUE = 50
SAYS = 5
ALONE = 100
TALKER = "talker"
LOOK = 0.001

ABOUT = 1.25
MEANWHILE = 3


@dataclass(frozen=True)
class Wait:
    """From a message to its reply."""

    number: int
    begun: float
    ended: float

    @property
    def ms(self) -> float:
        return (self.ended - self.begun) * 1000


def measure(quick: bool) -> list[Figure]:
    far_end = Arrived()
    alone, waits = asyncio.run(_measure(far_end, 30 if quick else ALONE))
    turns = tuple(wait.ms / median(alone) for wait in waits)
    meanwhile = max(_most_turns(far_end, wait) for wait in waits)
    disorder = sum(numbers != sorted(numbers) for numbers in far_end.order.values())
    limit = CONVERSATIONS * ABOUT
    together = f"{CONVERSATIONS} conversations at once"
    return [
        Figure("a turn with nobody else there, p50", median(alone), "ms", samples=alone),
        Figure(f"{together}: wait, median", median(turns), "turns", limit, samples=turns),
        Figure(f"{together}: wait, longest", max(turns), "turns"),
        Figure(f"{together}: turns of another meanwhile", meanwhile, "turns", MEANWHILE),
        Figure(f"{together}: out of order", disorder, "", 0),
    ]


def _most_turns(far_end: Arrived, wait: Wait) -> int:
    """How many replies one other conversation had while this one waited."""
    had = Counter(
        who
        for who, numbers in far_end.order.items()
        for number in numbers
        if wait.begun < far_end.moments[number] < wait.ended
    )
    return max(had.values(), default=0)


async def _measure(far_end: Arrived, alone: int) -> tuple[tuple[float, ...], list[Wait]]:
    async with bot(far_end) as app:
        single = tuple([await answer(app, text, "alone") for text in messages(alone)])
        queue = [await app.accept(says(text, TALKER)) for text in messages(QUEUE)]
        serving = asyncio.create_task(app.serve())
        others = [_person(app, far_end, f"person {n}", n) for n in range(CONVERSATIONS - 1)]
        waits = [wait for mine in await asyncio.gather(*others) for wait in mine]
        while not all(number in far_end.moments for number in queue):
            await asyncio.sleep(LOOK)
        await app.stop()
        await serving
    return single, waits


async def _person(app: App, far_end: Arrived, who: str, place: int) -> list[Wait]:
    waits = []
    for text in islice(messages(place + SAYS), place, None):
        begun = time.perf_counter()
        number = await app.accept(says(text, who))
        assert number is not None, "a new message has a number"
        while number not in far_end.moments:
            await asyncio.sleep(LOOK)
        waits.append(Wait(number, begun, far_end.moments[number]))
    return waits
