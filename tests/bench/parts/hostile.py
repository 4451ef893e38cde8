"""A hundred thousand hostile messages through the real turn; two thousand with `--quick`.

What they are, and what is wrong with an answer, stands in `tests/resilience`, where a conversation
can be run again by its seed and number. The seed is always the same, so two runs say the same.
"""

from __future__ import annotations

import asyncio
import sys

from tests.bench.figures import Figure
from tests.resilience.hostility import A_CONVERSATION, run

MESSAGES, FEWER = 100_000, 2_000
SEED = 1
SHOWN = 10


def measure(quick: bool) -> list[Figure]:
    return of(FEWER if quick else MESSAGES)


def of(messages: int) -> list[Figure]:
    found = asyncio.run(run(SEED, range(messages // A_CONVERSATION)))
    for fault, times in found.faults.most_common():
        where = sorted(found.where.get(fault, ()))[:SHOWN]
        print(f"{times} times: {fault}; conversations {where} of seed {SEED}", file=sys.stderr)
    name = f"of {found.sent:,} hostile messages"
    return [
        Figure(f"{name}, faults", sum(found.faults.values()), "", 0),
        Figure(f"{name}, refused before they were kept", found.refused, ""),
        Figure(f"{name}, each second", found.sent / found.seconds, "turns/s"),
        Figure(f"{name}, took", found.seconds, "s"),
    ]
