"""A search inside what a reader can open.

What is searched for is typed into a form and sent as one, and stands in no address: a name in an
address would be kept by the browser, and by whatever logs addresses on the way. Records are opened
in memory, a few at a time, and let go; that somebody searched is written down, not what for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.entries import SECTIONS, Entry, KeptEntry, Line
from bot.cases.naming import words as name_words
from bot.cases.records import NewRecord, OpenedRecord
from bot.desk import looking
from bot.desk.inbox import FILTERS, Group, filter_of, framing
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.desk.words import Calendar

MOST_TERMS = 8

Looks = Callable[[OpenedRecord, list[KeptEntry], list[str]], bool]


@dataclass(frozen=True)
class Found:
    """What a search found; `looked` among how many, and `left` whether there are more."""

    lines: tuple[Line, ...]
    looked: int
    left: bool


def routes(pages: Pages) -> list[Route]:
    async def search(request: Request) -> Response:
        visit = visit_of(request)
        asked = asked_of(visit)
        found = await look(visit, pages.calendar) if request.method == "POST" else None
        if found is None:
            return visit.goes_to("/")
        return pages.show(
            visit,
            "found.html",
            here="inbox",
            groups=[Group("", found.lines)] if found.lines else [],
            total=len(found.lines),
            sought=visit.typed("words").strip(),
            where=visit.typed("where") if visit.typed("where") in LOOKS else "",
            looked=found.looked,
            left=found.left,
            **await framing(visit, asked, pages.today()),
        )

    return [Route("/search", search, methods=["GET", "POST"])]


def asked_of(visit: Visit) -> dict[str, str]:
    return {name: visit.typed(name) for name in FILTERS}


async def look(visit: Visit, calendar: Calendar) -> Found | None:
    """Look for what was typed; nothing where there is no word in it."""
    terms = name_words(visit.typed("words"))[:MOST_TERMS]
    if not terms:
        return None
    asked = asked_of(visit)
    wanted = filter_of(asked, calendar, limit=looking.MOST + 1)
    if not asked["view"]:
        wanted = replace(wanted, sections=SECTIONS)  # what is looked for is often closed
    lines = await visit.services.casework.inbox(visit.reader.id, wanted)
    among = lines[: looking.MOST]
    await visit.services.cases.search_begins(visit.reader.id, len(among))
    found = await _search(visit, among, LOOKS.get(visit.typed("where"), _anywhere), terms)
    return Found(tuple(found), len(among), len(lines) > len(among))


async def _search(visit: Visit, among: list[Line], looks: Looks, terms: list[str]) -> list[Line]:
    by_reference = {line.reference: line for line in among}
    return [
        by_reference[opened.record.reference]
        async for opened, entries in looking.inside(visit, list(by_reference))
        if looks(opened, entries, terms)
    ]


def _anywhere(opened: OpenedRecord, entries: list[KeptEntry], terms: list[str]) -> bool:
    record = opened.record
    facts = (part for fact in record.facts for part in fact)
    said = (part for kept in entries for part in _parts(kept.entry))
    texts = (record.reference, record.words, record.told_by, *record.named, *facts, *said)
    return _holds(texts, terms)


def _parts(entry: Entry) -> tuple[str, ...]:
    return entry.text, entry.conditions, entry.lessons, entry.toward, entry.link


def _people(opened: OpenedRecord, entries: list[KeptEntry], terms: list[str]) -> bool:
    return _holds(people_in(opened.record), terms)


def _reporter(opened: OpenedRecord, entries: list[KeptEntry], terms: list[str]) -> bool:
    return _holds((opened.record.told_by,), terms)


LOOKS: Mapping[str, Looks] = {"people": _people, "reporter": _reporter}
"""Where a search can look other than anywhere."""

PEOPLE = ("who", "name", " by")
"""What stands in the label of an answer that names somebody, such as “Who is affected”."""


def people_in(record: NewRecord) -> Iterable[str]:
    """The people of a record: who is named in it, and answers to questions of who."""
    yield from record.named
    for label, text in record.facts:
        if any(word in label.casefold() for word in PEOPLE):
            yield text


def _holds(texts: Iterable[str], terms: list[str]) -> bool:
    """Whether all terms stand in the texts, whatever their capitals, accents and apostrophes."""
    # Put apart, so that no word is made of the end of one text and the beginning of the next.
    said = "\n".join(" ".join(name_words(text)) for text in texts)
    return all(term in said for term in terms)
