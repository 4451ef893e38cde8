"""`packs check` finds what is whole but not right, and prints what is covered."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.policy.check import check
from bot.policy.readability import reading_age, sentences
from tests.packs.small import FILES, SCHOOL, swapped, write

TODAY = datetime.date(2026, 3, 1)
DAY = f"{SCHOOL}/answers/day.yml"
AIMS = f"{SCHOOL}/clauses/aims.yml"
PACK = f"{SCHOOL}/pack.yml"


def test_good_content_has_no_error_and_a_table(tmp_path: Path) -> None:
    report = check(write(tmp_path), TODAY)
    assert report.errors == []
    assert report.lines[1].split() == ["hill-top", "1", "1", "1", "1", "3", "1"]
    assert "Hill Top policy, March 2024: its review was due March 2025." in report.lines
    assert any("yet to give contacts: LADO" in line for line in report.lines)
    assert any(line.startswith("Reading age") for line in report.lines)


def test_a_review_that_is_not_due_is_not_listed(tmp_path: Path) -> None:
    report = check(write(tmp_path), datetime.date(2025, 3, 31))
    assert not any("review was due" in line for line in report.lines)


LONG = "It is so. " * 59

WRONG = [
    pytest.param(AIMS, "  background: true\n", "", "no answer uses the clause aims", id="unused"),
    pytest.param(
        DAY,
        "needs it.",
        f'needs it.", "{"x" * 239}.", "{"y" * 239}.", "{"z" * 239}.',
        "at most 900 fit",
        id="long reply",
    ),
    pytest.param(
        DAY, "Put it away until the lesson ends.", "Stop. Wait. Ask. Go.", "three sentences"
    ),
    pytest.param(
        DAY,
        "Put it away until the lesson ends.",
        "Institutional communications necessitate organisational authorisation, notwithstanding "
        "individual professional responsibilities regarding confidentiality considerations.",
        "reading age",
        id="hard words",
    ),
    pytest.param(
        "helplines.yml", "2026-01-10", "2025-02-28", "childline: was last checked", id="old line"
    ),
    pytest.param(
        "helplines.yml", "2026-01-10", "2026-03-02", "which is yet to come", id="checked tomorrow"
    ),
    pytest.param(
        "helplines.yml", "trust.", LONG, "pupils: the reply is longer", id="long for pupils"
    ),
    pytest.param(PACK, "role: dsl", "role: boss", "pack.yml, line 12, people[2].role", id="broken"),
]


@pytest.mark.parametrize(("file", "old", "new", "complaint"), WRONG)
def test_an_error_is_found(tmp_path: Path, file: str, old: str, new: str, complaint: str) -> None:
    if "pupils" in complaint:
        old, new = "Please talk to a grown-up you trust.", LONG
        changed = {file: FILES[file].replace(f'"{old}"', f'"{new}", "{new}"')}
    else:
        changed = swapped(file, old, new)
    errors = check(write(tmp_path, changed), TODAY).errors
    assert any(complaint in error for error in errors), errors


def test_a_helpline_is_fresh_for_twelve_months(tmp_path: Path) -> None:
    write(tmp_path)
    assert check(tmp_path, datetime.date(2027, 1, 10)).errors == []
    assert len(check(tmp_path, datetime.date(2027, 1, 11)).errors) == 2


def test_broken_topics_end_the_check_with_one_error(tmp_path: Path) -> None:
    errors = check(write(tmp_path, {"topics.yml": "groups: 1\n"}), TODAY).errors
    assert len(errors) == 1 and "topics.yml, line 1, groups" in errors[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [("One.", 1), ("One. Two!", 2), ('Say "no." Then go.', 2), ("At 3.30 it ends.", 1), ("x", 1)],
)
def test_sentences_are_counted(text: str, number: int) -> None:
    assert sentences(text) == number


def test_the_reading_age_tells_easy_from_hard() -> None:
    easy = reading_age(["The cat sat on the mat.", "It was fat."])
    hard = reading_age(["Organisational responsibilities necessitate authorisation."])
    assert easy < 7 < 12 < hard
