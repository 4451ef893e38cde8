"""Who receives a record, who is told of it, and who must never know of it.

Guidance (Keeping Children Safe in Education, on concerns about staff) sends a concern about staff
to the headteacher, and one about the headteacher to the chair of governors; the school's own policy
says the rest. Whoever a record is about is taken out first, with every role they hold, and only
then are the others looked at: so no rule further down can bring them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.cases.cover import covers, with_covers
from bot.cases.naming import is_named, same_person, stands_in
from bot.cases.people import Reader, ReaderRole
from bot.cases.records import NewRecord, RecordKind, Subject

Outside = Literal["chair-of-governors", "lado"]

FIRST_HELP: tuple[ReaderRole, ...] = ("dsl", "deputy-dsl", "head")
"""All of them are told at once of something urgent."""

IN_LINE: tuple[ReaderRole, ...] = (*FIRST_HELP, "chair-of-governors", "deputy-head", "slt")
"""Who takes a record, in this order, when whom the policy names isn't there."""

BEHIND = 2
"""How many steps down the line a record can be passed: as few as will do can open it."""

ABOUT_STAFF: tuple[ReaderRole, ...] = ("head", "chair-of-governors", "dsl", "deputy-dsl")
ABOUT_DSL: tuple[ReaderRole, ...] = ("head", "chair-of-governors")
ABOUT_HEAD: tuple[ReaderRole, ...] = ("chair-of-governors",)

TOGETHER: Mapping[RecordKind, tuple[ReaderRole, ...]] = {
    "website-report": ("head", "network-manager"),
}
"""Posts that take such a record side by side, where the policy names one of them and the school has
a reader in each: one decides, and the other can block the site."""

FAMILY: frozenset[Subject] = frozenset(("pupil", "ex-pupil", "parent"))

CHILDRENS_SAFETY: frozenset[RecordKind] = frozenset(
    ("urgent", "incident", "contact-report", "staff-concern")
)
"""What the safeguarding lead sees a copy of. In the other kinds a member of staff asks for
something, or declares it, and being the one who asks is nothing to be kept from."""

AT_RISK: frozenset[RecordKind] = frozenset(("website-report",))
"""Of these too, where somebody is said to be at risk, which is what makes them press."""


@dataclass(frozen=True)
class SchoolRoutes:
    """What a school's pack says: its short name, and for each kind of record who takes what."""

    name: str
    by_kind: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Route:
    """`outside` is whom to turn to when nobody at the school may have the record.

    `behind` is who takes over, one step after the other, when the receivers don't look. They come
    from the same line as the receivers, so nobody who is excluded is among them.
    """

    receivers: tuple[Reader, ...]
    copied: tuple[Reader, ...]
    excluded: tuple[Reader, ...]
    outside: tuple[Outside, ...] = ()
    behind: tuple[tuple[Reader, ...], ...] = ()


@dataclass(frozen=True)
class Handover:
    """A record on its way to the store, with whom it is for."""

    record: NewRecord
    route: Route
    school_name: str

    @property
    def holders(self) -> tuple[Reader, ...]:
        """Whoever gets a key. Only a reader can give one later, and a reader who doesn't look gives
        none: so where it can't wait, those who may have to take over have theirs beforehand.
        """
        route = self.route
        waits = self.record.severity == "routine" and self.record.kind != "urgent"
        spare = () if waits else tuple(one for step in route.behind for one in step)
        return tuple(_unique([*route.receivers, *route.copied, *spare]))


def hand_over(record: NewRecord, readers: Iterable[Reader], school: SchoolRoutes) -> Handover:
    routes = school.by_kind.get(record.kind, {})
    return Handover(record, route(record, readers, routes), school.name)


def takers(readers: Iterable[Reader]) -> list[Reader]:
    """Those whom a record of any kind can come to at last."""
    return [reader for reader in readers if reader.roles & set(IN_LINE)]


def route(record: NewRecord, readers: Iterable[Reader], routes: Mapping[str, str]) -> Route:
    """`routes` is the pack's for this kind of record: for each subject the role that takes it."""
    here = [reader for reader in readers if reader.school == record.school]
    excluded = _excluded(record, here)
    may = [reader for reader in here if reader not in excluded and reader.receives]
    # A pupil may have the headteacher's surname, and is still no concern about the headteacher.
    about_school = record.subject not in FAMILY
    head_is_in_it = record.subject == "head" or (about_school and _holds(excluded, "head"))
    lead_is_in_it = record.subject == "dsl" or (about_school and _holds(excluded, "dsl"))

    line = _line(record, routes, head_is_in_it, lead_is_in_it)
    receivers = _first(may, line)
    if record.kind == "urgent":
        receivers = _unique([*(one for one in may if one.roles & set(FIRST_HELP)), *receivers])
    receivers = _unique([*receivers, *_beside(record, may, line)])
    copied: list[Reader] = []
    if _is_of_safety(record) and not head_is_in_it and not lead_is_in_it:
        copied = _holding(may, "dsl") or _holding(may, "deputy-dsl")
    receivers = _unique([*receivers, *covers(receivers, may)])
    copied = _unique([*copied, *covers(copied, may)])
    return Route(
        tuple(receivers),
        tuple(one for one in copied if one not in receivers),
        tuple(excluded),
        () if receivers else _outside(excluded),
        with_covers(tuple(_behind(may, line, receivers)), receivers, may),
    )


def _is_of_safety(record: NewRecord) -> bool:
    pressing = record.kind in AT_RISK and record.severity != "routine"
    return record.kind in CHILDRENS_SAFETY or pressing


def _excluded(record: NewRecord, here: Sequence[Reader]) -> list[Reader]:
    """Whom it is about: by their post, by name, and the same person entered a second time."""
    found = [one for one in here if record.subject in one.roles or names(record, one)]
    return [one for one in here if any(one is other or same_person(one, other) for other in found)]


def names(record: NewRecord, reader: Reader) -> bool:
    """Whether a record names a reader. Of something urgent nobody was asked who it is about, so
    whoever is called by their whole name in it doesn't have it: others are told at once.
    """
    given_alone = record.subject not in FAMILY
    if is_named(reader, record.named, given_alone=given_alone):
        return True
    return record.kind == "urgent" and stands_in(reader, record.words)


def _line(
    record: NewRecord, routes: Mapping[str, str], head_is_in_it: bool, lead_is_in_it: bool
) -> tuple[str, ...]:
    """The roles that take it, one after the other."""
    if head_is_in_it:
        return ABOUT_HEAD
    if lead_is_in_it and (record.subject == "dsl" or record.kind in CHILDRENS_SAFETY):
        return ABOUT_DSL
    if record.subject == "staff" and record.kind in CHILDRENS_SAFETY:
        return ABOUT_STAFF
    named = routes.get(record.subject) or routes.get("other")
    return (named, *IN_LINE) if named else IN_LINE


def _first(may: Sequence[Reader], line: Iterable[str]) -> list[Reader]:
    """Those of the first role that somebody present holds, and those away whom that passes."""
    passed: list[Reader] = []
    for role in line:
        holders = [reader for reader in may if role in reader.roles]
        passed = _unique([*passed, *holders])
        if covers(holders, may) or not all(reader.away for reader in holders):
            break
    return passed


def _beside(record: NewRecord, may: Sequence[Reader], line: Sequence[str]) -> Iterator[Reader]:
    """Those who take it together with the first in line, whom the policy names."""
    posts = TOGETHER.get(record.kind, ())
    holders = [_holding(may, post) for post in posts]
    if line[0] in posts and all(holders):
        yield from (one for held in holders for one in held)


def _behind(
    may: Sequence[Reader], line: Iterable[str], receivers: Sequence[Reader]
) -> Iterator[tuple[Reader, ...]]:
    """The next steps down the line; none where nobody received it."""
    passed, steps = list(receivers), 0
    for role in line if receivers else ():
        step = tuple(one for one in may if role in one.roles and one not in passed)
        if step and steps < BEHIND:
            passed, steps = [*passed, *step], steps + 1
            yield step


def _outside(excluded: Iterable[Reader]) -> tuple[Outside, ...]:
    if _holds(excluded, "chair-of-governors"):
        return ("lado",)
    return ("chair-of-governors", "lado")


def _holds(readers: Iterable[Reader], role: ReaderRole) -> bool:
    return any(role in reader.roles for reader in readers)


def _holding(readers: Iterable[Reader], role: ReaderRole) -> list[Reader]:
    return [reader for reader in readers if role in reader.roles]


def _unique(readers: Iterable[Reader]) -> list[Reader]:
    return list({reader.id: reader for reader in readers}.values())
