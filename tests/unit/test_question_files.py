"""The question files: whole, in order, and short enough to be answered with one thumb."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.utils.io import read_yaml_file

from bot.dialogue.flows import ADDITION
from bot.dialogue.questions import CONFIRM, KINDS, Question, questions_of

DOMAIN = Path(__file__).parents[2] / "stories" / "domain"
LONGEST_ASK, LONGEST_WHY, LONGEST_TITLE, MOST_BUTTONS = 170, 90, 36, 9
SKIPS = {"yes", "no", "anonymous"}


def _forms() -> Iterator[tuple[str, list[str], dict[str, Question]]]:
    for path in sorted(DOMAIN.glob("*.yml")):
        held: dict[str, Any] = read_yaml_file(path)
        for flow, form in (held.get("forms") or {}).items():
            slots = form["required_slots"]
            yield flow, slots, questions_of(flow, held["responses"], slots)


FORMS = list(_forms())
ASKED = [(flow, slots, question) for flow, slots, asked in FORMS for question in asked.values()]
each_question = pytest.mark.parametrize(
    ("flow", "slots", "question"), ASKED, ids=[f"{flow}-{one.slot}" for flow, _, one in ASKED]
)


@pytest.mark.parametrize(("flow", "slots", "asked"), FORMS, ids=[form[0] for form in FORMS])
def test_every_slot_is_asked_for_and_the_summary_comes_last(
    flow: str, slots: list[str], asked: dict[str, Question]
) -> None:
    assert slots[-1] == CONFIRM
    assert list(asked) == slots[:-1]
    # What adds to a report comes from the chat that the report came from, with its name or without.
    if flow != ADDITION:
        assert asked["reporter"].skip != "yes", f"{flow}: who reports may be left out silently"
    assert len({question.label for question in asked.values()}) == len(asked)


@each_question
def test_a_question_is_short_and_says_why(flow: str, slots: list[str], question: Question) -> None:
    assert question.kind in KINDS
    assert question.skip in SKIPS
    assert 0 < len(question.text) <= LONGEST_ASK
    assert question.label
    assert len(question.why) <= LONGEST_WHY
    if question.why:  # it goes on after "I ask because"
        assert question.why[0].islower() or question.why.startswith(("I ", "I'"))
        assert question.why[-1] not in ".!?"


@each_question
def test_buttons_are_few_and_fit_a_phone(flow: str, slots: list[str], question: Question) -> None:
    assert len(question.titles) <= MOST_BUTTONS
    for title in question.titles.values():
        assert len(title) <= LONGEST_TITLE
    if question.kind == "choice":
        assert question.titles
        assert question.hint, "what helps somebody whose answer can't be read twice?"


@each_question
def test_each_choice_can_be_written_as_its_button_says(
    flow: str, slots: list[str], question: Question
) -> None:
    if question.kind == "choice":
        for value, title in question.titles.items():
            assert question.read(title) == value


@each_question
def test_no_words_mean_two_choices(flow: str, slots: list[str], question: Question) -> None:
    meant: dict[str, str] = {}
    for value, said in question.words.items():
        for words in said:
            assert words
            assert meant.setdefault(words, value) == value, words


@each_question
def test_a_condition_looks_at_an_earlier_answer_that_can_be_given(
    flow: str, slots: list[str], question: Question
) -> None:
    asked = next(questions for name, _, questions in FORMS if name == flow)
    for slot, values in question.only_if.items():
        assert slots.index(slot) < slots.index(question.slot)
        assert values
        assert set(values) <= set(asked[slot].titles)


SAID = [
    ("declaration", "tie", "we're mates from uni", "friendship"),
    ("declaration", "tie", "she's my niece", "relative"),
    ("declaration", "tie", "next door neighbours", "other-tie"),
    ("declaration", "contact_from", "a mum", "parent"),
    ("declaration", "contact_from", "a child in year 2", "pupil"),
    ("declaration", "contact_from", "a former pupil", "ex-pupil"),
    ("declaration", "teaches", "yes he's in my class", "yes"),
    ("declaration", "teaches", "in my class", "yes"),
    ("declaration", "teaches", "only on trips", "sometimes"),
    ("declaration", "teaches", "no, different class", "no"),
    ("account-application", "openness", "private, invite only", "closed"),
    ("account-application", "openness", "not sure yet", "undecided"),
    ("account-application", "ready", "yes", "both"),
    ("account-application", "ready", "not yet", "neither"),
    ("account-application", "ready", "read it but not trained", "read"),
    ("permission", "permission_for", "photos of sports day", "pictures"),
    ("permission", "permission_for", "an app", "service"),
    ("permission", "permission_for", "the school ipad", "device"),
    ("permission", "account", "my own page", "own"),
    ("permission", "account", "the class page", "school"),
    ("permission", "consent", "not all of them", "some"),
    ("permission", "consent", "no idea", "unknown"),
    ("website-report", "device", "a school laptop", "school-device"),
    ("website-report", "device", "on her phone", "pupil-device"),
    ("website-report", "still_there", "it's been taken down", "no"),
    ("website-report", "at_risk", "yes she is upset", "yes"),
    ("acknowledgement", "policy_read", "yes all of it", "read"),
    ("acknowledgement", "scenario_1", "nope", "no"),
    ("acknowledgement", "scenario_1", "don't know", "unknown"),
]


@pytest.mark.parametrize(("flow", "slot", "text", "meant"), SAID)
def test_what_people_really_type(flow: str, slot: str, text: str, meant: str) -> None:
    asked = next(questions for name, _, questions in FORMS if name == flow)
    assert asked[slot].read(text) == meant
