"""The inbox: what needs its reader first, filters, and a search inside what they can open.

What is searched for is typed into a form and sent as one, and stands in no address: a name in an
address would be kept by the browser, and by whatever logs addresses on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import OpenedRecord, RecordLine
from bot.desk import words
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.store.desk_lists import AT_ONCE, CLOSED, NEW, Page, Wanted

MOST_SEARCHED = 500
"""Records opened for one search, the first in the list; each is opened in memory and let go."""

OPENED_AT_ONCE = 25
"""So that a search keeps nobody else's page waiting for long."""

MOST_TERMS = 8

FILTERS = ("view", "kind", "severity", "status", "since", "until")


@dataclass(frozen=True)
class View:
    """One way to look at the inbox, with how many lines there are in it."""

    name: str
    title: str
    count: int


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def inbox(request: Request) -> Response:
        visit = visit_of(request)
        asked = {name: request.query_params.get(name, "") for name in FILTERS}
        start = _number(request.query_params.get("start", ""))
        wanted = replace(_wanted(asked, pages.calendar), start=start)
        page = await visit.services.cases.page(visit.reader.id, wanted)
        return _show(visit, asked, page, start, welcome="welcome" in request.query_params)

    async def search(request: Request) -> Response:
        visit = visit_of(request)
        if request.method != "POST":
            return visit.goes_to("/")
        asked = {name: visit.typed(name) for name in FILTERS}
        wanted = replace(_wanted(asked, pages.calendar), limit=MOST_SEARCHED)
        page = await visit.services.cases.page(visit.reader.id, wanted)
        terms = visit.typed("words").casefold().split()[:MOST_TERMS]
        found = [] if not terms else await _search(visit, page, terms)
        few = Page(tuple(found), len(found), page.counts)
        looked = min(page.total, MOST_SEARCHED)
        return _show(
            visit, asked, few, 0, sought=visit.typed("words"), looked=looked, all_there=page.total
        )

    def _show(
        visit: Visit, asked: Mapping[str, str], page: Page, start: int, **more: Any
    ) -> Response:
        given: dict[str, Any] = {"welcome": False, "sought": "", "looked": 0, "all_there": 0}
        given |= more
        searched = bool(given["sought"])
        pressed = {name: value for name, value in asked.items() if value}
        later = start + AT_ONCE if start + AT_ONCE < page.total and not searched else None
        earlier = max(0, start - AT_ONCE) if start else None
        return pages.show(
            visit,
            "inbox.html",
            here="inbox",
            lines=page.lines,
            total=page.total,
            asked=asked,
            filtered=any(value for name, value in pressed.items() if name != "view"),
            views=_views(page),
            late=lambda line: _is_late(line, now()),
            later=None if later is None else urlencode({**pressed, "start": later}),
            earlier=None if earlier is None else urlencode({**pressed, "start": earlier}),
            **given,
        )

    return [
        Route("/", inbox, methods=["GET"]),
        Route("/search", search, methods=["GET", "POST"]),
    ]


def _wanted(asked: Mapping[str, str], calendar: words.Calendar) -> Wanted:
    """What was asked for; a word that means nothing here is as if it weren't there."""
    view, kind = asked["view"], asked["kind"]
    kinds = frozenset((kind,)) if kind in words.KINDS else frozenset[str]()
    if view == "decide":
        kinds = kinds & words.NEEDS_DECISION if kinds else words.NEEDS_DECISION
    severity, status = asked["severity"], asked["status"]
    since, until = calendar.begins(asked["since"]), calendar.begins(asked["until"])
    return Wanted(
        kinds=kinds,
        severity="immediate" if view == "urgent" else _known(severity, words.SEVERITIES),
        status=NEW if view == "new" else _known(status, words.STATUSES),
        still_open=view in ("urgent", "decide"),
        since=since,
        until=None if until is None else until + timedelta(days=1),
    )


def _known(word: str, these: Mapping[str, str]) -> str | None:
    return word if word in these else None


def _views(page: Page) -> list[View]:
    still = [one for one in page.counts if one[2] != CLOSED]
    return [
        View("urgent", "Urgent", sum(n for _, severity, _, n in still if severity == "immediate")),
        View("new", "New", sum(n for _, _, status, n in still if status == NEW)),
        View(
            "decide",
            "For decision",
            sum(n for kind, _, _, n in still if kind in words.NEEDS_DECISION),
        ),
        View("", "All", sum(n for *_, n in page.counts)),
    ]


LATE = {
    "immediate": timedelta(minutes=15),
    "serious": timedelta(hours=4),
    "routine": timedelta(days=1),
}
"""How long something new may wait until it is marked as unseen for long."""


def _is_late(line: RecordLine, now: datetime) -> bool:
    patience = LATE.get(line.severity, LATE["routine"])
    return line.status == NEW and now - line.opened_at > patience


async def _search(visit: Visit, page: Page, terms: list[str]) -> list[RecordLine]:
    found: list[RecordLine] = []
    for at in range(0, len(page.lines), OPENED_AT_ONCE):
        lines = page.lines[at : at + OPENED_AT_ONCE]
        opened = await visit.services.cases.opened(
            [line.reference for line in lines], visit.reader.id, visit.key
        )
        found += [line for line, one in zip(lines, opened, strict=True) if _holds(one, terms)]
    return found


def _holds(opened: OpenedRecord, terms: list[str]) -> bool:
    record = opened.record
    facts = (part for fact in record.facts for part in fact)
    text = "\n".join((record.reference, record.words, record.told_by, *record.named, *facts))
    return all(term in text.casefold() for term in terms)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
