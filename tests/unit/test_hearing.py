"""What reaches Rasa is words or one of our own payloads, never a command that somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.hearing import EMPTY, LONGEST, TOO_LONG, clean, heard
from bot.messages import Button

OFFERED = (Button("A pupil", '/choose{"choice": "pupil"}'), Button("Don’t know", "/unknown"))


@pytest.mark.parametrize("text", ["A pupil", "a PUPIL", "  A pupil\n", "A\u200b pupil\x00"])
def test_a_buttons_title_presses_it(text: str) -> None:
    assert heard(text, OFFERED) == '/choose{"choice": "pupil"}'


def test_a_title_that_is_not_offered_is_only_words() -> None:
    assert heard("A pupil", ()) == "A pupil"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/cancel", "cancel"),
        ("//restart", "restart"),
        ("/ /restart", "restart"),
        ("\u00a0/\t/ /session_start", "session_start"),
        ("/\u200b/ask", "ask"),
        ("/choose{}", "choose{}"),
        ("either/or", "either/or"),
    ],
)
def test_nobody_can_type_a_command(text: str, read: str) -> None:
    assert heard(text, OFFERED) == read


@given(st.text(alphabet=st.sampled_from("/ \t\n\u00a0\u200b\u2028\x1cab{}"), max_size=12))
def test_no_slash_survives_at_the_beginning(text: str) -> None:
    assert heard(text, ()) == EMPTY or not heard(text, ()).startswith("/")


@given(st.text(max_size=60))
def test_whatever_is_typed_comes_out_clean(text: str) -> None:
    read = heard(text, OFFERED)
    payloads = {button.payload for button in OFFERED}
    assert read in payloads | {EMPTY} or (read == clean(read) and not read.startswith("/"))


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t\r", "\x00\x07\x1b", "\u200b\u200d\ufeff", "/", "//"]
)
def test_nothing_to_read_is_said_to_be_so(text: str) -> None:
    assert heard(text, OFFERED) == EMPTY


def test_the_longest_message_is_read_and_a_longer_one_is_not() -> None:
    assert heard("a" * LONGEST, ()) == "a" * LONGEST
    assert heard("a" * (LONGEST + 1), ()) == TOO_LONG
    assert heard("a" * 100_000, OFFERED) == TOO_LONG


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert clean("one\x1b[31m two\r\nthree\x00") == "one[31m two\nthree"
    assert clean("left \u202eright") == "left right"
