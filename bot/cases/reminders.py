"""What is to be done now so that a record doesn't lie unseen, or unfinished: pure rules.

Given how a record stands, a calendar and the time, there is at most one step: remind, pass on to
the next in line, say that nobody has seen it, remind that it is late. The next step is counted from
when this one is taken. So after an outage whatever was missed becomes one step, nothing is said
twice, and nobody is passed over who never had their alert. Only the line that was drawn up when the
record came in is ever told: whoever it is about isn't in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from bot.cases.calendar import BEGINS, LONDON, WEEK, Calendar
from bot.cases.clock import PACES, STILL_OPEN, Pace, decided_by, urgency
from bot.cases.replies import to_confirm

Word = Literal["remind", "passed-on", "ask-holder", "late", "waits", "review"]
"""Why somebody is told: still unseen, it is theirs now, somebody else should open it, too late, it
waits for an answer, or what was settled is to be looked at again."""


@dataclass(frozen=True)
class Watcher:
    """One of a record's line. `place` 0 had it first; the next in line have higher ones.

    `here` is whether they work now, `heard` whether there is a way to them that isn't dead, and
    `keyed` whether they can open the record.
    """

    reader: int
    place: int
    copied: bool = False
    keyed: bool = True
    here: bool = True
    heard: bool = True
    week: frozenset[int] = WEEK
    name: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class Watched:
    """How a record stands. `place` is how far down its line it was passed, `since` when that was.

    `rounds` counts the reminders since then, or, once it was seen, those that it is late.
    """

    reference: str
    school: str
    kind: str
    severity: str
    status: str
    opened_at: datetime
    since: datetime
    line: tuple[Watcher, ...]
    place: int = 0
    rounds: int = 0
    seen_at: datetime | None = None
    moved_at: datetime | None = None
    review_on: date | None = None

    @property
    def unseen(self) -> bool:
        return self.seen_at is None and self.status == "received"

    def theirs(self) -> list[Watcher]:
        """Those it is with now, as far as they can be told anything."""
        return [
            one for one in self.line if one.place <= self.place and one.heard and not one.copied
        ]


@dataclass(frozen=True)
class Plan:
    """Whom to tell what, and when to look again. `nobody` is that the administrator must know, and
    `reporter` that the day has come on which theirs is looked at again.
    """

    next_due: datetime | None
    tell: tuple[tuple[Watcher, Word], ...] = ()
    nobody: bool = False
    reporter: bool = False
    place: int = 0
    rounds: int = 0
    since: datetime | None = None


def plan(watched: Watched, days: int, calendar: Calendar, now: datetime) -> Plan:
    """`days` is how many working days the school gives itself to answer."""
    pace = PACES[urgency(watched.kind, watched.severity)]
    if watched.status == "closed":
        return _settled(watched, calendar, now)
    if watched.unseen:
        step = _unseen(watched, pace, calendar, now)
    else:
        step = _unfinished(watched, pace, days, calendar, now)
    # Whoever confirmed something is to do so again, though nobody has closed it.
    taken, begins = step.since == now, _review_begins(watched, calendar)
    again = taken and begins is not None and watched.since < begins <= now
    return replace(step, reporter=again and to_confirm(watched.kind))


def due(watched: Watched, days: int, calendar: Calendar) -> datetime | None:
    """When it is late: unseen for too long, or seen and not finished."""
    pace = PACES[urgency(watched.kind, watched.severity)]
    if watched.status in ("closed", "waiting"):
        return None
    if watched.unseen:
        return pace.seen.after(watched.opened_at, calendar)
    return decided_by(pace, watched.opened_at, days, calendar)


def _settled(watched: Watched, calendar: Calendar, now: datetime) -> Plan:
    """Nothing, until what was decided is looked at again; then until it is decided anew.

    What its reporter alone can do again is told once: then it stands in the register as due.
    """
    begins = _review_begins(watched, calendar)
    first = begins is not None and watched.since < begins
    if begins is None or (to_confirm(watched.kind) and not first):
        return _rest(watched, None)
    next_due = begins if first else STILL_OPEN.after(watched.since, calendar)
    if now < next_due:
        return _rest(watched, next_due)
    theirs = [one for one in watched.theirs() if one.keyed]
    to = theirs or [one for one in watched.line if one.keyed and one.heard]
    after = STILL_OPEN.after(now, calendar)
    step = _step(watched, now, after, ((to, "review"),), rounds=watched.rounds)
    return replace(step, reporter=first)


def _review_begins(watched: Watched, calendar: Calendar) -> datetime | None:
    if watched.review_on is None:
        return None
    return calendar.days_on(datetime.combine(watched.review_on, BEGINS, LONDON), 0)


def _unseen(watched: Watched, pace: Pace, calendar: Calendar, now: datetime) -> Plan:
    theirs, following = watched.theirs(), _following(watched, pace)
    somebody = any(one.here for one in theirs) or bool(theirs and pace.seen.minutes)
    # A day off of theirs isn't waited for where somebody else is there to look.
    left_alone = not theirs or (not somebody and any(one.here for one in following))
    # Past the last of the line: all of them know, and only repeating is left.
    through = watched.place > _last(watched)
    wait = pace.again if through else pace.seen
    their_due = wait.after(watched.since, _week(calendar, theirs, pace))
    if now < their_due and not (left_alone and following) and (theirs or through):
        return _rest(watched, their_due)
    if theirs and not left_alone and pace.first_reminded and not watched.rounds:
        return _step(watched, now, pace.seen.after(now, calendar), ((theirs, "remind"),), rounds=1)
    if following:
        place = following[0].place
        to: list[tuple[list[Watcher], Word]] = [
            # Whose day off isn't waited for was told just now, and finds that on their return.
            (theirs if now >= their_due else [], "remind"),
            ([one for one in following if one.keyed], "passed-on"),
            ([one for one in following if not one.keyed], "ask-holder"),
        ]
        after = pace.seen.after(now, _week(calendar, following, pace))
        return _step(watched, now, after, to, place=place, rounds=1)
    again = pace.again.after(now, calendar)
    rounds = watched.rounds + 1
    place = max(watched.place, _last(watched) + 1)
    step = _step(watched, now, again, ((theirs, "remind"),), place=place, rounds=rounds)
    return replace(step, nobody=True)


def _unfinished(watched: Watched, pace: Pace, days: int, calendar: Calendar, now: datetime) -> Plan:
    moved = max(filter(None, (watched.since, watched.moved_at)))
    if watched.status == "waiting" or watched.rounds or watched.status == "reopened":
        late = STILL_OPEN.after(moved, calendar)
    else:
        late = decided_by(pace, watched.opened_at, days, calendar)
    if now < late:
        return _rest(watched, late)
    word: Word = "waits" if watched.status == "waiting" else "late"
    theirs = [one for one in watched.theirs() if one.keyed]
    if watched.rounds and watched.status != "waiting":
        # Twice is enough for one person alone.
        theirs += [one for one in _following(watched, pace) if one.keyed]
    after = STILL_OPEN.after(now, calendar)
    step = _step(watched, now, after, ((theirs, word),), rounds=watched.rounds + 1)
    return replace(step, nobody=not theirs)


def _following(watched: Watched, pace: Pace) -> list[Watcher]:
    """The next in line who can be told, and rather those who are at work now."""
    behind = [
        one for one in watched.line if one.place > watched.place and one.heard and not one.copied
    ]
    here = [one for one in behind if one.here or pace.seen.minutes]
    found = here or behind
    first = min((one.place for one in found), default=0)
    return [one for one in found if one.place == first]


def _last(watched: Watched) -> int:
    return max((one.place for one in watched.line if one.heard), default=0)


def _week(calendar: Calendar, people: Iterable[Watcher], pace: Pace) -> Calendar:
    """The days on which at least one of them works, for what can wait for those."""
    week = frozenset(day for one in people for day in one.week) & calendar.week
    return calendar.only(week) if week and pace.first_reminded else calendar


def _rest(watched: Watched, until: datetime | None) -> Plan:
    return Plan(until, (), False, False, watched.place, watched.rounds, watched.since)


def _step(
    watched: Watched,
    now: datetime,
    until: datetime,
    to: Iterable[tuple[list[Watcher], Word]],
    *,
    place: int | None = None,
    rounds: int,
) -> Plan:
    told = tuple((one, word) for people, word in to for one in people)
    where = watched.place if place is None else place
    return Plan(until, told, False, False, where, rounds, now)
