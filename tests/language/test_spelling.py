"""What the letters of a message say, and that every process hears the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.spelling import (
    BUCKETS,
    LONGEST,
    MIX,
    READ,
    STEP,
    WEIGHT,
    matrix,
    rarity,
    spelled,
)
from bot.language.weights import Floats

EVEN = np.ones(BUCKETS, np.float32)


def row(text: str, rare: Floats = EVEN) -> Floats:
    columns, values = spelled(text, rare)
    found = np.zeros(BUCKETS, np.float32)
    found[columns] = values
    return found


def alike(one: str, other: str) -> float:
    return float(row(one) @ row(other)) / WEIGHT**2


def column(letters: str) -> int:
    """The hash in plain whole numbers, as any process must work it out."""
    hashed = ord(letters[0])
    for letter in letters[1:]:
        hashed = (hashed * int(STEP) + ord(letter)) % 2**32
    return ((hashed * int(MIX)) % 2**32 >> 15) % BUCKETS


@pytest.mark.parametrize("text", ["insta", "a parent on fb", "Zoë \U0001f600", "", "x"])
def test_columns_are_those_of_the_letters_in_a_row(text: str) -> None:
    spaced = f" {text.lower()} " if text else "  "
    expected = {
        column(spaced[start : start + length])
        for length in range(2, LONGEST + 1)
        for start in range(len(spaced) - length + 1)
    }
    assert set(spelled(text, EVEN)[0].tolist()) == expected


def test_capitals_and_spaces_make_no_difference() -> None:
    assert row(" A  Parent\nOn FACEBOOK ").tobytes() == row("a parent on facebook").tobytes()


@pytest.mark.parametrize(
    "slip, word, other",
    [
        ("parnet", "parent", "homework"),
        ("instagramm", "instagram", "parent"),
        ("face book", "facebook", "photograph"),
        ("snapchatting", "snapchat", "friends"),
    ],
)
def test_a_slip_is_nearer_to_its_word_than_to_another(slip: str, word: str, other: str) -> None:
    assert alike(slip, word) > alike(slip, other) + 0.1


def test_what_is_read_of_a_long_message_is_its_beginning() -> None:
    long = "a parent on facebook " * 100
    assert row(long).tobytes() == row(long[:READ] + "something else").tobytes()
    assert row(long).tobytes() != row("b" + long[:READ]).tobytes()


def test_what_many_examples_have_tells_little() -> None:
    rare = rarity(["the cat", "the dog", "the zebra"])
    assert rare[column("the")] < rare[column("zeb")] < rare[column("never")]
    assert abs(row("the cat", rare)[column("the")]) < abs(row("the cat", rare)[column("cat")])


def test_what_is_said_again_counts_more_but_not_twice() -> None:
    values = row("cat cat dog")
    once, twice = values[column("dog")], values[column("cat")]
    assert once < twice < 2 * once


def test_the_rows_of_training_are_those_of_reading() -> None:
    texts = ["a parent on facebook", "", "photos of sports day"]
    rare = rarity(texts)
    expected = np.stack([row(text, rare) for text in texts])
    assert np.array_equal(matrix(texts, rare).toarray(), expected)


@given(st.text(st.characters(), max_size=60))
def test_any_text_has_a_row_of_the_same_length(text: str) -> None:
    columns, values = spelled(text, EVEN)
    assert len(set(columns.tolist())) == len(columns) == len(values)
    assert columns.min() >= 0 and columns.max() < BUCKETS
    assert np.linalg.norm(values) == pytest.approx(WEIGHT, abs=1e-5)
