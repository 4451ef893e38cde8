"""How surely danger is noticed, how often it is seen where there is none, and what looking costs.

The cost is of what comes on top of a turn: the sentence's numbers are needed for the question too,
so they are there already.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import yaml

from bot.language.encoder import shared_encoder
from bot.language.urgent.detector import Detector
from bot.parts import detector
from tests.bench import places
from tests.bench.figures import Figure, median, percentile
from tests.bench.messages import messages
from tests.bench.parts.questions import asked

MESSAGES = places.ROOT / "tests" / "language" / "urgent"
WARM_UP = 20


def measure(quick: bool) -> list[Figure]:
    found = detector()
    marked = set(yaml.safe_load((MESSAGES / "ordinary-alarms.yml").read_text("utf-8")))
    every = [one["text"] for kind in ("in_scope", "near", "far") for one in asked(kind)]
    ordinary = [text for text in every if text not in marked]
    alone = Detector(None, None)
    cost = _cost(found, messages(WARM_UP + (200 if quick else 1000)))
    return [
        Figure("immediate danger noticed", _raised(found, "immediate"), "%", 99, at_least=True),
        Figure("serious danger noticed", _raised(found, "serious"), "%", 96, at_least=True),
        Figure("near misses that raise an alarm", _raised(found, "near"), "%", 3),
        Figure("ordinary questions that raise an alarm", _share(found, ordinary), "%", 0.3),
        Figure("long everyday messages that raise one", _raised(found, "long"), "%", 0.3),
        Figure("immediate danger noticed or asked about", _noticed(found, "immediate"), "%"),
        Figure("serious danger noticed or asked about", _noticed(found, "serious"), "%"),
        Figure("near misses raised or asked about", _noticed(found, "near"), "%"),
        Figure("ordinary questions raised or asked about", _noted(found, ordinary), "%"),
        Figure("danger told as the right level", _levels(found), "%"),
        Figure("immediate danger noticed by wording alone", _raised(alone, "immediate"), "%"),
        Figure("near misses raised by wording alone", _raised(alone, "near"), "%"),
        Figure("looking for danger, added to a turn, p50", median(cost), "ms", 3, samples=cost),
        Figure("looking for danger, added to a turn, p99", percentile(cost, 0.99), "ms"),
    ]


def _texts(begin: str) -> list[str]:
    return [
        message["text"]
        for path in sorted(MESSAGES.glob(f"{begin}-*.yml"))
        for message in yaml.safe_load(path.read_text("utf-8"))
    ]


def _raised(using: Detector, begin: str) -> float:
    return _share(using, _texts(begin))


def _noticed(using: Detector, begin: str) -> float:
    return _noted(using, _texts(begin))


def _noted(using: Detector, texts: Sequence[str]) -> float:
    found = [using.read(text) for text in texts]
    return 100 * sum(alarm.raised or alarm.doubtful for alarm in found) / len(texts)


def _share(using: Detector, texts: Sequence[str]) -> float:
    return 100 * sum(using.read(text).raised for text in texts) / len(texts)


def _levels(using: Detector) -> float:
    told = [
        using.read(text).level == level
        for level in ("immediate", "serious")
        for text in _texts(level)
    ]
    return 100 * sum(told) / len(told)


def _cost(using: Detector, texts: Iterable[str]) -> tuple[float, ...]:
    taken = []
    for text in texts:
        shared_encoder().encode([text])
        begun = time.perf_counter()
        using.read(text)
        taken.append((time.perf_counter() - begun) * 1000)
    return tuple(taken[WARM_UP:])
