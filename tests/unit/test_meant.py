"""What is said at a summary: yes and not a word more, or a line by its number."""

from __future__ import annotations

import pytest

from bot.dialogue.meant import agrees, numbered


@pytest.mark.parametrize(
    "said",
    [
        "yes that's fine, send it please",
        "That is all correct, thank you very much.",
        "is correct send",
        "ok submit",
        "all good",
    ],
)
def test_yes_in_their_own_words(said: str) -> None:
    assert agrees(said)


@pytest.mark.parametrize(
    "said",
    [
        *("yes but the date is wrong", "that is not right", "is that all right", "send it?"),
        *("thank you", "no", "can you send it", "yes, and my phone is 0770", "don't send it", ""),
    ],
)
def test_one_other_word_is_no_yes(said: str) -> None:
    assert not agrees(said)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("2 is wrong", "2"),
        ("Can you change number 3, please?", "3"),
        ("I believe that line 3 should say Year 4.", "3"),
        ("it was on 3 March", ""),
        ("line 2 and line 3", ""),
        ("he is 14", ""),
        ("what is line 3 for?", ""),
        ("14 pupils", ""),
    ],
)
def test_a_line_by_its_number(said: str, line: str) -> None:
    assert numbered(said) == line
