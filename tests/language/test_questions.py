"""How well the bot understands questions that it was not trained on.

The questions were written apart from the examples and before them, as people ask and not as the
policy speaks: `in_scope` by the topic that answers them, `near` and `far` about what no topic
answers. The floors are a little on the safe side of what was measured when they were set, so that
a change for the worse shows; they rise with the understanding, and are never lowered to make a
change pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.policy.shared import read_topics
from tests.language.trained import NLU, examples, understood

QUESTIONS = Path(__file__).with_name("questions")
REFUSALS = {"outside", "unknown", "foreign"}
FOLLOWING = {"whom-to-tell", "where-it-stands"}

Question = dict[str, Any]


@cache
def asked(kind: str) -> list[Question]:
    files = sorted((QUESTIONS / kind).glob("*.yml"))
    return [
        question for path in files for question in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


KINDS = ("in_scope", "near", "far", "flows")
ALL = (*KINDS, "follow_ups", "doubles", "bad_input")
EVERY = [question for kind in KINDS for question in asked(kind)]
FLOWS = {
    "incident",
    "contact-report",
    "declaration",
    "account-application",
    "permission",
    "website-report",
    "staff-concern",
    "acknowledgement",
}


def read(text: str, role: str, **before: Any) -> tuple[str, list[str]]:
    reading = understood(text, role=role, **before)["reading"]
    return reading["decision"], reading["labels"]


def judged(kind: str, question: Question) -> str:
    """One word for what became of a question: what is right depends on its kind."""
    decision, labels = read(question["text"], question["role"])
    if decision in REFUSALS:
        return "refused"
    if kind in ("near", "far"):
        small_talk = decision == "direct" and not FLOWS & set(labels)
        return "refused" if small_talk else decision
    wanted = {question["flow"]} if kind == "flows" else _right(question)
    if decision == "clarify":
        return "offered" if wanted & set(labels) else "offered others"
    return "right" if wanted & set(labels) else "wrong"


def _right(question: Question) -> set[str]:
    return {f"ask/{topic}" for topic in (question["topic"], *question.get("also", ()))}


def followed(question: Question) -> str:
    """What became of a follow-up, after the first question was answered."""
    last = question["topic"]
    topics = read_topics(Path("policy_content"))
    group = next(one for one in topics.groups if one.slug == topics.group_of[last])
    near = [*topics.by_slug[last].related, *(topic.slug for topic in group.topics)]
    decision, labels = read(
        question["then"],
        question["role"],
        last={"topic": last, "question": question["first"], "near": near},
    )
    wanted = {question["expect"], *question["also"]}
    found = {decision} if decision in FOLLOWING else {label.partition("/")[2] for label in labels}
    if decision in REFUSALS:
        return "refused"
    if decision == "clarify":
        return "offered" if wanted & found else "offered others"
    return "right" if wanted & found else "wrong"


def parted(question: Question) -> str:
    """How many of a message's questions were heard: all, some, one too many, or none."""
    decision, labels = read(question["text"], question["role"])
    heard = {label.partition("/")[0 if label.startswith("outside/") else 2] for label in labels}
    wanted, also = set(question["topics"]), set(question.get("also", ()))
    if decision != "answer":
        return "refused" if decision in REFUSALS else "offered"
    if len(heard) > len(wanted):
        return "one too many" if heard & wanted else "wrong"
    if not heard <= wanted | also:
        return "wrong"
    return "all" if len(heard) == len(wanted) else "some"


def handled(question: Question) -> bool:
    """Whether bad input ended as it should; to say "I don't know" is never wrong for it."""
    decision, labels = read(question["text"], question["role"])
    expect, _, topic = question["expect"].partition(":")
    if expect == "answer":
        offered = decision in ("answer", "clarify") and f"ask/{topic}" in labels
        return offered or decision == "unknown"
    if expect == "foreign":
        return decision == "foreign"
    return decision in REFUSALS or (decision == "direct" and not FLOWS & set(labels))


@cache
def outcomes(kind: str) -> Counter[str]:
    judge = {"follow_ups": followed, "doubles": parted}.get(kind, partial(judged, kind))
    return Counter(judge(question) for question in asked(kind))


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


def taught() -> Iterator[str]:
    """Every example, those that only the encoder's tuning reads included."""
    yield from (example.get("text") for example in examples().intent_examples)
    for path in (NLU / "more").rglob("*.txt"):
        yield from path.read_text(encoding="utf-8").splitlines()


def test_no_question_is_a_training_example() -> None:
    """Nor nearly one: four words in five the same is a copy, if there are words enough to tell."""
    known = {words(text) for text in taught()}
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for example in known:
        for word in example:
            holding[word].append(example)
    texts = [text for kind in ALL for question in asked(kind) for text in said(question)]
    copies = []
    for text in texts:
        mine = words(text)
        # Whatever shares four words in five holds one of the fifth that is rarest.
        rarest = sorted(mine, key=lambda word: len(holding[word]))[: len(mine) // 5 + 1]
        near = (example for word in rarest for example in holding[word])
        if len(mine) > 3 and any(len(mine & other) >= 0.8 * len(mine | other) for other in near):
            copies.append(text)
    assert copies == []


def said(question: Question) -> list[str]:
    return [question[name] for name in ("text", "first", "then") if name in question]


@pytest.mark.parametrize(
    "kind, results, least, most",
    [
        ("in_scope", ["right"], 0.7, 1),
        ("in_scope", ["right", "offered"], 0.94, 1),
        ("in_scope", ["wrong"], 0, 0.025),
        ("near", ["answer"], 0, 0.035),
        ("far", ["answer"], 0, 0.01),
        ("flows", ["right", "offered"], 0.8, 1),
        ("flows", ["wrong"], 0, 0.1),
        ("follow_ups", ["right"], 0.56, 1),
        ("follow_ups", ["right", "offered"], 0.9, 1),
        ("follow_ups", ["wrong"], 0, 0.03),
        ("doubles", ["all"], 0.73, 1),
        ("doubles", ["wrong"], 0, 0.02),
    ],
)
def test_what_becomes_of_them(kind: str, results: list[str], least: float, most: float) -> None:
    assert least <= share(kind, *results) <= most, outcomes(kind)


def test_bad_input_comes_to_a_sensible_end() -> None:
    missed = [question["text"][:80] for question in asked("bad_input") if not handled(question)]
    assert len(missed) <= 0.05 * len(asked("bad_input")), missed
