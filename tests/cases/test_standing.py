"""A reporter is told what is true of their report, by the school's clocks."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.cases.entries import ReportState
from bot.cases.people import ROLES
from bot.cases.standing import NOTHING_MORE, POSTS, in_words

CAME = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
SEEN = datetime(2026, 4, 1, 9, 5, tzinfo=timezone.utc)
STORED = "SP-7KQ4-XM2D: received on Monday 2 March at 09:00."
LOOKED = f"{STORED} Seen by the safeguarding lead on Wednesday 1 April at 10:05."


@pytest.mark.parametrize(
    ("status", "seen_at", "closed_at", "words"),
    [
        (
            "received",
            None,
            None,
            f"{STORED} It is stored, and nobody has said yet that they have seen it.",
        ),
        ("seen", SEEN, None, LOOKED),
        ("open", SEEN, None, f"{LOOKED} Somebody is working on it."),
        (
            "waiting",
            SEEN,
            None,
            f"{LOOKED} It waits for an answer, from you or from somebody else.",
        ),
        ("closed", SEEN, SEEN, f"{LOOKED} It was closed on Wednesday 1 April at 10:05."),
        ("closed", None, None, f"{STORED} It was closed."),
    ],
)
def test_how_it_stands(
    status: str, seen_at: datetime | None, closed_at: datetime | None, words: str
) -> None:
    by = frozenset(("slt", "dsl")) if seen_at else frozenset()
    state = ReportState("SP-7KQ4-XM2D", "incident", status, CAME, seen_at, by, closed_at)
    assert in_words(state) == words


def test_what_is_only_noted_is_not_called_closed() -> None:
    state = ReportState("SP-7KQ4-XM2D", "acknowledgement", "closed", CAME, closed_at=CAME)
    assert in_words(state) == f"{STORED} {NOTHING_MORE}"


def test_each_post_has_a_name() -> None:
    assert POSTS.keys() == set(ROLES)
    nobody = ReportState("SP-7KQ4-XM2D", "incident", "seen", CAME, SEEN)
    assert "a reader at the school" in in_words(nobody)
