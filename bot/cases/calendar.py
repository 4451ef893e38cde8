"""Which days and hours a school works, as its people's clocks show them.

All of it is told in London time, where every one of these schools is. A moment is turned into that
time before anything is counted and back into UTC afterwards: so an hour that a change of the clocks
gives or takes, which is always at night, never counts as working time. Bank holidays are handed in
as plain dates, because this room needs nothing but Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

BEGINS, ENDS = time(8), time(16)
"""The hours in which somebody at a school can be expected to look; eight of them a day."""

WEEK: frozenset[int] = frozenset(range(5))
"""Monday to Friday, as `date.weekday` counts."""

DAY = timedelta(days=1)

FARTHEST = 400
"""Days that are looked through for a working one: a calendar that has none is a mistake in it."""


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both of them included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """A school's, or one reader's with the weekdays that they work."""

    holidays: frozenset[date] = frozenset()
    closed: tuple[Span, ...] = ()
    week: frozenset[int] = field(default=WEEK)

    def only(self, week: Iterable[int]) -> Calendar:
        """The same for somebody who works on these weekdays."""
        return Calendar(self.holidays, self.closed, self.week & frozenset(week))

    def works(self, day: date) -> bool:
        return (
            day.weekday() in self.week
            and day not in self.holidays
            and not any(day in span for span in self.closed)
        )

    def works_at(self, moment: datetime) -> bool:
        here = moment.astimezone(LONDON)
        return self.works(here.date()) and BEGINS <= here.time() < ENDS

    def days_on(self, moment: datetime, days: int) -> datetime:
        """The same time of day so many working days later; never outside of working hours.

        What comes in at night, or on a day off, counts from when work begins.
        """
        start = self._first(moment).astimezone(LONDON)
        working = self._working(start.date() + DAY)
        day = start.date()
        for _ in range(days):
            day = next(working)
        return _moment(day, start.time())

    def hours_on(self, moment: datetime, hours: int) -> datetime:
        """So many working hours later."""
        left = timedelta(hours=hours)
        start = self._first(moment)
        while True:
            end = _moment(start.astimezone(LONDON).date(), ENDS)
            if start + left <= end:
                return start + left
            left -= end - start
            start = self._first(end)

    def _first(self, moment: datetime) -> datetime:
        """This moment, if work goes on, or else when it begins next."""
        here = moment.astimezone(LONDON)
        if self.works_at(moment):
            return moment.astimezone(timezone.utc)
        over = here.time() >= ENDS
        return _moment(next(self._working(here.date() + DAY * over)), BEGINS)

    def _working(self, day: date) -> Iterator[date]:
        idle = 0
        while True:
            if self.works(day):
                idle = 0
                yield day
            elif idle > FARTHEST:
                # Nobody must wait for ever because a pack closes the school for good.
                yield day
            else:
                idle += 1
            day += DAY


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(timezone.utc)
