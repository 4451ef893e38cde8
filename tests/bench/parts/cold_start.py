"""Process begin to first answer, ours and stock's by turns.

The model is trained beforehand, and Python's bytecode and the disk's cache are warm for both:
that is a bot which is started again, the case that people wait for.
"""

from __future__ import annotations

from tests.bench import places
from tests.bench.figures import Figure, median
from tests.bench.messages import FIRST
from tests.bench.process import first_answers
from tests.bench.stock import environment

LIMIT_SECONDS = 6
TIMES_FASTER = 5


def measure(quick: bool) -> list[Figure]:
    places.run(list(places.signpost("train").argv))
    commands = [places.talking("ask"), environment.talking("ask")]
    taken = first_answers(commands, FIRST, times=2 if quick else 10)
    ours, stock = taken["signpost"], taken["stock"]
    ratio = median(stock) / median(ours)
    return [
        Figure("cold start, median", median(ours), "s", LIMIT_SECONDS, samples=tuple(ours)),
        Figure("cold start of stock, median", median(stock), "s", samples=tuple(stock)),
        Figure("cold start, times faster than stock", ratio, "x", TIMES_FASTER, at_least=True),
    ]
