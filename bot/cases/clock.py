"""How soon a record must be seen, and decided: one table, and the times that follow from it.

Times are in working days and hours, except for somebody in danger: that can't wait for a Monday.
A school may say in its pack how soon it answers; what it doesn't say is five working days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.cases.calendar import Calendar

Urgency = Literal["immediate", "serious", "routine"]

RESPOND_DAYS = 5
MOST_DAYS = 60
SAID_DAYS = re.compile(r"\b(\d{1,2}|one|two|three|four|five|six|seven|ten)\s+(?:\w+\s+)?days?\b")
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
SAID_WEEKS = re.compile(r"\b(\d{1,2}|one|two|three|four|a)\s+(?:\w+\s+)?weeks?\b")


@dataclass(frozen=True)
class Wait:
    """A time to wait: at any hour, or in working hours, or in working days."""

    minutes: int = 0
    working_hours: int = 0
    working_days: int = 0

    def after(self, moment: datetime, calendar: Calendar) -> datetime:
        if self.minutes:
            return moment + timedelta(minutes=self.minutes)
        if self.working_hours:
            return calendar.hours_on(moment, self.working_hours)
        return calendar.days_on(moment, self.working_days)


@dataclass(frozen=True)
class Pace:
    """`seen` is how long those who were told have, before the next in line is told as well.

    `again` is how long until everybody is told once more, when nobody is left to pass it to;
    `first_reminded` gives the receiver one reminder before the next in line hears of it.
    """

    seen: Wait
    again: Wait
    first_reminded: bool
    decided_days: int | None


PACES: dict[Urgency, Pace] = {
    "immediate": Pace(Wait(minutes=15), Wait(minutes=60), False, 1),
    "serious": Pace(Wait(working_hours=4), Wait(working_days=1), False, None),
    "routine": Pace(Wait(working_days=1), Wait(working_days=2), True, None),
}

STILL_OPEN = Wait(working_days=5)
"""Between two reminders that a record is late, or still waits for somebody."""


def urgency(kind: str, severity: str) -> Urgency:
    if kind == "urgent" or severity == "immediate":
        return "immediate"
    return "serious" if severity == "serious" else "routine"


def respond_days(said: str | None) -> int:
    """Working days, from what a pack says in words, such as "within 10 working days"."""
    found = SAID_DAYS.search(said.lower()) if said else None
    if found is None and said and (weeks := SAID_WEEKS.search(said.lower())):
        number = 1 if weeks[1] == "a" else _number(weeks[1])
        return min(max(number * 5, 1), MOST_DAYS)
    return RESPOND_DAYS if found is None else min(max(_number(found[1]), 1), MOST_DAYS)


def decided_by(pace: Pace, opened_at: datetime, days: int, calendar: Calendar) -> datetime:
    return calendar.days_on(opened_at, days if pace.decided_days is None else pace.decided_days)


def _number(said: str) -> int:
    return WORDS[said] if said in WORDS else int(said)
