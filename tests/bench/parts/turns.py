"""One turn of the bot in process, and a step of its form, beside what `stock` measures.

Stock's figures are of its processor alone, with conversations in memory. Ours are of everything:
the message is kept, the turn committed, the reply put into the outbox, taken out and marked as
sent.
"""

from __future__ import annotations

import asyncio

from tests.bench.figures import Figure, median, percentile
from tests.bench.inside import answer, bot
from tests.bench.messages import STEPS, messages

P50_MS, P99_MS, STEP_MS = 25, 60, 35
A_CONVERSATION = 10
"""Messages from one person before the next one comes."""


def measure(quick: bool) -> list[Figure]:
    turns, steps = asyncio.run(_measure(200 if quick else 2000, 10 if quick else 100))
    return [
        Figure("one turn, p50", median(turns), "ms", P50_MS, samples=turns),
        Figure("one turn, p99", percentile(turns, 0.99), "ms", P99_MS),
        Figure("a form step, p50", median(steps), "ms", STEP_MS, samples=steps),
    ]


async def _measure(count: int, forms: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    async with bot() as app:
        turns = [
            await answer(app, text, f"person {number // A_CONVERSATION}")
            for number, text in enumerate(messages(count))
        ]
        steps = []
        for number in range(forms):
            opening, *answers = STEPS
            await answer(app, opening, f"reporter {number}")
            steps += [await answer(app, text, f"reporter {number}") for text in answers]
    return tuple(turns), tuple(steps)
