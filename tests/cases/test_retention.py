"""Each kind has its time, and a school's own time counts."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import get_args

import pytest

from bot.cases.records import KINDS
from bot.cases.retention import CLASSES, YEARS, erase_day, notice, over_before, years
from bot.policy.schema import RecordClass

LEAP = datetime(2028, 2, 29, 9, tzinfo=timezone.utc)


def test_the_classes_are_those_of_the_packs() -> None:
    assert get_args(RecordClass) == CLASSES


def test_every_kind_has_a_time() -> None:
    found = years({})
    assert set(found) == set(KINDS)
    assert set(found.values()) == set(YEARS.values())
    assert found["incident"] == 25


@pytest.mark.parametrize(("said", "kept"), [(3, 3), (0, 1), (-5, 1), (1000, 100)])
def test_a_school_says_otherwise_within_reason(said: int, kept: int) -> None:
    found = years({"decisions": said})
    assert {found[kind] for kind in ("declaration", "account-application", "permission")} == {kept}
    assert found["staff-concern"] == YEARS["adult-conduct"]


def test_years_are_counted_by_the_calendar() -> None:
    before = over_before({"websites": 1}, LEAP)
    assert before["website-report"] == datetime(2027, 2, 28, 9, tzinfo=timezone.utc)
    assert before["incident"].year == 2003


def test_the_readers_are_told_the_day_and_nothing_else() -> None:
    assert erase_day(datetime(2026, 3, 2, 23, 30, tzinfo=timezone.utc)) == date(2026, 4, 1)
    text = notice("SP-2222-2222", "Oakfield", date(2026, 4, 1))
    assert "SP-2222-2222 at Oakfield is erased on 1 April 2026" in text
