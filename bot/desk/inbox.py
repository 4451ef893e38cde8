"""The inbox: what needs its reader first, and filters.

Each section comes from the store in its own order; on a page, what is urgent stands first in its
section. A filter stands in the address, as it names nobody; what is searched for doesn't, see
`search`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.entries import SECTIONS, Line, Section
from bot.desk import words
from bot.desk.opened import named
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.store.desk_lists import Counted
from bot.store.lists import MOST, STILL_OPEN, Filter

AT_ONCE = 50
"""Lines of one page."""

FILTERS = ("view", "kind", "severity", "status", "since", "until")

WITH_TASKS = ("", "overdue")
"""The views that begin with what somebody was given to do."""

TITLES: Mapping[Section, str] = {
    "overdue": "Overdue",
    "new": "New",
    "open": "In hand",
    "closed": "Closed",
}


@dataclass(frozen=True)
class View:
    """One way to look at the inbox, with how many lines there are in it as far as it is counted."""

    name: str
    title: str
    count: str


@dataclass(frozen=True)
class Group:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Todo:
    """An action that somebody was given, as it stands in the inbox."""

    reference: str
    kind: str
    who: str
    due: date | None
    late: bool


@dataclass(frozen=True)
class Unheard:
    """A record that reached nobody, or not somebody whom it should have."""

    reference: str
    says: str


NOBODY = "Nobody has seen it, though everybody in line was told"
NOT_BROUGHT = "{who} can’t be told that it is there: speak to them"
NOT_TO_YOU = "You couldn’t be told of it: ask whoever looks after Signpost to mend your address"


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def inbox(request: Request) -> Response:
        visit = visit_of(request)
        asked = {name: request.query_params.get(name, "") for name in FILTERS}
        after = request.query_params.get("after", "")[:80]
        wanted = filter_of(asked, pages.calendar, after=after, limit=AT_ONCE + 1)
        lines = await visit.services.casework.inbox(visit.reader.id, wanted)
        listed, rest = lines[:AT_ONCE], lines[AT_ONCE:]
        return pages.show(
            visit,
            "inbox.html",
            here="inbox",
            groups=_groups(listed),
            more=urlencode({**_pressed(asked), "after": listed[-1].after}) if rest else None,
            first=urlencode(_pressed(asked)) if after else None,
            welcome="welcome" in request.query_params,
            unheard=await _unheard(visit, asked, begun=bool(after)),
            tasks=await _tasks(visit, asked, pages.today(), begun=bool(after)),
            **await framing(visit, asked, pages.today()),
        )

    return [Route("/", inbox, methods=["GET"])]


async def _tasks(visit: Visit, asked: Mapping[str, str], today: date, *, begun: bool) -> list[Todo]:
    """What is to be done, at the head of the list where nothing narrower was asked for."""
    if not _at_the_head(asked, begun=begun):
        return []
    found = await visit.services.cases.tasks(visit.reader.id, today)
    by = named(await visit.services.store.readers(visit.reader.school) if found else ())
    shown = [
        Todo(
            one.reference,
            one.kind,
            "you" if one.owner == visit.reader.id else by(one.owner),
            one.due,
            late=one.due is not None and one.due < today,
        )
        for one in found
    ]
    return [one for one in shown if one.late] if asked["view"] == "overdue" else shown


async def _unheard(visit: Visit, asked: Mapping[str, str], *, begun: bool) -> list[Unheard]:
    """Of what this reader can open, what an alert is lost of, and what nobody looks at."""
    if not _at_the_head(asked, begun=begun):
        return []
    found = await visit.services.store.minding.trouble(reader=visit.reader.id)
    by = named(await visit.services.store.readers(visit.reader.school) if found else ())

    def says(reader: int | None) -> str:
        if reader is None:
            return NOBODY
        return NOT_TO_YOU if reader == visit.reader.id else NOT_BROUGHT.format(who=by(reader))

    return [Unheard(one.reference, says(one.reader)) for one in found]


def _at_the_head(asked: Mapping[str, str], *, begun: bool) -> bool:
    """Whether this is the beginning of the whole list, or of what is late of it."""
    narrower = any(asked[name] for name in FILTERS if name != "view")
    return not begun and not narrower and asked["view"] in WITH_TASKS


async def framing(visit: Visit, asked: Mapping[str, str], today: date) -> dict[str, Any]:
    """What stands around the list, whatever is in it: the views, and what can be asked for."""
    counts = await visit.services.casework.counts(visit.reader.id)
    waiting = await visit.services.cases.waiting(visit.reader.id)
    late = await visit.services.cases.late_tasks(visit.reader.id, today)
    return {
        "asked": asked,
        "filtered": any(asked[name] for name in FILTERS if name != "view"),
        "pressed": urlencode(_pressed(asked)),
        "views": _views(counts, waiting, late),
    }


def filter_of(
    asked: Mapping[str, str], calendar: words.Calendar, *, after: str = "", limit: int = AT_ONCE
) -> Filter:
    """What was asked for; a word that means nothing here is as if it weren't there."""
    view = asked["view"]
    severity, status = asked["severity"], asked["status"]
    kinds = frozenset(_known(asked["kind"], words.KINDS))
    if view == "decide":
        kinds = (kinds & words.NEEDS_DECISION) or words.NEEDS_DECISION
    until = calendar.begins(asked["until"])
    return Filter(
        sections=_sections(view, status),
        kinds=tuple(sorted(kinds)),
        severities=("immediate",) if view == "urgent" else _known(severity, words.SEVERITIES),
        statuses=_known(status, words.STATUSES),
        since=calendar.begins(asked["since"]),
        until=None if until is None else until + timedelta(days=1),
        after=after,
        limit=limit,
    )


def _sections(view: str, status: str) -> tuple[Section, ...]:
    if view == "all" or status == "closed":
        return SECTIONS
    if view in ("overdue", "new"):
        return ("overdue",) if view == "overdue" else ("new",)
    return STILL_OPEN


def _known(word: str, these: Mapping[str, str]) -> tuple[str, ...]:
    return (word,) if word in these else ()


def _pressed(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value}


def _groups(lines: Iterable[Line]) -> list[Group]:
    listed = list(lines)
    groups = []
    for section in SECTIONS:
        mine = [line for line in listed if line.section == section]
        # A stable sort: what presses alike stays in the order of the list.
        mine.sort(key=lambda line: line.severity != "immediate")
        if mine:
            groups.append(Group(TITLES[section], tuple(mine)))
    return groups


def _views(counts: Mapping[Section, int], waiting: Iterable[Counted], late: int) -> list[View]:
    """`late` is how many actions stand in the list with what is overdue."""
    counted = list(waiting)
    urgent = sum(number for _, severity, number in counted if severity == "immediate")
    decide = sum(number for kind, _, number in counted if kind in words.NEEDS_DECISION)
    return [
        View("", "To do", _number(sum(counts.values()))),
        View("overdue", "Overdue", _number(counts["overdue"] + late)),
        View("urgent", "Urgent", _number(urgent)),
        View("new", "New", _number(counts["new"])),
        View("decide", "For decision", _number(decide)),
        View("all", "All, with closed", ""),
    ]


def _number(count: int) -> str:
    """Counting stops somewhere, so that it costs little."""
    return str(count) if count < MOST else f"{MOST}+"
