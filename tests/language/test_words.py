"""Which words are known, which messages aren't English, and what is kept of a question."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.language.words import (
    GONE,
    KEPT,
    PLATFORMS,
    TITLES,
    gist,
    given_names,
    is_foreign,
    vocabulary,
)

EXAMPLES = [
    "Can I add a parent on Facebook?",
    "can a parent follow me on my page",
    "is it ok to post a photo of my class",
    "is a pupil ok to post on the page of my class",
    "my head says I can add a young pupil's mum",
    "the young pupil's mum says to follow the head",
    "Miss said to call the head, and to add a photo",
    "miss said it is ok to call me",
    "who do I tell about Olivia",
    "do I tell Olivia who said it",
]
KNOWN = vocabulary(EXAMPLES)
LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lt"])
NAMES = st.text(LETTERS, min_size=1, max_size=12)
"""Anything that could be a name, in any alphabet."""


def tokens(text: str) -> list[str]:
    return gist(text, KNOWN).split()


def test_a_word_is_known_when_two_examples_have_it() -> None:
    found = vocabulary(["Marmalade and toast", "toast toast TOAST, jam jam", "and tea"])
    assert found - PLATFORMS == {"and", "toast"}


def test_first_names_are_never_known() -> None:
    assert "olivia" in given_names() and "olivia" not in KNOWN
    assert "tell" in KNOWN, "it stands beside the name in both examples"
    assert not given_names() & vocabulary([" ".join(given_names())] * 3)


def test_platforms_are_known_though_no_example_names_them() -> None:
    assert vocabulary([]) == PLATFORMS


def test_an_apostrophe_may_be_typed_either_way() -> None:
    assert vocabulary(["don't", "don’t"]) - PLATFORMS == {"don't"}


@pytest.mark.parametrize(
    "text",
    [
        "Puis-je accepter une invitation d'un parent ?",
        "Czy mogę dodać rodzica ucznia na Facebooku",
        "هل يمكنني إضافة ولي أمر",
        "我可以加家长吗",
        "Можно?",
    ],
)
def test_another_language_is_noticed(text: str) -> None:
    assert is_foreign(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "can I add a parent",
        "cna a parnet folow my page on snap",
        "qwerty asdf zxcv",  # too few words to judge
        "Ola Nowak",
        "can I post a photo of Zoë",
        "",
        "?!",
        "12 34 56 78 90",
        "\U0001f600 \U0001f44d",
    ],
)
def test_english_is_not_taken_for_another_language(text: str) -> None:
    assert not is_foreign(text, KNOWN)


@pytest.mark.parametrize(
    "text, kept",
    [
        ("Can I add a parent on Facebook?", "can i add a parent on facebook"),
        ("is  it\nOK, to post a photo?", "is it ok to post a photo"),
        ("my head says Rumpole can add me", "my head says … can add me"),
        ("tell Rumpole Bracegirdle-Smythe", "tell …"),
        # a surname that is a word: the capital or the title gives it away
        ("is the parent Young ok", "is the parent … ok"),
        ("is it ok to call mrs young", "is it ok to call …"),
        ("call Miss Young", "call …"),
        ("CAN I ADD A PARENT", "can i add a parent"),
        ("call me. My head says no", "call me my head says …"),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_question(text: str, kept: str) -> None:
    assert gist(text, KNOWN) == kept


@pytest.mark.parametrize(
    "private",
    [
        "07700 900123",
        "+44(0)7700-900123",
        "bracegirdle@example.org",
        "@young",
        "#young",
        "facebook.com/young",
        "https://facebook.com/young",
        "12 Bracegirdle Lane",
        "ZZ9 9ZZ",
        "3/4/2015",
        "u/young_pupil",
        "young1",
        "young.pupil",
        "Y4",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "can I add {}", "{} said to call me", "is ({}) ok?"])
def test_a_number_an_address_or_a_handle_is_left_out(private: str, frame: str) -> None:
    assert gist(frame.format(private), KNOWN) == gist(frame.format("zzzz"), KNOWN)


@given(
    NAMES,
    st.sampled_from([str, str.lower, str.upper, str.title]),
    st.sampled_from(
        [
            "{}",
            "{} can add me",
            "can I add {}?",
            "call {}'s mum",
            "call me, “{}”: my mum (and {})",
            "Mr {} said it",
            "my mum. {} said it",
            "is {}-{} ok",
            "@{}",
            "{}1",
            "{}@x.y",
        ]
    ),
)
def test_no_name_is_let_through(name: str, written: type[str], frame: str) -> None:
    spelt = written(name)
    assume(spelt.lower() not in KNOWN)  # a name that is also a word: see the tests by example
    found = tokens(frame.replace("{}", spelt))
    assert spelt.lower() not in found
    assert set(found) <= KNOWN | {GONE}
    assert GONE in found, "it shows where something stood"


@given(st.sampled_from(sorted(TITLES)), st.sampled_from(sorted(KNOWN)), st.booleans())
def test_after_a_title_comes_a_name_whatever_it_means(title: str, name: str, dotted: bool) -> None:
    assert tokens(f"call {title}{'.' * dotted} {name}")[-1] == GONE


@given(
    st.lists(st.sampled_from(EXAMPLES) | st.text(max_size=30), max_size=12).map(" ".join),
)
def test_nothing_but_known_words_is_ever_kept(text: str) -> None:
    found = gist(text, KNOWN)
    assert len(found) <= KEPT
    assert not re.search(r"[\d@/_#]", found)
    whole = found.split()[: -1 if len(found) == KEPT else None]  # the last one may be cut
    assert set(whole) <= KNOWN | {GONE}
    assert f"{GONE} {GONE}" not in found
