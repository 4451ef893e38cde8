"""Three concerns about one adult are seen together, however the name is written."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.cases.patterns import adults, patterns, same_name, same_people
from bot.cases.records import NewRecord, OpenedRecord
from tests.cases.people import record

BEGIN = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


def concern(
    day: int, *named: str, subject: str = "staff", kind: str = "staff-concern"
) -> OpenedRecord:
    told = record(kind, subject, *named, reference=f"SP-2222-22{day:02}")  # type: ignore[arg-type]
    return OpenedRecord(told, "closed", BEGIN + timedelta(days=day))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ian Rowden", "Mr Rowden", True),
        ("I. Rowden", "ian rowden", True),
        ("Mr Rowden", "Mrs Rowden", True),
        ("Ian Rowden", "Anna Rowden", False),
        ("Ian Rowden", "Ian Prior", False),
        ("Ian", "Ian", True),
        ("Zoë O'Brien", "Zoe OBrien", True),
        ("", "Ian Rowden", False),
    ],
)
def test_names_are_alike_as_people_write_them(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_a_pattern_is_three_concerns_about_one_adult() -> None:
    told = [
        concern(9, "Mr Rowden"),
        concern(1, "Ian Rowden"),
        concern(2, "Lynda Prior"),
        concern(5, "I. Rowden", "Ian Rowden"),
        concern(6, "Ian Rowden", kind="incident"),
    ]
    assert patterns(told[1:]) == []
    (found,) = patterns(told)
    assert found.references == ("SP-2222-2201", "SP-2222-2205", "SP-2222-2209")
    assert (found.about, (found.last - found.first).days) == ("Ian Rowden", 8)
    assert "Rowden" not in repr(found)


def test_a_post_is_somebody_where_no_name_is_given() -> None:
    told = [concern(day, subject="head") for day in (1, 2, 3)]
    (found,) = patterns(told)
    assert found.about == "the head"
    assert patterns([concern(day) for day in (1, 2, 3)]) == [], "nobody in particular"
    assert adults(record("incident", "pupil")) == ()


def test_records_about_the_same_people_are_alike() -> None:
    def about(child: str, *named: str) -> NewRecord:
        return record("incident", "pupil", *named, facts=(("Who is affected", child),))

    assert same_people(about("J.S., Year 5"), about("js year 5")) is False
    assert same_people(about("J S, Year 5"), about("j s year 5"))
    assert not same_people(about("J S, Year 5"), about("A B, Year 5"))
    assert not same_people(about(""), about(""))
    assert same_people(about("A", "Mr Rowden"), about("B", "Ian Rowden"))
