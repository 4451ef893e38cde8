"""Patterns: how many reports of each kind came in, how soon they were looked at, and where it was.

All of it is counted among the records that its reader holds a key to, and small numbers are kept
back as `bot.cases.figures` says, so that the page can be printed for governors. Where something
happened stands in no clear column, nor whom a concern is about: these are looked for when the
reader asks for it, by opening their own records in memory, as a search does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.figures import LEAST, Spread, Term, Told, spread, terms, told
from bot.cases.patterns import LEAST as LEAST_CONCERNS
from bot.cases.patterns import Pattern
from bot.cases.records import KINDS, SEVERITIES, NewRecord
from bot.desk import charts, looking, words
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.store.courses import Course

TERMS = 4
YEAR = timedelta(days=365)
MOST_TIMED = 2000

WHERE = frozenset(("App or site", "In touch on"))
"""The questions, by their labels, whose answers name a platform."""

LONGEST_NAME = 40
TOGETHER = "Other kinds"


@dataclass(frozen=True)
class KindRow:
    name: str
    numbers: Sequence[int | None]
    chart: Markup


@dataclass(frozen=True)
class Places:
    """Where things happened; `opened` is among how many records it was looked for.

    What was named seldom isn't told, nor how often in all, from which it could be worked out.
    """

    rows: Sequence[tuple[str, int]]
    opened: int
    chart: Markup


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def show(
        visit: Visit,
        places: Places | None = None,
        concerns: Sequence[Pattern] | None = None,
    ) -> Response:
        views, reader = visit.services.store.views, visit.reader
        shown = terms(pages.today(), TERMS)
        counts = await views.kinds(reader, [(term.begins, term.ends) for term in shown])
        courses = await views.times(reader, now() - YEAR, MOST_TIMED)
        by_term = [told(one, KINDS) for one in counts]
        totals = [one.total for one in by_term]
        timed = [(words.SEVERITIES[one], *_times(courses, one)) for one in SEVERITIES]
        return pages.show(
            visit,
            "patterns.html",
            here="patterns",
            terms=shown,
            kinds=_kind_rows(by_term, shown),
            any_reports=any(one != 0 for one in totals),
            totals=totals,
            total_chart=_columns(totals, shown, max(one or 0 for one in totals)),
            timed=timed,
            time_chart=charts.durations(
                [(name, seen.half, closed.half) for name, seen, closed in timed]
            ),
            long=words.how_long,
            newest=MOST_TIMED if len(courses) == MOST_TIMED else None,
            places=places,
            most=looking.MOST,
            concerns=concerns,
            least=LEAST_CONCERNS,
            day=pages.calendar.day,
        )

    async def patterns(request: Request) -> Response:
        return await show(visit_of(request))

    async def where(request: Request) -> Response:
        visit = visit_of(request)
        if request.method != "POST":
            return visit.goes_to("/patterns")
        return await show(visit, await _places(visit, now() - YEAR))

    async def concerns(request: Request) -> Response:
        visit = visit_of(request)
        if request.method != "POST":
            return visit.goes_to("/patterns")
        found = await visit.services.store.patterns.concerns(visit.reader.id, visit.key)
        return await show(visit, concerns=found)

    return [
        Route("/patterns/concerns", concerns, methods=["GET", "POST"]),
        Route("/patterns", patterns, methods=["GET"]),
        Route("/patterns/places", where, methods=["GET", "POST"]),
    ]


def _kind_rows(by_term: Sequence[Told], shown: Sequence[Term]) -> list[KindRow]:
    rows = []
    for kind in KINDS:
        numbers = [
            0 if one.together == 0 and kind not in one.alone else one.alone.get(kind)
            for one in by_term
        ]
        if any(numbers):
            rows.append((words.KINDS[kind], numbers))
    together = [one.together for one in by_term]
    if any(together) or None in together:
        rows.append((TOGETHER, together))
    highest = max((number or 0 for _, numbers in rows for number in numbers), default=0)
    return [KindRow(name, numbers, _columns(numbers, shown, highest)) for name, numbers in rows]


def _columns(numbers: Sequence[int | None], shown: Sequence[Term], highest: int) -> Markup:
    names = [(season[:3], year) for season, year in (term.name.split() for term in shown)]
    return charts.columns(numbers, names, highest)


def _times(courses: Sequence[Course], severity: str) -> tuple[Spread, Spread]:
    """Until it was seen, and until it was closed."""
    these = [one for one in courses if one.severity == severity]
    seen = [one.seen_at - one.opened_at for one in these if one.seen_at]
    closed = [one.closed_at - one.opened_at for one in these if one.closed_at]
    return spread(seen), spread(closed)


async def _places(visit: Visit, since: datetime) -> Places:
    services = visit.services
    references = await services.store.views.references(visit.reader, since, looking.MOST)
    counts: Counter[str] = Counter()
    async for one, _ in looking.inside(visit, references):
        if name := _place(one.record):
            counts[name] += 1
    often = [(name, number) for name, number in _alike(counts).items() if number >= LEAST]
    rows = sorted(often, key=lambda row: -row[1])
    return Places(rows, len(references), charts.rows(rows))


def _place(record: NewRecord) -> str:
    named = (text for label, text in record.facts if label in WHERE)
    return next(named, "").strip()[:LONGEST_NAME]


def _alike(counts: Mapping[str, int]) -> dict[str, int]:
    """Names that differ in capitals only are one, written as most people did."""
    names: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for name, number in sorted(counts.items(), key=lambda one: -one[1]):
        numbers[names.setdefault(name.casefold(), name)] += number
    return dict(numbers)
