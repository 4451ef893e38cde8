"""A form's closed question reads its own titles back, and never guesses between two choices."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.utils.io import read_yaml_file

from bot.dialogue.questions import Question, questions_of
from bot.dialogue.training import DOMAIN

DOMAINS = [read_yaml_file(path) for path in sorted(DOMAIN.glob("*.yml"))]
FORMS: dict[str, Any] = {
    form: domain["responses"] for domain in DOMAINS for form in domain.get("forms") or ()
}
ASKED = [
    (question, texts[f"utter_ask_{form}_{question.slot}"][0]["buttons"])
    for form, texts in FORMS.items()
    for question in questions_of(form, texts).values()
    if question.titles
]
QUESTIONS = [question for question, _ in ASKED]
TITLES = [
    (question, button["title"], value)
    for question, buttons in ASKED
    for button in buttons
    for value in question.words
    if f'"{value}"' in button["payload"]
]


def who() -> Question:
    return questions_of("contact-report", FORMS["contact-report"])["contact_from"]


def test_every_button_of_a_question_is_looked_at() -> None:
    assert QUESTIONS
    assert len(TITLES) == sum(len(buttons) for _, buttons in ASKED)


@pytest.mark.parametrize(("question", "title", "value"), TITLES)
def test_a_title_reads_back_as_its_own_choice(question: Question, title: str, value: str) -> None:
    for typed in (title, title.upper(), f"  {title}!  ", f"it was: {title}.", f"“{title}”"):
        assert question.read(typed) == value


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.slot)
def test_every_word_means_the_choice_it_stands_under(question: Question) -> None:
    for value, words in question.words.items():
        for word in words:
            assert question.read(word) == value


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.slot)
def test_two_choices_in_one_answer_are_none(question: Question) -> None:
    for one, other in permutations(question.words, 2):
        for first, second in product(question.words[one], question.words[other]):
            assert question.read(f"{first} and then {second}") is None


@given(st.sampled_from(QUESTIONS), st.text(max_size=80))
def test_any_text_names_one_choice_or_none(question: Question, text: str) -> None:
    assert question.read(text) in {None, *question.words}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("an ex-pupil of mine", "ex-pupil"),
        ("ex pupil", "ex-pupil"),
        ("a year 9 girl", "pupil"),
        ("his mum", "parent"),
        ("mum and her kid", None),
        ("grandchildren's", None),
        ("", None),
    ],
)
def test_who_it_was(said: str, read: str | None) -> None:
    assert who().read(said) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("I didn’t", "no"),
        ("I didn't answer them", "no"),
        ("Not yet", "no"),
        ("yeah, i have", "yes"),
    ],
)
def test_whether_they_were_answered(said: str, read: str | None) -> None:
    question = questions_of("contact-report", FORMS["contact-report"])["contact_answered"]
    assert question.read(said) == read


@pytest.mark.parametrize(
    ("form", "slot", "said", "read"),
    [
        ("incident", "at_risk", "There is no way I can go in tomorrow, I'm so scared", None),
        ("incident", "at_risk", "No idea", None),
        ("incident", "at_risk", "no one believes her", None),
        ("incident", "at_risk", "no one is at risk", "no"),
        ("incident", "at_risk", "nobody, as far as I know", "no"),
        ("incident", "at_risk", "I don't know, she has no friends left", "unsure"),
        ("incident", "at_risk", "as far as I know, no", "no"),
        ("incident", "at_risk", "well no", "no"),
        ("incident", "at_risk", "Not to my knowledge.", "no"),
        ("incident", "at_risk", "not as far as I know", "no"),
        ("incident", "at_risk", "she is fine now", None),
        ("incident", "at_risk", "they are not at risk", None),
        ("incident", "at_risk", "he is, he won't come to school", "yes"),
        ("incident", "at_risk", "he told them she is ugly and they laughed", None),
        ("staff-concern", "concerns", "Mr Hay keeps messaging me at night", None),
        ("staff-concern", "concerns", "I saw it myself", None),
        ("staff-concern", "concerns", "the deputy head", None),
        ("staff-concern", "concerns", "our head of year", None),
        ("staff-concern", "concerns", "the head of the school", "head"),
        ("staff-concern", "concerns", "it's the head", "head"),
        ("staff-concern", "concerns", "my own daughter told me of it", None),
        ("staff-concern", "concerns", "my own mistake", "myself"),
        ("account-application", "openness", "not decided", "undecided"),
        ("incident", "kind", "given away", "details"),
        ("contact-report", "contact_answered", "no way, I blocked him", "no"),
        ("contact-report", "contact_answered", "I have screenshots", None),
        ("contact-report", "contact_answered", "I have, sorry", "yes"),
        ("staff-concern", "concerns", "the TA in year 2 keeps messaging me", "staff"),
        ("staff-concern", "concerns", "it's about me", "myself"),
        ("staff-concern", "concerns", "I want to report myself", "myself"),
        ("staff-concern", "concerns", "Me!", "myself"),
    ],
)
def test_a_slight_word_is_an_answer_only_where_it_stands_as_one(
    form: str, slot: str, said: str, read: str | None
) -> None:
    assert questions_of(form, FORMS[form])[slot].read(said) == read
