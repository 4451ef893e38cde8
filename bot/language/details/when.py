"""When something happened: chosen among all days and times that a message names, and said back.

A message names other days as well: when somebody was told, what is planned, what recurs. Those are
left out by the words before them; two days of what happened become a span.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TypeAlias

from bot.language.details.anchor import Anchor
from bot.language.details.counted import counted
from bot.language.details.dated import dates
from bot.language.details.days import Days, Found, Part, Pattern, find, ordered
from bot.language.details.text import blanked, in_london, plain
from bot.language.details.times import Clock, clocks, settle
from bot.language.details.wording import clock_words, day_words

NEAR = 60
SMALL_HOURS = 5
_NOT_THEN = re.compile(
    r"\b(?:by|before|until|till|due|every|each|see you|most|usually|than|always"
    r"|next)(?: (?:the|on))* $"
)
_PLANNED = re.compile(
    r"\b(?:will|i'll|'ll|going to|gonna|wants? (?:me |us |him |her |them |to )*to (?:meet"
    r"|come|see|go)|meeting|shall|plan\w*|invited?"
    r"|starts?|starting|joins?|joining|due|coming up|(?:can|could) (?:i|we|you) (?:meet|see"
    r"|come|talk"
    r"|speak)|want to meet|meet up|meet (?:him|her|them|me)"
    r"|asked (?:him|her|them|me) to|is (?:on|this)|tickets)\b[^.;,]{0,40}$"
)
_TOLD = re.compile(
    r"\b(?:told|tells|showed|shown|found out|discovered|heard|realised|reported|informed"
    r"|said|let me know|mentioned|emailed the|spoke)\b"
    r"(?! (?:me |us )?(?:that|it was))[^.,;~]{0,25}$"
)
_TOLD_AFTER = re.compile(
    r"^,? (?:(?:that )?(?:i|she|he|they|we|it|my|our|a|one|of|daughter|son|child|mum|dad"
    r"|pupil|parent|friend|colleague|year|\d+)'?s? ){1,5}"
    r"(?:only )?(?:just )?(?:told|showed|found out|noticed|came to (?:me|see)|reported|heard"
    r"|realised|mentioned|let me know|was told|was shown)\b"
)
_SINCE = re.compile(
    r"\b(?:since|ever since)(?: about| around"
    r"| at least| the| early| late| last)* $|\bfrom $"
)
_LEAD = re.compile(
    r"(?:(?:on|in|since|from|to|and|until|till|by|every|each|of|between|dated?|was|the) )*"
)
_AROUND_ELSE = re.compile(
    r" (?:before|after|of|in) (?:the |our |we )?(?:half|term|end|start|hol\w*|first"
    r"|last (?:week of|day)|christmas|xmas|easter|summer|inset"
    r"|broke|break up|that\b|trip|concert|play\b|exams?|mocks?)"
)
"""A day beside something of which nobody here knows the date."""
_HABIT = re.compile(r"\b(?:keeps?|always|usually|often|every (?:day|night|time|morning|evening))\b")
"""Without a day, the hour of what happens again and again isn't when it happened."""
_MOVABLE = re.compile(r"\b(?:easter|whit|bank holiday|inset|shrove|ash|good|maundy) $")
"""Before a weekday, a name for one that no pattern here knows the date of."""
_LEFT = re.compile(r"\b(?:left|leaves?|retired|graduated)(?: \w+){0,3} $")
_HAD = re.compile(r"\b(?:that |who |which )?(?:we|i|they|she|he) had(?: in)? $")
"""Of a person: "the supply teacher we had last week"."""
_USUAL = re.compile(r"(?:late )?at night|in the (?:middle of the )?night")
_AFTER = re.compile(r"\b(?:after|before|past|until|till|gone) (?:about )?$")
_PAST = re.compile(r"\b(?:ago|gone|last|yest\w*|before)\b")
_BETWEEN = re.compile(
    r"^,? ?(?:to|until|till|til|up to|and(?: then)?(?: again)?(?: on)?|-|through(?: to)?|&"
    r"|\+|,)(?: again)?(?: on)?(?: the)? ?$"
)


Date: TypeAlias = date
Time: TypeAlias = time


@dataclass(frozen=True)
class When:
    """As much as was told: a day or a span, a time or only a part of the day."""

    date: Date | None = None
    time: Time | None = None
    part: Part | None = None
    start: Date | None = None
    end: Date | None = None
    about: bool = False
    """Whether the time, or the day where no time was told, was said roughly."""

    @property
    def day_told(self) -> bool:
        """Whether it says on which day, and not only at what time of one."""
        return self.date is not None or self.start is not None

    def words(self, now: datetime) -> str:
        """In plain English, with the date, so that a wrong reading is seen."""
        today = in_london(now).date()
        day = day_words(self.date, self.start, self.end, today)
        clock = clock_words(self.time, self.part, self.about)
        if self.about and self.date and not clock:
            day = f"about {day}"
        return ", ".join(filter(None, (day, clock)))


@cache
def patterns() -> tuple[Pattern, ...]:
    return ordered(dates(), counted())


def when(said: str, now: datetime) -> When | None:
    now = in_london(now)
    found = find(said, Anchor(now.date()), patterns())
    told = said
    for one in found:
        told = blanked(told, one.start, one.end)
    times = clocks(told, tuple(place for one in found for place in (one.start, one.end)))
    days, place = _chosen(found, said, told, now.date())
    if days is None and _HABIT.search(said):
        return None
    clock = _nearest(times, place, said)
    if days is None and clock and _is_usual(clock, said):
        return None
    if days is None and not found and clock and clock.at and not clock.either:
        # An hour without a day is today's, as long as it has been.
        days = Days(now.date(), now.date()) if clock.at <= now.time() else None
    return _together(days, clock, now)


def read_date(text: str, now: datetime, future: bool = False) -> date | None:
    """The one day that an answer to a form's question for a date names.

    With `future` it lies ahead or is today, otherwise it lies back or is today.
    """
    now = in_london(now)
    said = re.sub(r"[.!]+$", "", plain(text)).strip()
    if future and _PAST.search(said):
        return None
    anchor = Anchor(now.date(), future)
    found = find(said, anchor, patterns(), bare=True)
    if not future and any(_elsewhere(one, said) for one in found):
        return None
    days = {one.days.first for one in found if one.days.first == one.days.last}
    if found and len(days) == 1 and all(one.days.first == one.days.last for one in found):
        return next(iter(days))
    ago = [clock for clock in clocks(said) if clock.ago] if not found and not future else []
    return (now - ago[0].ago).date() if len(ago) == 1 and ago[0].ago else None


def _chosen(
    found: list[Found], said: str, told: str, today: date
) -> tuple[Days | None, int | None]:
    """The day or days on which it happened, and where the message says so."""
    real = [one for one in found if not _elsewhere(one, said)]
    first_hand = [one for one in real if not _of_telling(one, told)]
    if not first_hand:
        return None, None
    one, *others = first_hand
    lead = _before(one, said)
    onwards = not lead.endswith("from ") or re.match(r" (?:onwards?|on)\b", said[one.end :])
    if _SINCE.search(lead) and onwards:
        return Days(one.days.first, today), one.end
    for other in others:
        between = _before(other, said)[max(0, one.end - max(0, other.start - NEAR)) :]
        if _BETWEEN.search(between) and one.days != other.days:
            first = min(one.days.first, other.days.first)
            last = max(one.days.last, other.days.last)
            # The part of the first day, as Friday evening, says nothing of the last.
            one = Found(one.start, other.end, Days(first, last))
    return (_closer(one, others) if one in first_hand else one).days, one.end


def _closer(one: Found, others: list[Found]) -> Found:
    """Of "last week, on Wednesday" the Wednesday."""
    if one.days.first == one.days.last:
        return one
    inside = (
        other
        for other in others
        if one.days.first <= other.days.first and other.days.last <= one.days.last
    )
    return next(inside, one)


def _before(one: Found, said: str) -> str:
    """What stands before a day, with the "on" or "since" that the pattern took along."""
    lead = _LEAD.match(said, one.start)
    return said[max(0, one.start - NEAR) : lead.end() if lead else one.start]


def _elsewhere(one: Found, said: str) -> bool:
    """Whether the day is a deadline, a plan or a habit."""
    earlier = _before(one, said)
    if _NOT_THEN.search(earlier):
        return True
    if _MOVABLE.search(said[: one.start]) or _LEFT.search(earlier):
        return True
    if _AROUND_ELSE.match(said, one.end) or _HAD.search(earlier):
        return True
    return one.days.plain and bool(_PLANNED.search(earlier))


def _of_telling(one: Found, told: str) -> bool:
    earlier = told[: one.start][-NEAR:]
    return bool(_TOLD.search(earlier) or _TOLD_AFTER.search(told[one.end :][:NEAR]))


def _is_usual(clock: Clock, said: str) -> bool:
    """An hour that, without a day, tells of no one time: "at night", "after ten"."""
    usual = bool(_USUAL.match(said, clock.start)) or bool(_AFTER.search(said[: clock.start]))
    return usual and clock.ago is None


def _nearest(times: list[Clock], place: int | None, said: str) -> Clock | None:
    """The time beside the day; an exact one before the mere part of a day."""
    told = [clock for clock in times if not _TOLD.search(said[: clock.start][-NEAR:])]
    if not told:
        return None
    if place is None:
        return min(told, key=lambda clock: (clock.at is None and clock.ago is None, clock.start))
    return min(
        told, key=lambda clock: (clock.at is None and clock.ago is None, abs(clock.start - place))
    )


def _together(days: Days | None, clock: Clock | None, now: datetime) -> When | None:
    if clock and clock.ago and (days is None or days.first == days.last == now.date()):
        moment = now - clock.ago
        return When(moment.date())
    at, part = (clock.at, clock.part) if clock else (None, None)
    about = bool(clock and clock.about)
    day = days.first if days and days.first == days.last else None
    named: Part | None = days.part if days else None
    if at and clock:
        at = _settled(clock, named, day, now)
        about = about and at is not None
    part = named or part
    if day and at and named == "night" and at.hour < SMALL_HOURS and at != time(0):
        # "2am last night" is after midnight.
        day = min(day + timedelta(days=1), now.date())
    if days is None and at is None and part is None:
        return None
    part = None if at else part
    about = about if at else bool(days and days.about)
    if days is None or day:
        return When(day, at, part, about=about)
    return When(None, at, part, days.first, days.last, about)


def _settled(clock: Clock, named: Part | None, day: date | None, now: datetime) -> time | None:
    """The time in the half of the day that the day's own part, or the hour now, leaves."""
    at = clock.at
    if at is None:
        return None
    if clock.either:
        at = settle(at.hour, at.minute, named)
        if at is None and clock.at and day == now.date():
            later = clock.at.replace(hour=clock.at.hour + 12)
            at = clock.at if later > now.time() else None
    elif (
        clock.part is None
        and clock.bare
        and named in ("morning", "night")
        and 1 <= at.hour - 12 <= 6
    ):
        at = at.replace(hour=at.hour - 12)
    return None if at and day == now.date() and at > now.time() else at
