"""Every answer agrees with rows that were written from the policies, without a look at the packs.

The policies differ where it matters: whom to tell, which pupils, whether a friendship is declared.
A pack whose answers were blurred, or copied from another school's, fails here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from bot.policy.library import Library
from tests.packs.faithful_rows import SILENT, Given, Row, faults, given, read_rows

CONTENT = Path(__file__).parents[2] / "policy_content"
ROWS = read_rows()
SCHOOLS = ("blean", "longton", "merriott", "rosewood", "welbeck")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_answer_is_what_the_policy_says(library: Library, row: Row) -> None:
    answer = given(library, row.school, row.topic, row.audience)
    assert faults(row, answer) == [], answer.text


def test_there_are_rows_enough_for_every_school_and_none_twice() -> None:
    assert len(ROWS) >= 200
    by_school = Counter(row.school for row in ROWS)
    assert set(by_school) == set(SCHOOLS)
    assert min(by_school.values()) >= 40
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("school", SCHOOLS)
def test_each_school_has_rows_for_what_is_said_and_for_silence(school: str) -> None:
    rows = [row for row in ROWS if row.school == school]
    assert sum(row.verdicts == {SILENT} for row in rows) >= 10
    assert sum(SILENT not in row.verdicts for row in rows) >= 30


def test_no_row_accepts_an_empty_answer() -> None:
    for row in ROWS:
        for verdict in row.verdicts - {SILENT}:
            assert any("says none of" in fault for fault in faults(row, Given(verdict, None, "")))


@pytest.mark.parametrize(("school", "other"), permutations(SCHOOLS, 2))
def test_another_school_s_answers_would_be_found_out(
    library: Library, school: str, other: str
) -> None:
    rows = [row for row in ROWS if row.school == school]
    wrong = [row for row in rows if faults(row, given(library, other, row.topic, row.audience))]
    assert len(wrong) >= len(rows) // 3


ROW = Row(
    school="hill-top",
    audience="staff",
    topic="friend-request-from-pupil",
    verdicts=frozenset(("no", "must-report")),
    tell=frozenset(("head",)),
    must_say=(("ex-pupil", "former"), ("declar",)),
    never_say=("under 18",),
)
RIGHT = Given("no", "head", "No. That holds for ex\N{NON-BREAKING HYPHEN}pupils. Declare it.")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (replace(RIGHT, verdict="yes"), "verdict yes, not must-report or no"),
        (replace(RIGHT, tell=None), "tell None, not head"),
        (replace(RIGHT, text="No. Former pupils, too."), "says none of declar"),
        (replace(RIGHT, text="Undeclared former pupils."), "says none of declar"),
        (replace(RIGHT, text="Declare former pupils under 18."), "says 'under 18'"),
        (Given(SILENT, None, ""), "verdict not_covered, not must-report or no"),
    ],
)
def test_each_fault_is_named(answer: Given, fault: str) -> None:
    assert faults(ROW, answer) == [fault]


def test_a_right_answer_has_no_fault_however_it_is_written() -> None:
    assert faults(ROW, replace(RIGHT, text="No. EX-PUPILS, too: declare it.")) == []
    assert faults(ROW, replace(RIGHT, text="No. A former pupil is declared.")) == []
