"""One sentence into its numbers, one at a time, as a turn does it.

Time grows with the length of a sentence, so one of 14 tokens (the tokenizer's two ends included)
is judged beside the mixture, and a long one is shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from bot.language.encoder import Encoder
from tests.bench.figures import Figure, median, percentile
from tests.bench.messages import messages

LIMIT_MS = 12
WARM_UP = 20

FOURTEEN_TOKENS = "can I accept a friend request from a parent this evening?"
LONG = (
    "one of the dads in my class keeps sending me messages on facebook late at night about his "
    "daughter's homework, and I don't want to be rude, but I'd like to know whether I should answer"
)


def measure(quick: bool) -> list[Figure]:
    encoder = Encoder()
    times = 200 if quick else 1000
    mixed = _time(encoder, messages(WARM_UP + times))
    fourteen = _time(encoder, [FOURTEEN_TOKENS] * (WARM_UP + times))
    long = _time(encoder, [LONG] * (WARM_UP + times // 5))
    return [
        Figure("encoding, mixed messages, p50", median(mixed), "ms", LIMIT_MS, samples=mixed),
        Figure("encoding, mixed messages, p99", percentile(mixed, 0.99), "ms"),
        Figure("encoding, 14 tokens, p50", median(fourteen), "ms", LIMIT_MS, samples=fourteen),
        Figure("encoding, 47 tokens, p50", median(long), "ms"),
    ]


def _time(encoder: Encoder, texts: Iterable[str]) -> tuple[float, ...]:
    taken = []
    for text in texts:
        begun = time.perf_counter()
        encoder.encode([text])
        taken.append((time.perf_counter() - begun) * 1000)
    return tuple(taken[WARM_UP:])
