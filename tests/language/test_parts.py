"""What several questions in one message are taken apart into, and what leans on the one before."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import parts
from bot.language.words import PLATFORMS


@pytest.mark.parametrize(
    "text, pieces",
    [
        (
            "Can I post photos of sports day? Who do I tell about a bad comment?",
            ["Can I post photos of sports day?", "Who do I tell about a bad comment?"],
        ),
        (
            "what is the policy on phones, and can I use mine at lunch",
            ["what is the policy on phones", "can I use mine at lunch"],
        ),
        (
            "can i add a parent and also can pupils follow me",
            ["can i add a parent", "can pupils follow me"],
        ),
        # what was said before a question belongs to it
        (
            "My class went to the zoo. I took photos. Can I post them? Is it ok to tag the zoo?",
            [
                "My class went to the zoo. I took photos. Can I post them?",
                "Is it ok to tag the zoo?",
            ],
        ),
        # too few words to be read by themselves
        (
            "Really? Can I add a parent? Can I add a pupil?",
            ["Really? Can I add a parent?", "Can I add a pupil?"],
        ),
        ('He asked "Can I post it?" (Is he right?)', ['He asked "Can I post it?', "Is he right?"]),
    ],
)
def test_several_questions_are_taken_apart(text: str, pieces: list[str]) -> None:
    found = parts.pieces(text)
    assert [piece.strip(' "()') for piece in found] == [piece.strip(' "()') for piece in pieces]


@pytest.mark.parametrize(
    "text",
    [
        "Can I add a parent on Facebook?",
        "can I post photos and videos of the trip",
        "I took photos. They are nice. Can I post them?",
        "Can I add Mr. Bracegirdle on Facebook?",
        "who? what? why?",
        "hello. thanks.",
        "",
        " \n ",
        "?!?!",
    ],
)
def test_one_question_is_left_whole(text: str) -> None:
    assert parts.pieces(text) == []


def test_a_long_tale_is_read_from_its_end() -> None:
    tale = " ".join(f"word{number}" for number in range(200))
    first, second = parts.pieces(f"{tale} can I post that? Can I add a parent?")
    assert first.split()[-4:] == ["can", "I", "post", "that?"]
    assert len(first.split()) == parts.BACKGROUND
    assert second == "Can I add a parent?"


def test_dozens_of_questions_are_not_all_read() -> None:
    many = " ".join(f"Can I post number {number}?" for number in range(50))
    found = parts.pieces(many)
    assert found == [f"Can I post number {number}?" for number in range(parts.MOST)]


WORDS = ["can", "I", "post", "it?", "and", "also", "what", "Mr.", "they", "said:", "no!", "?", "\n"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=40).map(" ".join))
def test_pieces_hold_the_messages_words_in_their_order(text: str) -> None:
    found = parts.pieces(text)
    assert len(found) != 1 and len(found) <= parts.MOST
    rest = iter(re.findall(r"\w+", text))
    for word in re.findall(r"\w+", " ".join(found)):
        assert word in rest, "each word is found after the one before"
    for piece in found:
        assert parts.LEAST <= len(piece.split()) <= parts.BACKGROUND


@pytest.mark.parametrize("text", ["can I? " * 20_000, "and " * 50_000, ". " * 100_000, "a" * 10**6])
@pytest.mark.timeout(20)  # a pattern that tries each way to split would take for ever
def test_a_huge_message_is_taken_apart_at_once(text: str) -> None:
    assert len(parts.pieces(text)) <= parts.MOST
    assert not parts.only_names_a_platform(text)
    parts.leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "and former pupils?",
        "what about instagram",
        "ok, and if they leave the school?",
        "but not on a school trip, right",
        "is that allowed at the weekend",
        "same for the volunteers who help us",
        "even if they are my cousin",
        "photos",
        "",
    ],
)
def test_what_begins_in_the_middle_leans_on_what_was_said(text: str) -> None:
    assert parts.leans(text)
    assert parts.leans(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "Can I add a parent on Facebook?",
        "who checks a post before it is published",
        "what is the policy on photos of pupils",
        "may pupils follow a teacher's account",
        "and " + "so on " * 20,  # too long to be a follow-up
    ],
)
def test_a_whole_question_does_not_lean(text: str) -> None:
    assert not parts.leans(text)


@pytest.mark.parametrize(
    "frame",
    ["{}", "and on {}?", "what about {}", "same for {} too", "Even on {}?", "ok and {} as well"],
)
@pytest.mark.parametrize("platform", ["instagram", "WhatsApp", "TikTok"])
def test_a_follow_up_that_brings_only_another_platform(frame: str, platform: str) -> None:
    assert parts.only_names_a_platform(frame.format(platform))


@pytest.mark.parametrize(
    "text",
    [
        "and former pupils?",
        "what about a pupil on instagram",
        "and WhatsApp groups with parents",
        "delete my facebook",
        "can I use instagram",
        "what about",
        "",
        "?",
    ],
)
def test_a_follow_up_that_brings_more_or_none(text: str) -> None:
    assert not parts.only_names_a_platform(text)


@given(st.sampled_from(sorted(PLATFORMS)))
def test_every_platform_is_known_to_a_follow_up(platform: str) -> None:
    assert parts.only_names_a_platform(f"what about {platform}?")


@pytest.mark.parametrize("words, thread", [(0, False), (12, False), (60, False), (400, True)])
def test_what_was_pasted_is_told_from_what_was_typed(words: int, thread: bool) -> None:
    assert parts.is_thread("word " * words) is thread
