"""Numbers about many records, told so that no small one points at somebody.

In a school a "1" is a person that everybody can name. So a number is told from five up. What is
smaller stands together with others, and where that would still give one away, because it is itself
small or stands with too few, the next larger number joins it. A total is told beside its parts, but
only one total runs over any number here: where two cross, one can be worked out from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.cases.calendar import LONDON

LEAST = 5
"""The smallest number that is told."""

LEAST_TOGETHER = 3
"""How many numbers must stand together, so that none of them can be worked out."""

LEAST_FOR_QUARTERS = 10

STARTS = ((1, "Spring"), (4, "Summer"), (9, "Autumn"))
"""The months in which the terms begin, as this counts them: by the calendar, not by a school's."""


@dataclass(frozen=True)
class Term:
    """`ends` is the first moment after it."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Told:
    """What may be told of one set of numbers: some by themselves, the rest together, the total.

    Nothing is told where there is None; `alone` leaves out what stands among the rest.
    """

    alone: Mapping[str, int]
    together: int | None
    total: int | None


def told(counts: Mapping[str, int], names: Sequence[str]) -> Told:
    """`names` are all that could be counted, in their order; those without a count are none."""
    numbers = {name: counts.get(name, 0) for name in dict.fromkeys((*names, *counts))}
    total = sum(numbers.values())
    if total == 0:
        return Told({}, 0, 0)
    if total < LEAST:
        return Told({}, None, None)
    alone = {name: number for name, number in numbers.items() if number >= LEAST}
    small = len(numbers) - len(alone)
    rest = total - sum(alone.values())
    # Nearly as much as so many small ones can come to: then each of them is nearly the largest.
    if rest and rest > (LEAST - 1) * (small - 1):
        return Told({}, total, total) if alone else Told({}, None, None)
    while rest and alone and (rest < LEAST or len(numbers) - len(alone) < LEAST_TOGETHER):
        rest += alone.pop(min(alone, key=alone.__getitem__))
    return Told(alone, rest, total)


def terms(today: date, count: int) -> list[Term]:
    """The last terms, the one that runs now at the end."""
    found: list[Term] = []
    year, ends = today.year, None
    while len(found) <= count:
        for month, name in reversed(STARTS):
            begins = date(year, month, 1)
            if begins > today:
                continue
            after = ends or _next_start(begins)
            found.append(Term(f"{name} {year}", _midnight(begins), _midnight(after)))
            ends = begins
        year -= 1
    return found[:count][::-1]


@dataclass(frozen=True)
class Spread:
    """How long something took: within `half` for half of them, `most` for three quarters."""

    half: timedelta | None
    most: timedelta | None


def spread(taken: Iterable[timedelta]) -> Spread:
    """Nothing is told of fewer than five, and of three quarters nothing below ten."""
    ordered = sorted(taken)
    number = len(ordered)
    half = ordered[(number - 1) // 2] if number >= LEAST else None
    most = ordered[-(-number * 3 // 4) - 1] if number >= LEAST_FOR_QUARTERS else None
    return Spread(half, most)


def _next_start(begins: date) -> date:
    months = [month for month, _ in STARTS]
    later = [month for month in months if month > begins.month]
    return date(begins.year, later[0], 1) if later else date(begins.year + 1, months[0], 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
