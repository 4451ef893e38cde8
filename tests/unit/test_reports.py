"""A reporter is told how their report stands, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from bot.cases.entries import ReportState
from bot.reports import NOT_SEEN, in_words, state_in_words

MONDAY = datetime(2026, 3, 30, 8, 5, tzinfo=timezone.utc)
STATE = ReportState("SP-7KQ4-XM2D", "incident", "received", MONDAY)


def test_before_anybody_looked() -> None:
    said = state_in_words(STATE)
    assert said.startswith("SP-7KQ4-XM2D: stored on Monday 30 March at 09:05."), "London's time"
    assert NOT_SEEN in said and "Seen by" not in said


def test_seen_closed_and_waiting() -> None:
    seen = replace(
        STATE,
        status="waiting",
        seen_at=MONDAY + timedelta(hours=1),
        seen_by=frozenset(["head", "dsl"]),
    )
    assert "Seen by the designated safeguarding lead (DSL) on Monday 30 March at 10:05." in (
        state_in_words(seen)
    )
    assert "waits for an answer" in state_in_words(seen)
    closed = replace(seen, status="closed", closed_at=MONDAY + timedelta(days=1))
    assert state_in_words(closed).endswith("It was closed on Tuesday 31 March at 09:05.")


def test_whoever_has_no_role_any_more_is_somebody_at_the_school() -> None:
    seen = replace(STATE, seen_at=MONDAY, seen_by=frozenset())
    assert "Seen by somebody at the school" in state_in_words(seen)


def test_the_newest_comes_first() -> None:
    older = replace(STATE, reference="SP-2222-2222", opened_at=MONDAY - timedelta(days=3))
    assert [one.split(":")[0] for one in in_words([older, STATE])] == [
        "SP-7KQ4-XM2D",
        "SP-2222-2222",
    ]
