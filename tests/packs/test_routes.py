"""Each pack's routes agree with rows that were written from the policies.

A row is a kind of record, whom it is about, and the roles of which the policy lets one take it.
`SILENT` is a policy that names nobody: then the pack has to name nobody, either. Where a policy
says "a senior member of staff", the senior leadership team is the nearest that can receive.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy.library import Library
from bot.policy.schema import Flow, Subject
from bot.policy.takers import ANY, ASKED_FOR, takers

CONTENT = Path(__file__).parents[2] / "policy_content"
SILENT: set[str] = set()

ROWS: list[tuple[str, Flow, Subject, set[str], str]] = [
    ("blean", "contact-report", "pupil", {"head"}, "4.2, bullet 3"),
    ("blean", "contact-report", "parent", {"head"}, "4.2, bullet 3"),
    ("blean", "contact-report", "ex-pupil", SILENT, "4.2, bullet 3 speaks of pupils and parents"),
    ("blean", "declaration", "parent", {"head"}, "4.2, bullet 4"),
    ("blean", "declaration", "pupil", {"head"}, "4.2, bullet 4"),
    ("blean", "declaration", "ex-pupil", {"head"}, "4.2, bullets 2 and 4"),
    ("blean", "account-application", "other", {"head"}, "5, bullet 2"),
    ("blean", "permission", "other", {"head"}, "3, bullet 5"),
    ("blean", "incident", "pupil", {"dsl"}, "6, bullet on the DSL"),
    ("blean", "website-report", "other", {"dsl"}, "1, on who has the responsibility online"),
    ("blean", "staff-concern", "staff", SILENT, "4, bullet 4 names another policy"),
    ("blean", "acknowledgement", "other", SILENT, "silent"),
    ("longton", "contact-report", "pupil", SILENT, "B, point 1 names nobody"),
    ("longton", "contact-report", "parent", SILENT, "silent"),
    ("longton", "declaration", "parent", SILENT, "silent"),
    ("longton", "staff-concern", "staff", {"head"}, "B"),
    ("longton", "permission", "other", {"head"}, "B, point 3"),
    ("longton", "account-application", "other", {"head"}, "C"),
    ("longton", "incident", "parent", {"head"}, "Code of conduct, on offensive posts"),
    ("longton", "incident", "other", {"head"}, "Code of conduct, on offensive posts"),
    ("longton", "website-report", "other", SILENT, "silent"),
    ("merriott", "account-application", "other", {"slt"}, "5, point b"),
    ("merriott", "incident", "pupil", {"slt"}, "4, points a.i.3 and 4"),
    ("merriott", "incident", "parent", {"slt"}, "9, point a"),
    ("merriott", "incident", "other", {"slt"}, "9, point a"),
    ("merriott", "permission", "other", {"slt"}, "15, point a.i"),
    ("merriott", "contact-report", "pupil", SILENT, "12, point b.i names nobody"),
    ("merriott", "declaration", "parent", SILENT, "silent"),
    ("merriott", "website-report", "other", SILENT, "silent"),
    ("rosewood", "contact-report", "pupil", {"dsl"}, "General considerations, bullet on children"),
    ("rosewood", "contact-report", "parent", {"slt"}, "General considerations, on families"),
    ("rosewood", "declaration", "parent", {"slt"}, "Introduction, paragraph 4"),
    ("rosewood", "permission", "other", {"slt"}, "Use of social media within school, paragraph 1"),
    ("rosewood", "incident", "pupil", {"slt"}, "Responding to misuse, paragraph 2"),
    ("rosewood", "incident", "other", {"slt"}, "Responding to misuse, paragraph 2"),
    ("rosewood", "account-application", "other", SILENT, "silent"),
    ("rosewood", "website-report", "other", SILENT, "silent"),
    ("welbeck", "contact-report", "pupil", {"head"}, "Social Media Use - Staff, bullet 5"),
    ("welbeck", "contact-report", "parent", {"head"}, "Social Media Use - Staff, bullet 5"),
    ("welbeck", "contact-report", "ex-pupil", SILENT, "the bullet names pupils and families"),
    ("welbeck", "account-application", "other", {"slt"}, "SLT, bullets 5 and 6"),
    ("welbeck", "website-report", "other", {"head"}, "Social Media Use - Staff, bullet 14"),
    ("welbeck", "incident", "pupil", {"slt"}, "SLT, bullets 3 and 4"),
    ("welbeck", "incident", "other", {"slt"}, "SLT, bullets 3 and 4"),
    ("welbeck", "permission", "other", {"slt", "senior-staff"}, "The Do's, bullet 1"),
    ("welbeck", "declaration", "parent", SILENT, "silent"),
    ("welbeck", "acknowledgement", "other", SILENT, "silent"),
]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


@pytest.mark.parametrize(
    ("school", "flow", "subject", "allowed"),
    [row[:4] for row in ROWS],
    ids=[f"{school}-{flow}-{subject}" for school, flow, subject, _, _ in ROWS],
)
def test_the_route_is_what_the_policy_says(
    library: Library, school: str, flow: Flow, subject: Subject, allowed: set[str]
) -> None:
    routes = library.pack(school).routes.get(flow, {})
    named = routes.get(subject) or routes.get(ANY)
    assert named in allowed if allowed else named is None


@pytest.mark.parametrize("flow", ASKED_FOR)
def test_what_staff_ask_for_always_has_a_taker(library: Library, flow: Flow) -> None:
    for school in library.schools():
        pack = library.pack(school)
        taken = takers(pack)[flow]
        assert taken[ANY] == pack.routes.get(flow, {}).get(ANY, pack.settings.ask_when_silent.staff)
        assert {**taken, **pack.routes.get(flow, {})} == taken


def test_a_worry_about_a_child_goes_by_the_rules_where_the_policy_is_silent(
    library: Library,
) -> None:
    for flow in ("incident", "contact-report", "staff-concern"):
        for school in library.schools():
            pack = library.pack(school)
            assert takers(pack).get(flow) == pack.routes.get(flow)
