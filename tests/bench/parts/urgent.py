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
from bot.language.urgent.kinds import Alarm
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
    immediate, serious, near, long = (
        _read(found, _texts(begin)) for begin in ("immediate", "serious", "near", "long")
    )
    plain, at_once, soon = (
        _read(found, _texts(begin)) for begin in ("reported", "told-immediate", "told-serious")
    )
    usual = _read(found, ordinary)
    levels = [
        *(one.level == "immediate" for one in immediate),
        *(one.level == "serious" for one in serious),
    ]
    by_wording = Detector(None, None)
    alone, alike = (_read(by_wording, _texts(begin)) for begin in ("immediate", "near"))
    cost = _cost(found, messages(WARM_UP + (200 if quick else 1000)))
    return [
        Figure("immediate danger noticed", _raised(immediate), "%", 99, at_least=True),
        Figure("serious danger noticed", _raised(serious), "%", 96, at_least=True),
        Figure("near misses that raise an alarm", _raised(near), "%", 3),
        Figure("ordinary questions that raise an alarm", _raised(usual), "%", 0.3),
        Figure("long everyday messages that raise one", _raised(long), "%", 0.3),
        Figure("plain reports and answers that raise one", _raised(plain), "%", 3),
        Figure("immediate danger amid a report noticed", _raised(at_once), "%", 99, at_least=True),
        Figure("serious danger amid a report noticed", _raised(soon), "%", 96, at_least=True),
        Figure("immediate danger noticed or asked about", _noticed(immediate), "%"),
        Figure("serious danger noticed or asked about", _noticed(serious), "%"),
        Figure("danger amid a report noticed or asked about", _noticed([*at_once, *soon]), "%"),
        Figure("near misses raised or asked about", _noticed(near), "%"),
        Figure("plain reports and answers raised or asked about", _noticed(plain), "%"),
        Figure("ordinary questions raised or asked about", _noticed(usual), "%"),
        Figure("danger told as the right level", _share(levels), "%"),
        Figure("immediate danger noticed by wording alone", _raised(alone), "%"),
        Figure("near misses raised by wording alone", _raised(alike), "%"),
        Figure("looking for danger, added to a turn, p50", median(cost), "ms", 3, samples=cost),
        Figure("looking for danger, added to a turn, p99", percentile(cost, 0.99), "ms"),
    ]


def _texts(begin: str) -> list[str]:
    return [
        message["text"]
        for path in sorted(MESSAGES.glob(f"{begin}*.yml"))
        for message in yaml.safe_load(path.read_text("utf-8"))
    ]


def _read(using: Detector, texts: Iterable[str]) -> list[Alarm]:
    return [using.read(text) for text in texts]


def _raised(found: Sequence[Alarm]) -> float:
    return _share([alarm.raised for alarm in found])


def _noticed(found: Sequence[Alarm]) -> float:
    return _share([alarm.noticed for alarm in found])


def _share(true: Sequence[bool]) -> float:
    return 100 * sum(true) / len(true)


def _cost(using: Detector, texts: Iterable[str]) -> tuple[float, ...]:
    taken = []
    for text in texts:
        shared_encoder().encode([text])
        begun = time.perf_counter()
        using.read(text)
        taken.append((time.perf_counter() - begun) * 1000)
    return tuple(taken[WARM_UP:])
