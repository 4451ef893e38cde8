"""How long a settled record is kept: by its class, and never without its readers being asked first.

No law gives one figure, so these are what a school begins with, and its pack says otherwise. The
reasons: a child's file is kept to the 25th birthday, and the youngest at a school is born; concerns
about an adult are kept for ten years at least; what was asked and answered is kept as long as a
claim may rest on it. When the time is over, the readers have NOTICE days to look once more and to
put on hold what must stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from bot.cases.calendar import LONDON
from bot.cases.records import KINDS, RecordKind

RecordClass = Literal["child-safety", "adult-conduct", "decisions", "websites", "confirmations"]
CLASSES: tuple[RecordClass, ...] = get_args(RecordClass)

CLASS_OF: Mapping[RecordKind, RecordClass] = {
    "urgent": "child-safety",
    "incident": "child-safety",
    "contact-report": "child-safety",
    "staff-concern": "adult-conduct",
    "declaration": "decisions",
    "account-application": "decisions",
    "permission": "decisions",
    "website-report": "websites",
    "acknowledgement": "confirmations",
}

YEARS: Mapping[RecordClass, int] = {
    "child-safety": 25,
    "adult-conduct": 10,
    "decisions": 6,
    "websites": 1,
    "confirmations": 3,
}
LEAST, MOST = 1, 100

NOTICE = 30
"""Days between telling the readers and erasing."""

Why = Literal["time-over", "announced", "held", "review", "nobody-to-ask"]
"""Its readers are to be told; they were; or what keeps it although its time is over."""


@dataclass(frozen=True)
class Kept:
    """A settled record whose time is over, as far as it is known without opening it."""

    reference: str
    kind: str
    closed_at: datetime
    why: Why
    erase_on: date | None = None


@dataclass(frozen=True)
class Tombstone:
    """What is left of a record that was erased when its time was over."""

    reference: str
    kind: str
    opened_at: datetime
    closed_at: datetime | None
    erased_at: datetime


def years(said: Mapping[str, int]) -> dict[RecordKind, int]:
    """For each kind of record, from what a pack says of its classes."""
    by_class = {one: min(max(said.get(one, YEARS[one]), LEAST), MOST) for one in CLASSES}
    return {kind: by_class[CLASS_OF[kind]] for kind in KINDS}


def over_before(said: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """What was closed before then has been kept long enough."""
    return {kind: _years_before(now, number) for kind, number in years(said).items()}


def erase_day(now: datetime) -> date:
    return now.astimezone(LONDON).date() + timedelta(days=NOTICE)


def notice(reference: str, school_name: str, on: date) -> str:
    return (
        f"Signpost: {reference} at {school_name} is erased on {on.day} {on:%B %Y}.\n\n"
        "It has been kept for as long as the school keeps such records. Open it in Signpost and "
        "look at it once more. If it must stay, for a child's file, a court or an inquiry, have it "
        "put on hold before that day."
    )


def _years_before(now: datetime, number: int) -> datetime:
    try:
        return now.replace(year=now.year - number)
    except ValueError:  # 29 February
        return now.replace(year=now.year - number, day=28)
