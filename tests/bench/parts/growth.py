"""Whether a long conversation gets slower: its thousandth turn beside its first.

Rasa replays a conversation's events at each turn, and copies them; what is remembered is kept short
so that this doesn't show. Single turns differ by what is said, so the medians of the first and the
last fifty are compared, and both fifties say the same.
"""

from __future__ import annotations

import asyncio

from tests.bench.figures import Figure, median
from tests.bench.inside import answer, bot
from tests.bench.messages import MESSAGES, messages

LIMIT = 1.2
ENDS = 50


def measure(quick: bool) -> list[Figure]:
    rounds = (200 if quick else 1000) // len(MESSAGES)
    taken = asyncio.run(_one_conversation(rounds * len(MESSAGES) + ENDS))
    first, last = median(taken[:ENDS]), median(taken[-ENDS:])
    return [
        Figure("first turns of a conversation, median", first, "ms", samples=taken),
        Figure(f"turn {len(taken):,} beside the first", last / first, "x", LIMIT),
    ]


async def _one_conversation(turns: int) -> tuple[float, ...]:
    async with bot() as app:
        return tuple([await answer(app, text, "talker") for text in messages(turns)])
