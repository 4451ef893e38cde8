"""When a reading is acted on, offered or refused, apart from any model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelError
from bot.language.reading import NUMBERS, RANKED, Limits, decide

LIMITS = Limits(
    sure=0.55, ahead=0.3, near=0.35, together=0.5, offered=0.1, chat=frozenset({"greet", "help"})
)
LABELS = ("ask/a", "ask/b", "report", "outside/x", "outside/y", "greet", "help")


@pytest.mark.parametrize(
    "shares, nearest, decision, labels, intent",
    [
        ({"ask/a": 0.9, "ask/b": 0.1}, 0.8, "answer", ["ask/a"], "ask"),
        ({"report": 0.9, "ask/b": 0.1}, 0.8, "direct", ["report"], "report"),
        ({"greet": 0.9, "ask/b": 0.1}, 0.8, "direct", ["greet"], "greet"),
        # likely, but like nothing that anyone is known to say
        ({"ask/a": 0.9, "ask/b": 0.1}, 0.2, "unknown", ["ask/a"], "unknown"),
        # likely, but not well ahead
        ({"ask/a": 0.56, "ask/b": 0.44}, 0.8, "clarify", ["ask/a", "ask/b"], "clarify"),
        ({"ask/a": 0.4, "ask/b": 0.3, "report": 0.2, "help": 0.1}, 0.8, "clarify",
         ["ask/a", "ask/b", "report"], "clarify"),
        # one is ahead of the rest, but not likely enough to be acted on
        ({"ask/a": 0.5, "ask/b": 0.09, "report": 0.09}, 0.8, "unknown", ["ask/a"], "unknown"),
        # two groups outside the policy lead to the same place
        ({"outside/x": 0.3, "outside/y": 0.3, "ask/a": 0.4}, 0.8, "outside", ["outside/x"],
         "outside"),
        # small talk, but not clearly which
        ({"greet": 0.3, "help": 0.3, "ask/a": 0.4}, 0.8, "unknown", ["greet"], "unknown"),
        # small talk is never offered as a reading
        ({"ask/a": 0.5, "help": 0.4, "ask/b": 0.05}, 0.8, "unknown", ["ask/a"], "unknown"),
        ({"ask/a": 0.5, "outside/x": 0.4}, 0.8, "clarify", ["ask/a", "outside/x"], "clarify"),
    ],
)  # fmt: skip
def test_what_is_decided(
    shares: dict[str, float], nearest: float, decision: str, labels: list[str], intent: str
) -> None:
    ranking = sorted(shares.items(), key=lambda pair: -pair[1])
    reading = decide(ranking, nearest, LIMITS)
    assert (reading.decision, list(reading.labels)) == (decision, labels)
    assert reading.intent == intent


@given(
    st.lists(st.floats(0, 1), min_size=len(LABELS), max_size=len(LABELS)).filter(sum),
    st.floats(-1, 1),
)
def test_whatever_is_likely_one_of_the_promised_readings_comes_out(
    shares: list[float], nearest: float
) -> None:
    total = sum(shares)
    ranking = sorted(
        ((n, s / total) for n, s in zip(LABELS, shares, strict=True)), key=lambda pair: -pair[1]
    )
    reading = decide(ranking, nearest, LIMITS)
    assert reading.decision in ("answer", "clarify", "outside", "unknown", "direct")
    assert 1 <= len(reading.labels) <= 3 and set(reading.labels) <= set(LABELS)
    assert (reading.decision == "clarify") == (len(reading.labels) > 1)
    assert -1e-9 <= reading.confidence <= 2  # 1 - nearest, and nearness is a cosine
    assert reading.ranking == tuple(ranking[:RANKED])


@pytest.mark.parametrize("missing", [*NUMBERS, "chat"])
def test_a_limit_that_is_not_in_the_settings_is_asked_for(missing: str) -> None:
    config: dict[str, Any] = {**dict.fromkeys(NUMBERS, 0.5), "chat": ["greet"]}
    assert Limits.from_config(config).chat == {"greet"}
    del config[missing]
    with pytest.raises(ModelError, match=missing):
        Limits.from_config(config)
