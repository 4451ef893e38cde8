"""How well the bot understands questions that it was not trained on.

The questions were written apart from the examples and before them, as people ask and not as the
policy speaks: `in_scope` by the topic that answers them, `near` and `far` about what no topic
answers. The floors are a little on the safe side of what was measured when they were set, so that
a change for the worse shows; they rise with the understanding, and are never lowered to make a
change pass.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.language.trained import examples, understood

QUESTIONS = Path(__file__).with_name("questions")
REFUSALS = {"outside", "unknown"}

Question = dict[str, Any]


@cache
def asked(kind: str) -> list[Question]:
    files = sorted((QUESTIONS / kind).glob("*.yml"))
    return [
        question for path in files for question in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


KINDS = ("in_scope", "near", "far", "flows")
EVERY = [question for kind in KINDS for question in asked(kind)]


def judged(kind: str, question: Question) -> str:
    """One word for what became of a question: what is right depends on its kind."""
    reading: dict[str, Any] = understood(question["text"], role=question["role"])["reading"]
    decision, labels = reading["decision"], set(reading["labels"])
    if decision in REFUSALS:
        return "refused"
    if kind in ("near", "far"):
        small_talk = decision == "direct" and not labels & {"contact-report"}
        return "refused" if small_talk else decision
    wanted = {question["flow"]} if kind == "flows" else _right(question)
    if decision == "clarify":
        return "offered" if labels & wanted else "offered others"
    return "right" if labels & wanted else "wrong"


def _right(question: Question) -> set[str]:
    return {f"ask/{topic}" for topic in (question["topic"], *question.get("also", ()))}


@cache
def outcomes(kind: str) -> Counter[str]:
    return Counter(judged(kind, question) for question in asked(kind))


def share(kind: str, *results: str) -> float:
    return sum(outcomes(kind)[result] for result in results) / len(asked(kind))


def words(text: str) -> frozenset[str]:
    return frozenset("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def test_there_are_enough_questions() -> None:
    assert len(asked("in_scope")) >= 500
    assert len(asked("near")) >= 250
    assert len(asked("far")) >= 150
    assert len({question["text"] for question in EVERY}) == len(EVERY)
    assert {question["role"] for question in EVERY} == {"staff", "parent"}


def test_every_topic_is_asked_about() -> None:
    topics = yaml.safe_load(Path("policy_content/topics.yml").read_text(encoding="utf-8"))
    slugs = {topic["slug"] for group in topics["groups"] for topic in group["topics"]}
    assert {question["topic"] for question in asked("in_scope")} == slugs


def test_no_question_is_a_training_example() -> None:
    """Nor nearly one: four words in five the same is a copy, if there are words enough to tell."""
    known = {words(example.get("text")) for example in examples().intent_examples}
    copies = [
        question["text"]
        for question in EVERY
        if len(mine := words(question["text"])) > 3
        and any(len(mine & example) >= 0.8 * len(mine | example) for example in known)
    ]
    assert copies == []


@pytest.mark.parametrize(
    "kind, results, least, most",
    [
        ("in_scope", ["right"], 0.42, 1),
        ("in_scope", ["right", "offered"], 0.65, 1),
        ("in_scope", ["wrong"], 0, 0.06),
        ("near", ["answer"], 0, 0.035),
        ("far", ["answer"], 0, 0.02),
        ("flows", ["right", "offered"], 0.8, 1),
        ("flows", ["wrong"], 0, 0.1),
    ],
)
def test_what_becomes_of_them(kind: str, results: list[str], least: float, most: float) -> None:
    assert least <= share(kind, *results) <= most, outcomes(kind)
