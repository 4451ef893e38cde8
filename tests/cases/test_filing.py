"""What a finished form becomes: whom it is about, how much it presses, who must not receive it."""

from __future__ import annotations

import pytest

from bot.cases import SchoolRoutes, hand_over
from bot.cases.filing import file_record, named, severity, subject
from bot.cases.records import RecordKind
from tests.cases.people import EVERYONE, LEAD, SCHOOL


@pytest.mark.parametrize(
    ("kind", "answers", "about"),
    [
        ("incident", {"by": "pupil"}, "pupil"),
        ("incident", {"by": "colleague"}, "staff"),
        ("incident", {"by": "unknown"}, "other"),
        ("incident", {}, "other"),
        ("contact-report", {"contact_from": "ex-pupil"}, "ex-pupil"),
        ("declaration", {"contact_from": "parent"}, "parent"),
        ("staff-concern", {"concerns": "head"}, "head"),
        ("staff-concern", {"concerns": "myself"}, "staff"),
        ("permission", {}, "none"),
    ],
)
def test_whom_it_is_about(kind: RecordKind, answers: dict[str, str], about: str) -> None:
    assert subject(kind, answers) == about


@pytest.mark.parametrize(
    ("kind", "answers", "presses"),
    [
        ("incident", {"at_risk": "yes"}, "serious"),
        ("incident", {"at_risk": "no", "kind": "post"}, "routine"),
        ("incident", {"kind": "stranger"}, "serious"),
        ("staff-concern", {}, "serious"),
        ("contact-report", {"contact_from": "pupil", "contact_answered": "yes"}, "serious"),
        ("contact-report", {"contact_from": "parent", "contact_answered": "yes"}, "routine"),
        ("website-report", {"at_risk": "yes"}, "serious"),
        ("permission", {}, "routine"),
    ],
)
def test_how_much_it_presses(kind: RecordKind, answers: dict[str, str], presses: str) -> None:
    assert severity(kind, answers) == presses


def test_only_those_who_work_here_are_named() -> None:
    assert named("staff-concern", {"concerns": "staff", "concern_name": "Bo Hill"}) == ("Bo Hill",)
    assert named("staff-concern", {"concerns": "myself", "reporter": "Jo"}) == ("Jo",)
    assert named("incident", {"by": "pupil", "by_name": "Bo"}) == ()


def test_another_adult_who_has_a_post_here_does_not_receive_it() -> None:
    answers = {"concerns": "other", "concern_name": "Miss Coull, who is at the gate"}
    told = file_record(
        "staff-concern",
        reference="SP-TEST-CASE",
        school=SCHOOL,
        role="parent",
        answers=answers,
        words="what happened",
        facts=(),
    )
    handover = hand_over(told, EVERYONE, SchoolRoutes("Oakfield", {}))
    assert handover.route.excluded == (LEAD,)
    assert LEAD not in handover.holders


def test_a_report_without_a_name_says_the_role_only() -> None:
    record = file_record(
        "incident",
        reference="SP-TEST-CASE",
        school="welbeck",
        role="parent",
        answers={"by": "pupil"},
        words="what happened",
        facts=[("Who did it", "A pupil")],
    )
    assert (record.told_by, record.words) == ("parent", "what happened")
