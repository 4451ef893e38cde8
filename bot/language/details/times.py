"""The time of day that a message names: "about four", "half eight", 16:20, at lunch.

A bare number is a time only after "at" or beside a day, and never before something that is counted.
Where nothing says morning or evening, one to six is in the afternoon, as in a school's day; ten
and eleven are in the morning; seven to nine could be either and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from functools import cache
from typing import NamedTuple

from bot.language.details.days import Part, words

_WORDS = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR = rf"(?P<hour>\d{{1,2}}|{_WORDS})"
_LEAD = (
    r"(?P<lead>\b(?:at|@|by|just after|just before|just gone|gone|after|before)? ?"
    r"(?:about|around|approx(?:imately)?|roughly|like|maybe|abt|circa|c|nearly|almost)?\.? ?)"
)
_AMPM = r" ?(?P<ampm>[ap])\.?m\b\.?"
_PART = (
    r"(?:,? (?P<part>in the (?:morning|afternoon|evening)|at night|this morning"
    r"|this afternoon|this evening|tonight|last night))"
)
_STEPS = {
    "five": 5,
    "ten": 10,
    "quarter": 15,
    "twenty": 20,
    "twenty five": 25,
    "5": 5,
    "10": 10,
    "20": 20,
}
_FOLLOWED = (
    r"(?=\s*(?:$|[.,;:?!)~-]|(?:in the|at night|on|yesterday|today|this|last|when|and (?:i"
    r"|he|she|it|they|said)|but|so|while"
    r"|i|he|she|they|we|from|an|my|via|saying|asking|with a|by a|o'?clock|ish|onwards"
    r"|tonight|someone|there)\b))"
)


class Clock(NamedTuple):
    """A time, or only the part of the day."""

    start: int
    end: int
    at: time | None
    part: Part | None
    about: bool = False
    ago: timedelta | None = None
    either: bool = False
    """Whether it may be in the morning as well as in the evening."""
    bare: bool = False
    """Whether it was taken for the afternoon, since nothing said which half of the day."""


Reading = Callable[["re.Match[str]", str, tuple[int, ...]], Clock | None]


def clocks(said: str, beside: tuple[int, ...] = ()) -> list[Clock]:
    """All times in the order in which they stand; `beside` is where a day begins or ends."""
    found: list[Clock] = []
    for form, ways in _forms():
        for match in form.finditer(said):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            clock = ways(match, said, beside)
            if clock is not None:
                found.append(clock)
    told = (clock for clock in found if clock.at or clock.part or clock.ago)
    return sorted(told, key=lambda clock: clock.start)


def _hour(said: str) -> int:
    return words().numbers.get(said) or int(said)


def _part(said: str | None) -> Part | None:
    for part in ("morning", "afternoon", "evening", "night"):
        if part in (said or ""):
            return part
    return None


def settle(hour: int, minute: int, part: Part | None) -> time | None:
    """The hour of the day; none when it could be either half of the day."""
    if minute > 59 or hour > 23:
        return None
    if hour > 12 or hour == 0:
        return time(hour, minute)
    if part == "morning":
        return time(hour % 12 if hour == 12 else hour, minute)
    if part == "night" and (hour == 12 or hour < 5):
        return time(hour % 12, minute)
    if part in ("afternoon", "evening", "night"):
        return time(hour % 12 + 12, minute)
    if hour == 12 or part == "midday":
        return time(12 if hour == 12 else hour + 12 if hour < 4 else hour, minute)
    if hour >= 10 or (hour == 9 and minute):
        return time(hour, minute)
    return time(hour + 12, minute) if hour <= 6 else None


def _written(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock | None:
    """4pm, 4.30 pm, half past four in the afternoon."""
    group = match.groupdict()
    hour, minute = _hour(group["hour"]), int(group.get("minute") or 0)
    step = group.get("step")
    if step is not None:
        minute = 30 if step == "half" else _STEPS[step]
        if group.get("way") == "to":
            hour, minute = (hour - 1 or 12), 60 - minute
    if hour > (12 if step is not None else 23) or minute > 59:
        return None
    about = _rough(match)
    if group.get("ampm"):
        if not 1 <= hour <= 12:
            return Clock(*match.span(), time(hour % 24, minute), None, about)
        return Clock(
            *match.span(),
            time(hour % 12 + (12 if group["ampm"] == "p" else 0), minute),
            None,
            about,
        )
    part = _part(group.get("part")) or _near_part(said, match)
    if len(group["hour"]) == 2 and group["hour"][0] == "0" and group.get("minute"):
        return Clock(*match.span(), time(hour, minute), None, about)
    at = settle(hour, minute, part)
    if part is None and 7 <= hour <= 11:
        return _unsure(match, hour, minute)
    return Clock(*match.span(), at, part, about, bare=part is None and hour <= 6)


def _unsure(match: re.Match[str], hour: int, minute: int) -> Clock:
    """Seven to eleven without a half of the day: for whoever knows which day it was."""
    return Clock(*match.span(), time(hour, minute), None, _rough(match), either=True)


def _bare(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock | None:
    lead = match["lead"].strip(" .")
    exact = lead.startswith(("at", "@", "just", "gone"))
    next_to = any(abs(match.start() - at) <= 2 or abs(at - match.end()) <= 2 for at in beside)
    if not lead or not (exact or next_to):
        return None
    if exact and re.search(
        r"\b(?:aged|age|years?|good|looked|shouted|laughed) $", said[: match.start()]
    ):
        return None
    return _written(match, said, beside)


def _stepped(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock | None:
    """ "Ten to four" is a time after "at" or beside a day only; it may be a count of people."""
    next_to = any(abs(match.start() - at) <= 2 or abs(at - match.end()) <= 2 for at in beside)
    if (
        match["way"] == "to"
        and match["step"] not in ("quarter",)
        and not (match["lead"].strip() or next_to)
    ):
        return None
    return _written(match, said, beside)


def _beside(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock | None:
    """ "25 Nov, 15.20": with a full stop a time may be anything, but for the day beside it."""
    next_to = any(abs(match.start() - at) <= 2 or abs(at - match.end()) <= 2 for at in beside)
    return _written(match, said, beside) if next_to else None


def _near_part(said: str, match: re.Match[str]) -> Part | None:
    after = re.match(
        r",? (?:on \w+ )?(?:this |in the |at |last |yesterday |\w+day )?(morning|afternoon"
        r"|evening|night|tonight)\b",
        said[match.end() :],
    )
    return _part(after[1] if after else None)


def _rough(match: re.Match[str]) -> bool:
    lead = match.groupdict().get("lead") or ""
    return bool(
        re.search(
            r"about|around|approx|roughly|like|maybe|abt|circa|\bc\b|nearly|almost|just"
            r"|after|before|by|gone|ish",
            lead + match[0][-4:],
        )
    )


def _ago(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock | None:
    count = match["count"]
    amount = 0.5 if count.startswith("half") else float(words().count(count))
    hours = match["unit"].startswith("h")
    if amount > (72 if hours else 600):
        return None
    return Clock(
        *match.span(),
        None,
        None,
        True,
        timedelta(hours=amount) if hours else timedelta(minutes=amount),
    )


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Reading], ...]:
    return tuple(_all_forms())


def _all_forms() -> Iterator[tuple[re.Pattern[str], Reading]]:
    number = words().number
    yield (
        re.compile(
            rf"\b(?:between|from) {_HOUR}(?:[:.]\d\d)?(?: ?[ap]m)? ?(?:and|to|-|until|till) ?"
            rf"(?:{_WORDS}|\d{{1,2}})(?![/\w]*/)(?:[:.]\d\d)?(?:{_AMPM}|\b{_PART}|{_FOLLOWED})"
        ),
        _range,
    )
    yield (
        re.compile(
            rf"\b(?:(?:about|around) )?(?P<count>half an|half a|{number}) (?P<unit>hours?"
            rf"|hrs?|minutes?|mins?) ago\b"
        ),
        _ago,
    )
    yield (
        re.compile(
            rf"{_LEAD}\b(?P<step>half|quarter|five|ten|twenty five|twenty|5|10"
            rf"|20) (?P<way>past|to) {_HOUR}"
            rf"(?:{_AMPM}|\b{_PART}?)(?! years?)"
        ),
        _stepped,
    )
    yield re.compile(rf"{_LEAD}\b(?P<step>half) {_HOUR}(?:{_AMPM}|\b{_PART}?)(?! years?)"), _written
    yield (
        re.compile(
            rf"{_LEAD}(?<![\w/.:£])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?(?: ?ish)?{_AMPM}"
        ),
        _written,
    )
    yield re.compile(rf"{_LEAD}\b{_HOUR}(?:{_AMPM}| ?o'? ?clock\b{_PART}?)"), _written
    yield (
        re.compile(
            rf"{_LEAD}(?<![\w/.:£])(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?![\d:])(?: ?(?:hrs?"
            rf"|h)\b)?{_PART}?"
        ),
        _written,
    )
    yield (
        re.compile(
            rf"(?P<lead>\b(?:(?:at|@|by) ?)?(?:(?:at|@|about|around|approx(?:imately)?|roughly|abt"
            rf"|circa|just after"
            rf"|just before)\.? ?))(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?![\d.]){_PART}?"
        ),
        _written,
    )
    yield (
        re.compile(
            r"(?P<lead>)(?<![\w/.:£])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?![\d.%]| ?(?:k|m|%"
            r"|out))"
        ),
        _beside,
    )
    yield (
        re.compile(
            r"(?P<lead>(?:\bat |@ ?)?)\b(?P<hour>[012]\d)(?P<minute>[0-5]\d) ?(?:hrs|hours)\b"
        ),
        _written,
    )
    yield (
        re.compile(
            rf"{_LEAD}\b{_HOUR} (?P<part>in the (?:morning"
            rf"|afternoon|evening)|at night|last night|this morning|this afternoon"
            rf"|this evening|tonight)\b"
        ),
        _written,
    )
    yield re.compile(rf"{_LEAD}\b{_HOUR} ?ish\b{_PART}?"), _written
    yield re.compile(rf"{_LEAD}\b{_HOUR}\b{_FOLLOWED}"), _bare
    yield (
        re.compile(
            r"\b(?:at |around |about |just after |just before |gone "
            r"|after )?(?P<word>midnight|noon|midday)\b"
            r"(?! mass| assist| superv| meal| staff| club)"
        ),
        _named,
    )
    yield (
        re.compile(
            r"\b(?:at|during|over|in|this|on|after|around|about)(?: my| the| his| her"
            r"| their)?(?: school)? (?P<word>lunch ?time|lunch ?break|lunch)\b"
            r"|\b(?P<word2>before school|after school|in the (?:early )?morning|first thing"
            r"|in the afternoon|in the evening|in the (?:middle of the )?night"
            r"|in the early hours|(?:late )?at night|late evening|early evening|late night"
            r"|mid[ -]?morning|mid[ -]?afternoon"
            r"|lunchtime)\b(?! clubs?| supervis| staff| club| activit)"
        ),
        _in_part,
    )


def _range(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock:
    """ "Between 3 and 4pm" is no one time, but it may tell the part of the day."""
    part = _part(match["part"]) or _near_part(said, match)
    if match["ampm"] == "a":
        part = "morning"
    elif match["ampm"] == "p":
        hour = _hour(match["hour"]) % 12
        part = "afternoon" if hour < 5 else "evening" if hour < 9 else "night"
    return Clock(*match.span(), None, part)


def _named(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock:
    at = time(0) if match["word"] == "midnight" else time(12)
    return Clock(
        *match.span(), at, None, match[0] != match["word"] and not match[0].startswith("at ")
    )


def _in_part(match: re.Match[str], said: str, beside: tuple[int, ...]) -> Clock:
    word = match["word"] or match["word2"]
    if "lunch" in word:
        return Clock(*match.span(), None, "midday")
    if "early hours" in word:
        return Clock(*match.span(), None, "night")
    if word in ("before school", "first thing"):
        return Clock(*match.span(), None, "morning")
    return Clock(*match.span(), None, "afternoon" if word == "after school" else _part(word))
