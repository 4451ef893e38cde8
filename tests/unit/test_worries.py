"""Questions about the form itself are told apart from those for the policy, and from answers."""

from __future__ import annotations

import pytest

from bot.dialogue.worries import (
    DO_I_HAVE_TO,
    NAMES,
    WHAT_THEN,
    WHO_SEES,
    WILL_THEY_KNOW,
    no_name,
    worried,
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("who will see this?", WHO_SEES),
        ("Who gets to see what I write?", WHO_SEES),
        ("is it confidential", WHO_SEES),
        ("May I take it that this will be treated in confidence?", WHO_SEES),
        ("will he find out?", WILL_THEY_KNOW),
        ("Will his mum know it was me?", WILL_THEY_KNOW),
        ("will they be told who said it", WILL_THEY_KNOW),
        ("what happens next?", WHAT_THEN),
        ("what will you do with this", WHAT_THEN),
        ("do i have to answer this?", DO_I_HAVE_TO),
        ("why do you need my number?", DO_I_HAVE_TO),
        ("Must I give their full name here, or will initials do?", NAMES["initials"]),
    ],
)
def test_a_question_about_the_form(asked: str, told: str) -> None:
    assert worried(asked, "initials") == told


@pytest.mark.parametrize(
    "said",
    [
        "can i post photos of the fair?",
        "can i let parents know on facebook?",
        "should i tell the head?",
        "do i have to tell parents before I post?",
        "can i keep my own account private?",
        "is my private account any business of the school?",
        "who should I tell?",
        "Who posted it I don't know",
        "they will find out that it was me and then what will happen next",
        "he said he will see who told on him",
        "J.K., Year 5",
        "",
    ],
)
def test_what_is_none(said: str) -> None:
    assert worried(said, "initials") is None


@pytest.mark.parametrize(
    "said",
    [
        "anonymous",
        "I want to stay anonymous please",
        "i dont want to say my name",
        "I'd rather not give you my name",
        "no name",
        "I am scared to tell my name",
    ],
)
def test_somebody_would_rather_give_no_name(said: str) -> None:
    assert no_name(said)


@pytest.mark.parametrize(
    "said", ["Ann Lee, room 4", "My name is Jo Bell", "no phone, ask in 4B", ""]
)
def test_a_name_is_one(said: str) -> None:
    assert not no_name(said)
