"""The day from which other days are counted, and the British calendar around it.

What happened lies in the past or is today; a review or an event lies ahead. So a day without a
year, or a weekday, is looked for in one direction only, and a date in the other isn't a date.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST = 1950
WEEK = 7


@dataclass(frozen=True)
class Anchor:
    today: date
    future: bool = False

    def fits(self, day: date) -> bool:
        return day >= self.today if self.future else day <= self.today

    def days(self, count: int) -> date | None:
        """So many days before, or after, today."""
        if abs(count) > 366 * 5:
            return None
        return self.today + timedelta(days=count)

    def months(self, count: int) -> date | None:
        """The same day of another month, or its last one."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + count, 12)
        if not EARLIEST <= year < EARLIEST + 200:
            return None
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.today.day, last))

    def weekday(self, number: int, *, strictly: bool = False) -> date:
        """The nearest such day; today counts unless it has to be another."""
        if self.future:
            ahead = (number - self.today.weekday()) % WEEK
            return self.today + timedelta(days=ahead or (WEEK if strictly else 0))
        back = (self.today.weekday() - number) % WEEK
        return self.today - timedelta(days=back or (WEEK if strictly else 0))

    def week(self, weeks: int) -> tuple[date, date]:
        """Monday and Sunday of this week, or of one so many weeks away."""
        monday = self.today + timedelta(days=weeks * WEEK - self.today.weekday())
        return monday, monday + timedelta(days=WEEK - 1)

    def weekend(self, back: int = 0) -> tuple[date, date]:
        """The weekend that is or was, or one before it."""
        saturday = self.weekday(5) if not self.future else self.week(0)[0] + timedelta(days=5)
        saturday -= timedelta(days=WEEK * back)
        return saturday, saturday + timedelta(days=1)

    def dated(self, day: int, month: int, year: int | None = None) -> date | None:
        if year is not None:
            year += 2000 if year < 100 else 0
            found = _date(year, month, day)
            return found if found and self.fits(found) else None
        step = 1 if self.future else -1
        for year in (self.today.year, self.today.year + step):
            found = _date(year, month, day)
            if found and self.fits(found):
                return found
        return None

    def day_of_month(self, day: int) -> date | None:
        """The nearest 14th, in a month that has one."""
        year, month = self.today.year, self.today.month
        for _ in range(3):
            found = _date(year, month, day)
            if found and self.fits(found):
                return found
            month += 1 if self.future else -1
            year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        return None

    def month(self, month: int, year: int | None = None) -> tuple[date, date] | None:
        """First and last day of it, as far as it lies on this side of today."""
        first = self.dated(1, month, year) if not self.future else None
        if first is None:
            return None
        last = first.replace(day=calendar.monthrange(first.year, month)[1])
        return first, min(last, self.today)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= EARLIEST else None
    except ValueError:
        return None
