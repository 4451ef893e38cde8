"""Working days and hours, over weekends, bank holidays, closures and changes of the clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.calendar import LONDON, Calendar, Span
from bot.cases.clock import PACES, RESPOND_DAYS, Wait, respond_days, urgency
from bot.holidays import bank_holidays

ENGLAND = bank_holidays([2026])
EASTER = Span(date(2026, 3, 30), date(2026, 4, 10))
SCHOOL = Calendar(ENGLAND, (EASTER,))
PLAIN = Calendar(ENGLAND)


def london(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("calendar", "begins", "days", "ends"),
    [
        (PLAIN, "2026-03-02 10:00", 1, "2026-03-03 10:00"),
        (PLAIN, "2026-03-06 10:00", 1, "2026-03-09 10:00"),  # over a weekend
        (PLAIN, "2026-03-06 22:00", 1, "2026-03-10 08:00"),  # told on Friday night
        (PLAIN, "2026-03-07 12:00", 1, "2026-03-10 08:00"),  # told on a Saturday
        (PLAIN, "2026-03-09 05:00", 0, "2026-03-09 08:00"),
        (PLAIN, "2026-04-02 15:00", 1, "2026-04-07 15:00"),  # Good Friday, Easter Monday
        (PLAIN, "2026-12-24 15:00", 1, "2026-12-29 15:00"),  # Boxing Day is made up for
        (SCHOOL, "2026-03-27 15:00", 1, "2026-04-13 15:00"),  # the Easter holidays
        (PLAIN, "2026-03-27 10:00", 1, "2026-03-30 10:00"),  # the clocks go forward
        (PLAIN, "2026-10-23 10:00", 1, "2026-10-26 10:00"),  # and back
        (PLAIN.only({0, 2}), "2026-03-02 10:00", 1, "2026-03-04 10:00"),
        (PLAIN.only({0, 2}), "2026-03-04 10:00", 1, "2026-03-09 10:00"),
    ],
)
def test_working_days(calendar: Calendar, begins: str, days: int, ends: str) -> None:
    assert calendar.days_on(london(begins), days) == london(ends)


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        ("2026-03-02 09:00", 4, "2026-03-02 13:00"),
        ("2026-03-02 15:00", 4, "2026-03-03 11:00"),
        ("2026-03-06 14:00", 4, "2026-03-09 10:00"),
        ("2026-03-27 14:00", 4, "2026-03-30 10:00"),  # the night of the clocks is no work
        ("2026-04-02 15:59", 1, "2026-04-07 08:59"),
        ("2026-03-02 03:00", 8, "2026-03-02 16:00"),
    ],
)
def test_working_hours(begins: str, hours: int, ends: str) -> None:
    assert PLAIN.hours_on(london(begins), hours) == london(ends)


@pytest.mark.parametrize("night", ["2026-03-29 00:50", "2026-10-25 00:50"])
def test_a_quarter_of_an_hour_is_one_in_the_night_of_the_clocks(night: str) -> None:
    begins = london(night)
    ends = Wait(minutes=15).after(begins, PLAIN)
    quarter = timedelta(minutes=15)
    assert ends.astimezone(timezone.utc) - begins.astimezone(timezone.utc) == quarter


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(timezone.utc))


@given(moments, st.integers(0, 20), st.sets(st.integers(0, 6), min_size=1))
def test_it_is_due_when_somebody_works(moment: datetime, days: int, week: set[int]) -> None:
    calendar = Calendar(ENGLAND, (EASTER,), frozenset(week))
    due = calendar.days_on(moment, days)
    assert calendar.works_at(due)
    assert due >= moment
    assert calendar.days_on(moment, days + 1) > due


@given(moments, moments, st.integers(0, 20))
def test_who_comes_first_is_due_first(one: datetime, other: datetime, number: int) -> None:
    early, late = sorted((one, other))
    assert SCHOOL.days_on(early, number) <= SCHOOL.days_on(late, number)
    assert SCHOOL.hours_on(early, number) <= SCHOOL.hours_on(late, number)


def test_a_school_that_never_opens_holds_nobody_up_for_ever() -> None:
    never = Calendar(closed=(Span(date(2020, 1, 1), date(2099, 1, 1)),))
    assert never.days_on(london("2026-03-02 10:00"), 5) < london("2029-01-01 00:00")
    assert never.hours_on(london("2026-03-02 10:00"), 9) < london("2029-01-01 00:00")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (None, RESPOND_DAYS),
        ("within 10 working days", 10),
        ("in five school days", 5),
        ("the next working day", RESPOND_DAYS),
        ("within two weeks", 10),
        ("A week", 5),
        ("as soon as we can", RESPOND_DAYS),
        ("0 days", 1),
    ],
)
def test_how_soon_a_school_says_it_answers(said: str | None, days: int) -> None:
    assert respond_days(said) == days


def test_danger_is_told_by_kind_and_by_severity() -> None:
    assert urgency("urgent", "routine") == urgency("incident", "immediate") == "immediate"
    assert urgency("incident", "serious") == "serious"
    assert set(PACES) == {"immediate", "serious", "routine"}
