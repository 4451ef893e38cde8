"""What an invitation is, before anybody keeps it."""

from __future__ import annotations

import string
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.enrolment import (
    CODE_BYTES,
    MOST_TRIES,
    MOST_TRIES_IN_ALL,
    InvitedAs,
    code,
    invitation,
    mark,
    may_try,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


@pytest.mark.parametrize("invited_as", ["staff", "reader"])
def test_staff_and_readers_get_one_use_whatever_is_asked(invited_as: InvitedAs) -> None:
    reader = 3 if invited_as == "reader" else None
    made = invitation("welbeck", invited_as, NOW, uses=500, reader=reader)
    assert made.uses == 1
    assert made.ends == NOW + timedelta(days=14)


def test_parents_share_one_with_an_end_and_a_limit() -> None:
    made = invitation("welbeck", "parent", NOW, days=30, uses=60)
    assert (made.uses, made.ends) == (60, NOW + timedelta(days=30))


@pytest.mark.parametrize(("invited_as", "reader"), [("reader", None), ("staff", 3)])
def test_only_a_readers_invitation_names_a_reader(
    invited_as: InvitedAs, reader: int | None
) -> None:
    with pytest.raises(ValueError, match="whose it is"):
        invitation("welbeck", invited_as, NOW, reader=reader)


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_a_code_fits_into_a_telegram_link_and_says_all_that_was_random(random: bytes) -> None:
    made = code(random)
    assert len(made) <= 64
    assert set(made) <= set(string.ascii_letters + string.digits + "-_")
    assert mark(made) != mark(code(bytes([random[0] ^ 1]) + random[1:]))
    assert mark(f" {made}\n") == mark(made)


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        code(b"short")


def test_guessing_ends_for_one_person_and_for_all() -> None:
    assert may_try(MOST_TRIES - 1, 0)
    assert not may_try(MOST_TRIES, MOST_TRIES)
    assert not may_try(0, MOST_TRIES_IN_ALL)
