"""What things are called on the desk, and how a moment is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

KINDS: Mapping[str, str] = {
    "urgent": "Urgent concern",
    "incident": "Online incident",
    "contact-report": "Contact report",
    "declaration": "Declaration",
    "account-application": "Account application",
    "permission": "Permission request",
    "website-report": "Website report",
    "staff-concern": "Concern about an adult",
    "acknowledgement": "Acknowledgement",
}

SEVERITIES: Mapping[str, str] = {
    "immediate": "Urgent",
    "serious": "Serious",
    "routine": "Routine",
}

STATUSES: Mapping[str, str] = {
    "received": "New",
    "seen": "Seen",
    "open": "Open",
    "waiting": "Waiting",
    "closed": "Closed",
    "reopened": "Reopened",
}

SUBJECTS: Mapping[str, str] = {
    "none": "Nobody in particular",
    "pupil": "A pupil",
    "ex-pupil": "A former pupil",
    "parent": "A parent or carer",
    "staff": "A member of staff",
    "head": "The headteacher",
    "dsl": "The safeguarding lead",
    "other": "Somebody else",
}

POSTS: Mapping[str, str] = {"the head": SUBJECTS["head"], "the dsl": SUBJECTS["dsl"]}
"""Whom a concern is about that names nobody, as `bot.cases.patterns` writes it."""

ROLES: Mapping[str, str] = {
    "dsl": "Designated safeguarding lead",
    "deputy-dsl": "Deputy safeguarding lead",
    "head": "Headteacher",
    "deputy-head": "Deputy headteacher",
    "slt": "Senior leadership team",
    "chair-of-governors": "Chair of governors",
    "network-manager": "Network manager",
    "desk-administrator": "Administrator",
}

ENTRIES: Mapping[str, str] = {
    "note": "Note",
    "private-note": "Private note",
    "correction": "Correction",
    "action": "Action",
    "done": "Done",
    "to-reporter": "Message to the reporter",
    "from-reporter": "From the reporter",
    "decision": "Decision",
    "referral": "Referred outside",
    "link": "Linked report",
    "move": "Status",
}

OUTCOMES: Mapping[str, str] = {
    "approved": "Approved",
    "approved-with-conditions": "Approved with conditions",
    "declined": "Declined",
}

NEEDS_DECISION = frozenset(("declaration", "account-application", "permission"))

TOLD_BY: Mapping[str, str] = {
    "staff": "A member of staff",
    "parent": "A parent or carer",
    "pupil": "A pupil",
    "other": "Somebody else",
}


def named(words: Mapping[str, str], word: str) -> str:
    """What a word of the store's is called; one that this version doesn't know, as it stands."""
    return words.get(word) or word.replace("-", " ").capitalize()


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

WAYS: Mapping[str, str] = {"email": "e-mail", "telegram": "Telegram"}

INVITED: Mapping[str, str] = {
    "staff": "A member of staff",
    "parent": "Parents and carers",
    "reader": "A reader, for their alerts",
}

REGISTERS: Mapping[str, str] = {
    "declarations": "Declarations",
    "accounts": "Official accounts",
    "acknowledgements": "Policy read",
}

STANDINGS: Mapping[str, str] = {
    "undecided": "Not decided yet",
    **OUTCOMES,
    "under-review": "Being looked at again",
    "confirmed": "Confirmed",
}


def works(week: Iterable[int]) -> str:
    """On which days somebody works: "every school day", "Monday and Wednesday"."""
    days = sorted(week)
    if days == list(range(5)):
        return "every school day"
    *first, last = [WEEKDAYS[day] for day in days]
    return f"{', '.join(first)} and {last}" if first else last


def how_long(taken: timedelta | None) -> str:
    """As exactly as anybody wants to know it: "40 minutes", "3 hours", "12 days"."""
    if taken is None:
        return "–"
    for word, unit in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        # Two days and more are told in days, and so on; below that the smaller unit says more.
        if taken >= 2 * unit or unit == timedelta(minutes=1):
            number = max(1, round(taken / unit))
            return f"{number} {word}{'' if number == 1 else 's'}"
    raise AssertionError("minutes take whatever is left")


class Calendar:
    """Moments as the school's own clocks show them."""

    def __init__(self) -> None:
        self._zone = ZoneInfo("Europe/London")

    def full(self, moment: datetime) -> str:
        there = moment.astimezone(self._zone)
        return f"{there:%A} {there.day} {there:%B %Y}, {there:%H:%M}"

    def day(self, moment: datetime) -> str:
        there = moment.astimezone(self._zone)
        return f"{there.day} {there:%B %Y}"

    def short(self, moment: datetime, now: datetime) -> str:
        """As much as is needed to know which day is meant."""
        there, here = moment.astimezone(self._zone), now.astimezone(self._zone)
        if there.date() == here.date():
            return f"today, {there:%H:%M}"
        if there.date() == here.date() - timedelta(days=1):
            return f"yesterday, {there:%H:%M}"
        if there.year == here.year:
            return f"{there:%a} {there.day} {there:%b}, {there:%H:%M}"
        return f"{there.day} {there:%b %Y}"

    def today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def begins(self, typed: str) -> datetime | None:
        """The first moment of a day that was typed as YYYY-MM-DD; nothing if it is no day."""
        try:
            day = datetime.strptime(typed, "%Y-%m-%d")
        except ValueError:
            return None
        return day.replace(tzinfo=self._zone) if 2000 <= day.year <= 2200 else None
