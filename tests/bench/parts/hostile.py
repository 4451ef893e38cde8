"""A hundred thousand hostile messages through the real turn; two thousand with `--quick`.

Of ten messages of a conversation more than seven are hostile; the others lead into forms and
through them, so that the hostile ones are said there too, and aren't counted as such.

What they are, and what is wrong with an answer, stands in `tests/resilience`, where a conversation
can be run again by its seed and number. The seed is always the same, so two runs say the same.
"""

from __future__ import annotations

import asyncio
import math
import sys

from tests.bench.figures import Figure
from tests.resilience.hostility import run

MESSAGES, FEWER = 100_000, 2_000
HOSTILE_IN_EACH = 7.2
"""At least, on the average of so many conversations."""
SEED = 1
SHOWN = 10


def measure(quick: bool) -> list[Figure]:
    return of(FEWER if quick else MESSAGES)


def of(messages: int) -> list[Figure]:
    found = asyncio.run(run(SEED, range(math.ceil(messages / HOSTILE_IN_EACH))))
    for fault, times in found.faults.most_common():
        where = sorted(found.where.get(fault, ()))[:SHOWN]
        print(f"{times} times: {fault}; conversations {where} of seed {SEED}", file=sys.stderr)
    name = f"of {found.sent:,} messages"
    return [
        Figure(f"{name}, hostile", found.hostile, "", messages, at_least=True),
        Figure(f"{name}, faults", sum(found.faults.values()), "", 0),
        Figure(f"{name}, each second", found.sent / found.seconds, "turns/s"),
        Figure(f"{name}, took", found.seconds, "s"),
    ]
