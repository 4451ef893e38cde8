"""A record moves as the table says, and every refusal says why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.records import KINDS
from bot.cases.workflow import (
    DECIDED,
    MOVES,
    OUTCOMES,
    RULES,
    STATUSES,
    Decision,
    Move,
    MoveRefused,
    Part,
    Status,
    after,
    choices,
    may,
)

TODAY = date(2026, 3, 2)
LATER = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("status", "move", "kind", "part", "ends"),
    [
        ("received", "see", "incident", "receiver", "seen"),
        ("seen", "take", "incident", "receiver", "open"),
        ("open", "ask-reporter", "incident", "receiver", "waiting"),
        ("open", "refer", "urgent", "receiver", "waiting"),
        ("waiting", "reporter-adds", "incident", "reporter", "open"),
        ("waiting", "resume", "incident", "receiver", "open"),
        ("open", "close", "incident", "receiver", "closed"),
        ("seen", "decide", "permission", "receiver", "closed"),
        ("closed", "reopen", "incident", "receiver", "reopened"),
        ("closed", "reopen", "incident", "copy", "reopened"),
        ("reopened", "take", "incident", "receiver", "open"),
    ],
)
def test_a_move_leads_on(status: Status, move: Move, kind: str, part: Part, ends: Status) -> None:
    assert after(status, move, kind, part) == ends


@pytest.mark.parametrize(
    ("status", "move", "kind", "part", "why"),
    [
        ("received", "see", "incident", "copy", "copy of this record"),
        ("open", "close", "incident", "copy", "copy of this record"),
        ("open", "close", "incident", "reporter", "somebody else"),
        ("open", "decide", "incident", "receiver", "no yes or no"),
        ("closed", "close", "incident", "receiver", "it is closed"),
        ("closed", "decide", "permission", "receiver", "it is closed"),
        ("open", "see", "incident", "receiver", "working on it"),
        ("received", "reopen", "incident", "receiver", "nobody has seen it"),
    ],
)
def test_a_refusal_says_why(status: Status, move: Move, kind: str, part: Part, why: str) -> None:
    with pytest.raises(MoveRefused, match=why):
        after(status, move, kind, part)


statuses, kinds = st.sampled_from(STATUSES), st.sampled_from(KINDS)
parts: st.SearchStrategy[Part] = st.sampled_from(("receiver", "copy", "reporter"))


@given(statuses, st.sampled_from(MOVES), kinds, parts)
def test_what_is_offered_is_what_can_be_done(
    status: Status, move: Move, kind: str, part: Part
) -> None:
    allowed = may(status, move, kind, part)
    assert (move in choices(status, kind, part)) == allowed
    try:
        ends = after(status, move, kind, part)
    except MoveRefused:
        assert not allowed
    else:
        assert allowed
        assert ends in STATUSES
        assert ends != "received", "nothing makes a record unseen again"


@given(kinds, st.lists(st.sampled_from(MOVES), max_size=12))
def test_a_receiver_can_always_go_on(kind: str, moves: list[Move]) -> None:
    status: Status = "received"
    for move in moves:
        if may(status, move, kind, "receiver"):
            status = after(status, move, kind, "receiver")
        assert list(choices(status, kind, "receiver"))
    assert may(status, "close", kind, "receiver") or status == "closed"


@given(statuses, kinds)
def test_a_copy_settles_nothing(status: Status, kind: str) -> None:
    assert set(choices(status, kind, "copy")) <= {"reopen"}


def test_statuses_and_outcomes_are_what_is_stored() -> None:
    assert set(KINDS) >= DECIDED
    assert {RULES[move].ends for move in MOVES} == set(STATUSES) - {"received"}
    assert set(OUTCOMES) == {"approved", "approved-with-conditions", "declined"}


@pytest.mark.parametrize(
    "decision",
    [
        Decision("approved", review=LATER),
        Decision("approved-with-conditions", conditions="Two people post.", review=LATER),
        Decision("declined", reasons="The policy rules it out."),
    ],
)
def test_a_whole_decision_passes(decision: Decision) -> None:
    decision.check(TODAY)


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (Decision("approved"), "Set the day"),
        (Decision("approved", review=TODAY), "past already"),
        (Decision("approved", conditions="Two people post.", review=LATER), "with conditions"),
        (Decision("approved-with-conditions", conditions=" ", review=LATER), "Write down"),
        (Decision("declined", reasons=" "), "reasons"),
    ],
)
def test_half_a_decision_is_refused(decision: Decision, why: str) -> None:
    with pytest.raises(MoveRefused, match=why):
        decision.check(TODAY)
