"""When a reading is acted on, offered or refused, apart from any model."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelError
from bot.language.reading import (
    COSTS,
    OFFERED,
    RANKED,
    Costs,
    Decision,
    Reading,
    decide,
    recalled,
)

CONFIG: dict[str, Any] = {
    "costs": {"wrong": 10, "wrong_form": 3, "refused": 3, "asked_back": 1},
    "slight": 0.1,
    "chat": ["greet", "help"],
}
PRICES = Costs.from_config(CONFIG)
LABELS = ("ask/a", "ask/b", "report", "outside/x", "outside/y", "greet", "help")


def ranked(shares: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda pair: -pair[1])


@st.composite
def rankings(draw: st.DrawFn) -> list[tuple[str, float]]:
    shares = draw(st.lists(st.floats(0.001, 1), min_size=len(LABELS), max_size=len(LABELS)))
    total = sum(shares)
    return ranked({label: n / total for label, n in zip(LABELS, shares, strict=True)})


@pytest.mark.parametrize(
    "shares, trust, decision, labels, intent",
    [
        ({"ask/a": 0.9, "ask/b": 0.1}, 0.95, "answer", ["ask/a"], "ask"),
        ({"report": 0.9, "ask/b": 0.1}, 0.95, "direct", ["report"], "report"),
        ({"greet": 0.9, "ask/b": 0.1}, 0.95, "direct", ["greet"], "greet"),
        # it looks likely, but such looks were often wrong: with nothing else to offer, no answer
        ({"ask/a": 0.95, "ask/b": 0.05}, 0.6, "unknown", ["ask/a"], "unknown"),
        # a wrong answer costs ten questions back, so one is asked unless trust is above 0.9
        ({"ask/a": 0.6, "ask/b": 0.4}, 0.85, "clarify", ["ask/a", "ask/b"], "clarify"),
        ({"ask/a": 0.6, "ask/b": 0.4}, 0.92, "answer", ["ask/a"], "ask"),
        ({"ask/a": 0.4, "ask/b": 0.3, "report": 0.2, "ask/c": 0.1}, 0.4, "clarify",
         ["ask/a", "ask/b", "report"], "clarify"),
        # what could be offered would hardly hold the right one
        ({"ask/a": 0.16, "ask/b": 0.15, "ask/c": 0.01}, 0.1, "unknown", ["ask/a"], "unknown"),
        # two groups outside the policy lead to the same place
        ({"outside/x": 0.3, "outside/y": 0.3, "ask/a": 0.4}, 0.3, "outside", ["outside/x"],
         "outside"),
        # it may be outside the policy, so what is inside is offered and not acted on
        ({"outside/x": 0.4, "ask/a": 0.35, "ask/b": 0.25}, 0.99, "clarify", ["ask/a", "ask/b"],
         "clarify"),
        # small talk is never offered as a reading, and so isn't a reading that is too slight
        ({"ask/a": 0.5, "help": 0.4, "ask/b": 0.1}, 0.5, "clarify", ["ask/a", "ask/b"], "clarify"),
        ({"ask/a": 0.55, "help": 0.4, "ask/b": 0.05}, 0.5, "unknown", ["ask/a"], "unknown"),
        ({"greet": 0.5, "help": 0.5}, 0.5, "unknown", ["greet"], "unknown"),
    ],
)  # fmt: skip
def test_what_is_decided(
    shares: dict[str, float], trust: float, decision: str, labels: list[str], intent: str
) -> None:
    reading = decide(ranked(shares), trust, True, PRICES)
    assert (reading.decision, list(reading.labels)) == (decision, labels)
    assert reading.intent == intent
    assert reading.sure == (decision in ("answer", "direct"))


def test_what_is_like_nothing_known_is_never_acted_on() -> None:
    reading = decide([("ask/a", 0.99), ("ask/b", 0.01)], 0.99, False, PRICES)
    assert (reading.decision, reading.labels, reading.familiar) == ("unknown", ("ask/a",), False)


@given(rankings(), st.floats(0, 1), st.booleans())
def test_whatever_is_likely_one_of_the_promised_readings_comes_out(
    ranking: list[tuple[str, float]], trust: float, familiar: bool
) -> None:
    reading = decide(ranking, trust, familiar, PRICES)
    assert reading.decision in ("answer", "clarify", "outside", "unknown", "direct")
    assert 1 <= len(reading.labels) <= OFFERED and set(reading.labels) <= set(LABELS)
    assert (reading.decision == "clarify") == (len(reading.labels) > 1)
    assert -1e-9 <= reading.confidence <= 1 + 1e-9
    assert reading.ranking == tuple(ranking[:RANKED])
    assert reading.familiar is familiar


@given(rankings(), st.floats(0, 1))
def test_what_is_offered_is_likely_inside_the_policy_and_no_small_talk(
    ranking: list[tuple[str, float]], trust: float
) -> None:
    reading = decide(ranking, trust, True, PRICES)
    if reading.decision == "clarify":
        for label in reading.labels:
            assert dict(ranking)[label] >= PRICES.slight
            assert label not in PRICES.chat and not label.startswith("outside/")


@given(rankings(), st.floats(0, 1), st.floats(0, 1))
def test_more_trust_never_turns_an_answer_into_a_doubt(
    ranking: list[tuple[str, float]], one: float, other: float
) -> None:
    less, more = sorted((one, other))
    if decide(ranking, less, True, PRICES).sure:
        assert decide(ranking, more, True, PRICES).sure


@given(rankings(), st.floats(0, 1))
def test_the_dearer_a_wrong_answer_the_fewer_answers(
    ranking: list[tuple[str, float]], trust: float
) -> None:
    if decide(ranking, trust, True, replace(PRICES, wrong=20, wrong_form=20)).sure:
        assert decide(ranking, trust, True, PRICES).sure
    if decide(ranking, trust, True, PRICES).decision == "answer":
        assert (1 - trust) * PRICES.wrong <= PRICES.refused


@pytest.mark.parametrize("decision", get_args(Decision))
def test_each_decision_has_an_intent_for_the_rules(decision: Decision) -> None:
    reading = Reading(decision, ("outside/x",), 1.0, ())
    expected = {"answer": "outside", "direct": "outside", "foreign": "unknown"}
    assert reading.intent == expected.get(decision, decision)


DOUBT = Reading("clarify", ("ask/a", "ask/b"), 0.9, (("ask/a", 0.5), ("ask/b", 0.4)))


def test_a_doubt_that_was_settled_before_is_settled_again() -> None:
    settled = recalled(DOUBT, [{"offered": ["ask/b", "ask/a"], "label": "ask/b"}])
    assert (settled.decision, settled.labels, settled.why) == ("answer", ("ask/b",), ("recalled",))
    assert settled.ranking == DOUBT.ranking


def test_fewer_readings_than_were_offered_then_are_settled_too() -> None:
    choices = [{"offered": ["ask/a", "ask/b", "ask/c"], "label": "ask/a"}]
    assert recalled(DOUBT, choices).labels == ("ask/a",)


def test_the_latest_choice_counts() -> None:
    choices = [{"offered": ["ask/a", "ask/b"], "label": label} for label in ("ask/a", "ask/b")]
    assert recalled(DOUBT, choices).labels == ("ask/b",)
    assert recalled(DOUBT, choices[::-1]).labels == ("ask/a",)


@pytest.mark.parametrize(
    "choice",
    [
        {"offered": ["ask/a", "ask/c"], "label": "ask/a"},  # ask/b wasn't among the choices
        {"offered": ["ask/a", "ask/b", "ask/c"], "label": "ask/c"},  # the choice isn't in doubt now
    ],
)
def test_another_doubt_stays_one(choice: dict[str, Any]) -> None:
    assert recalled(DOUBT, [choice]) is DOUBT


@pytest.mark.parametrize("decision", sorted({*get_args(Decision)} - {"clarify"}))
def test_only_a_doubt_is_settled(decision: Decision) -> None:
    reading = replace(DOUBT, decision=decision)
    assert recalled(reading, [{"offered": ["ask/a", "ask/b"], "label": "ask/b"}]) is reading


@pytest.mark.parametrize("missing", ["costs", *COSTS, "slight", "chat"])
@pytest.mark.parametrize("foul", [None, "dear", {}])
def test_settings_that_are_missing_or_foul_are_asked_for(missing: str, foul: object) -> None:
    config = deepcopy(CONFIG)
    place = config["costs"] if missing in COSTS else config
    if foul == {}:
        del place[missing]
    elif missing == "chat" and foul == "dear":
        place[missing] = 7  # a word would do: it is a list of letters
    else:
        place[missing] = foul
    with pytest.raises(ModelError, match=r"nlu/config\.yml: TopicClassifier needs costs"):
        Costs.from_config(config)
