"""Days that are written as dates: 3/4, 3rd of March, the 14th, 2026-03-03, Boxing Day.

Always day before month, as in Britain: 3/14 is no date rather than the 14th of March.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.language.details.anchor import Anchor
from bot.language.details.days import PART, Days, Pattern, one, words
from bot.language.details.text import either, kept

_CUE = (
    r"(?:\b(?:on|since|from|dated?|of the|until|till|to|and|between|was|incident|happened"
    r"|around|about|sent|up|posted|put up|added|made|uploaded|taken|dated|received|began|started)"
    r"(?: the)?:? )"
)
_TIME_NEXT = (
    r"(?= ?,? ?(?:at |about |around |approx |@ ?)?(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|\d{1,2}:\d\d))"
)
_NO_COUNT = (
    r"(?! ?(?:of|the class|\w*s\b(?! ?(?:at|when))|pupil|kid|child|people|star|mark|rating))"
)
_NOT_MORE = r"(?![\w/]|[.:]\d)"
_NTH_ENDS = (
    r"(?=\s*(?:$|[.,;:?!)~-]|(?:at|about|around|in|of this|of last|a|an|i|he|she|they|we|my"
    r"|the|when|and|when"
    r"|from|by|one of (?:my|our|the)|someone|via|on|to|this|last|until|till|morning|evening"
    r"|afternoon|night|\d)\b))"
)


def dates() -> Iterator[Pattern]:
    w = words()
    year = r"(?:,? ?(?P<year>(?:19|20)\d\d|'\d\d)\b|(?P<short> 2\d)(?=\s*(?:$|[.,;])))"
    lead = rf"(?:\b(?P<weekday>{w.weekday}),? )?(?:\bthe )?"
    # A day and month between commas or at an end are a date, but for what they are otherwise.
    yield Pattern(
        re.compile(
            r"(?:^|(?<=[,;:] ))(?!24/7|9/11|[12]/[234]\b)(?P<day>\d\d?)/(?P<month>\d\d?)"
            r"(?=\s*(?:$|[,;]|\. ))"
        ),
        _numeric,
    )
    yield Pattern(
        re.compile(
            r"(?<![\w/.-])(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?![\w/-])"
        ),
        _numeric,
    )
    yield Pattern(
        re.compile(
            rf"{lead}(?<![\w/.:-])(?P<day>\d\d?)(?P<sep>[/.-])(?P<month>\d\d?)(?P=sep)"
            rf"(?P<year>\d{{4}}|\d\d)(?![\w/-]|\.\d)"
        ),
        _numeric,
    )
    # Day and month without a year are fractions, marks and year groups as well.
    yield Pattern(
        re.compile(
            rf"\b(?P<weekday>{w.weekday}),? (?:the )?(?P<day>\d\d?)/(?P<month>\d\d?){_NOT_MORE}"
        ),
        _numeric,
    )
    yield Pattern(
        re.compile(rf"{_CUE}(?!24/7)(?P<day>\d\d?)/(?P<month>\d\d?){_NOT_MORE}{_NO_COUNT}"),
        _numeric,
    )
    yield Pattern(
        re.compile(rf"(?<![\w/.:])(?P<day>\d\d?)/(?P<month>\d\d?){_NOT_MORE}{_TIME_NEXT}"), _numeric
    )
    yield Pattern(
        re.compile(r"(?<![\w/.:-])(?P<day>\d\d?) ?[/.-] ?(?P<month>\d\d?)(?![\w/]|[.:-]\d)"),
        _numeric,
        free=False,
    )
    yield Pattern(
        re.compile(
            rf"{lead}\b(?P<day>{w.ordinal})(?: day)?(?: of)?,? "
            rf"(?P<month>{w.month})\b\.?{year}?{PART}"
        ),
        _worded,
    )
    yield Pattern(
        re.compile(
            rf"{lead}\b(?P<day>\d{{1,2}})(?: of)? ?(?P<month>{w.sure_month})\b\.?{year}?{PART}"
        ),
        _worded,
    )
    # "2 may" and "10 march" begin sentences about something else, unless a word leads to them.
    yield Pattern(
        re.compile(
            rf"(?:(?P<weekday>{w.weekday}),? (?:the )?|{_CUE}|^|(?<=[,;:(] ))"
            rf"(?P<day>\d{{1,2}})(?: of)? ?"
            rf"(?P<month>{w.month})\b(?! (?:be|have|not|well|also|even|or))\.?{year}?{PART}"
        ),
        _worded,
    )
    yield Pattern(
        re.compile(
            rf"(?:\b(?P<weekday>{w.weekday}),? )?\b(?P<month>{w.month})\.? "
            rf"(?:the )?(?P<day>{w.ordinal})"
            rf"\b{year}?{PART}"
        ),
        _worded,
    )
    yield Pattern(
        re.compile(
            rf"(?:(?P<weekday>{w.weekday}),? |\b(?:on|since|from|dated) |^)(?P<month>{w.month})\.? "
            rf"(?P<day>\d{{1,2}})(?![\d:]| ?(?:am|pm)){year}?(?=\s*(?:$|[.,;~]|at|about|around))"
        ),
        _worded,
    )
    yield Pattern(
        re.compile(
            rf"\b(?P<weekday>{w.weekday}),? (?:the )?(?P<day>\d{{1,2}} ?(?:st|nd|rd|th))\b{PART}"
        ),
        _of_month,
    )
    yield Pattern(
        re.compile(rf"\b(?P<weekday>{w.weekday}),? the (?P<day>{w.ordinal})\b{PART}"), _of_month
    )
    yield Pattern(
        re.compile(
            rf"\b(?:on|since|from|dated|until|was|around|about|to|and) the (?P<day>{w.ordinal})"
            rf"\b{PART}{_NTH_ENDS}"
        ),
        _of_month,
    )
    yield Pattern(re.compile(rf"\b(?:the )?(?P<day>{w.ordinal})\b{PART}"), _of_month, free=False)
    yield Pattern(
        re.compile(rf"\b(?P<name>{either(list(_named()))})\b{PART}"),
        _by_name,
    )
    # "Over Christmas" is no day, and "since Christmas" is.
    yield Pattern(
        re.compile(r"(?:(?<=since )|(?<=since about )|(?<=since around ))(?:x|christ)mas\b"),
        lambda match, anchor: one(anchor.dated(25, 12)),
    )


def _named() -> dict[str, list[int]]:
    named: dict[str, list[int]] = kept("dates")["named"]
    return named


def _group(match: re.Match[str], name: str) -> str | None:
    found: str | None = match.groupdict().get(name)
    return found


def _year(match: re.Match[str]) -> int | None:
    said = _group(match, "year") or _group(match, "short")
    return int(said.strip(" '")) if said else None


def _numeric(match: re.Match[str], anchor: Anchor) -> Days | None:
    day = anchor.dated(int(match["day"]), int(match["month"]), _year(match))
    return _agreed(day, match)


def _worded(match: re.Match[str], anchor: Anchor) -> Days | None:
    w = words()
    year = _year(match)
    if year is None and match.string.startswith(" last year", match.end()):
        year = anchor.today.year - 1
    return _agreed(anchor.dated(w.day(match["day"]), w.months[match["month"]], year), match)


def _of_month(match: re.Match[str], anchor: Anchor) -> Days | None:
    number = words().day(match["day"])
    return _agreed(anchor.day_of_month(number) if number else None, match)


def _agreed(day: date | None, match: re.Match[str]) -> Days | None:
    """A weekday that doesn't go with its date is a slip, and nobody knows in which of the two."""
    weekday = _group(match, "weekday")
    if day and weekday and day.weekday() != words().weekdays[weekday]:
        return None
    return one(day, _group(match, "part"), plain=True)


def _by_name(match: re.Match[str], anchor: Anchor) -> Days | None:
    name, part = match["name"], match["part"]
    return one(anchor.dated(*_named()[name]), part)
