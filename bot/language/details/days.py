"""Finds the days that a message names: each pattern once, with what it means.

A pattern that could be something else (1/2 of the class, the 3rd time, "sat") needs a word beside
it that speaks of time. A form that asked for a date needs none: there the patterns are `bare`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from bot.language.details.anchor import Anchor
from bot.language.details.text import blanked, either, kept

Part = Literal["morning", "midday", "afternoon", "evening", "night"]
PARTS: tuple[Part, ...] = get_args(Part)


class Days(NamedTuple):
    """One day, or the first and last of several; `about` if it was said roughly.

    `plain` is a date or weekday that alone doesn't tell whether it is past: it may be a plan.
    """

    first: date
    last: date
    part: Part | None = None
    about: bool = False
    plain: bool = False


class Found(NamedTuple):
    start: int
    end: int
    days: Days


Meaning = Callable[["re.Match[str]", Anchor], Days | None]


class Pattern(NamedTuple):
    form: re.Pattern[str]
    means: Meaning
    free: bool = True
    """Whether it holds in running text, or only where a date was asked for."""


def one(day: date | None, said: str | None = None, **more: Any) -> Days | None:
    """A single day, with the part of it that was said beside it."""
    return Days(day, day, part_of(said), **more) if day else None


def span(days: tuple[date, date] | None, anchor: Anchor, **more: Any) -> Days | None:
    if days is None or (not anchor.future and days[0] > anchor.today):
        return None
    last = days[1] if anchor.future else min(days[1], anchor.today)
    return Days(days[0], last, **more)


def part_of(said: str | None) -> Part | None:
    """A part of the day by the word for it."""
    said = (said or "").strip().removesuffix("s")
    aliases: dict[str, Part] = {
        **dict.fromkeys(("morning", "mornin", "am", "morn"), "morning"),
        **dict.fromkeys(("lunchtime", "lunch time", "lunch", "dinnertime"), "midday"),
        **dict.fromkeys(("afternoon", "aft", "after school"), "afternoon"),
        **dict.fromkeys(("evening", "eve", "evenin"), "evening"),
        **dict.fromkeys(("night", "nite"), "night"),
    }
    return aliases.get(said)


PART = (
    r"(?: (?:in the |at )?(?P<part>mornings?|mornin|lunch ?time|lunch|afternoons?"
    r"|evenings?|eve|nights?|nite))?\b"
)


def find(
    said: str, anchor: Anchor, patterns: tuple[Pattern, ...], bare: bool = False
) -> list[Found]:
    """All days in the order in which they stand. What a pattern took, no later one sees."""
    found: list[Found] = []
    for form, means, free in patterns:
        if not (free or bare):
            continue
        for match in form.finditer(said):
            days = means(match, anchor)
            if days is not None:
                found.append(Found(*match.span(), days))
            said = blanked(said, *match.span())
    return sorted(found)


class Words(NamedTuple):
    """The vocabulary as pieces of patterns, and what each word means."""

    weekday: str
    sure_weekday: str
    month: str
    sure_month: str
    number: str
    ordinal: str
    weekdays: dict[str, int]
    months: dict[str, int]
    numbers: dict[str, int]
    ordinals: dict[str, int]

    def count(self, said: str) -> int:
        return self.numbers.get(said) or int(said)

    def day(self, said: str) -> int:
        return self.ordinals.get(said.replace(" ", "-")) or int(re.sub(r"\D", "", said))


@cache
def words() -> Words:
    data = kept("dates")
    weekdays = {word: at for at, names in enumerate(data["weekdays"]) for word in names}
    months = {word: at for at, names in enumerate(data["months"], 1) for word in names}
    numbers = {word: at for at, word in enumerate(data["numbers"], 1)}
    numbers |= {"a": 1, "an": 1, "couple": 2, "couple of": 2, "a couple of": 2, "a couple": 2}
    ordinals = {word: at for at, word in enumerate(data["ordinals"], 1)}
    ordinal = "|".join(
        word.replace("-", "[ -]") for word in sorted(ordinals, key=len, reverse=True)
    )
    return Words(
        either(list(weekdays)),
        either([word for word in weekdays if word not in data["doubtful"]]),
        either(list(months)),
        either([word for word in months if word not in data["words_too"]]),
        rf"(?:\d{{1,3}}|{either(list(numbers))})",
        rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)|{ordinal})",
        weekdays,
        months,
        numbers,
        ordinals,
    )


def vocabulary(name: str) -> str:
    return either(list(kept("dates")[name]))


def ordered(*groups: Iterator[Pattern]) -> tuple[Pattern, ...]:
    return tuple(pattern for group in groups for pattern in group)
