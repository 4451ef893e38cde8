"""One record: what was told, what followed, and what can be done next; on screen and on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.entries import Entry, OpenedCase
from bot.cases.people import Reader
from bot.cases.records import OpenedRecord, read_reference
from bot.cases.workflow import OUTCOMES, Move, Status, choices
from bot.desk import pictures, words
from bot.desk.chronology import By
from bot.desk.pages import Pages
from bot.desk.steps import Case, read_step
from bot.desk.traces import traces
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours, StoreError


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def shown(visit: Visit, case: OpenedCase, error: str = "", what: str = "") -> Response:
        readers = await visit.services.store.readers(visit.reader.school)
        return pages.show(
            visit,
            "record.html",
            400 if error else 200,
            error=error,
            what=what,
            typed=visit.form if error else {},
            readers=readers,
            offered=_offered(case),
            outcomes=OUTCOMES,
            today=pages.calendar.today(now()),
            **_told(case, readers),
        )

    async def record(request: Request) -> Response:
        visit = visit_of(request)
        case = await _seen(visit, await case_for(request))
        return await shown(visit, case)

    async def paper(request: Request) -> Response:
        visit = visit_of(request)
        case = await case_for(request)
        readers = await visit.services.store.readers(visit.reader.school)
        return pages.show(visit, "paper.html", **_told(case, readers))

    async def step(request: Request) -> Response:
        visit = visit_of(request)
        case, casework = await case_for(request), visit.services.casework
        what = visit.typed("what")
        readers = await visit.services.store.readers(visit.reader.school)
        reference = case.opened.record.reference
        about = Case(
            reference,
            case.opened.record.kind,
            _status(case.opened.status),
            {reader.id for reader in readers},
            pages.calendar.today(now()),
            case.part,
            case.reachable,
        )
        try:
            done = read_step(what, visit.form, about)
            whose = reference, visit.reader.id, visit.key
            moves = _number(visit.typed("moves"))
            if done.entry.kind == "to-reporter":
                waits = moves if done.moves else None
                await casework.tell_reporter(*whose, done.entry.text, waits)
            elif done.moves:
                await casework.move(*whose, done.entry, moves)
            else:
                await casework.add_entry(*whose, done.entry)
        except (StoreError, NotYours):
            raise
        except BotError as problem:
            return await shown(visit, case, str(problem), what)
        return visit.goes_to(f"/records/{reference}#newest")

    async def file(request: Request) -> Response:
        visit = visit_of(request)
        case, number = await case_for(request), request.path_params["number"]
        evidence = await visit.services.casework.evidence(
            case.opened.record.reference, number, visit.reader.id, visit.key
        )
        if page := request.path_params.get("page"):
            drawn = await asyncio.to_thread(pictures.picture, evidence, page)
            return Response(drawn, media_type=pictures.MEDIA)
        return pages.show(
            visit,
            "file.html",
            reference=case.opened.record.reference,
            number=number,
            count=await asyncio.to_thread(pictures.pages_in, evidence),
            says=pictures.words_of(evidence) if evidence.media == "text/plain" else None,
            evidence=evidence,
            traces=await asyncio.to_thread(traces, evidence),
        )

    return [
        Route("/records/{reference}", record, methods=["GET"]),
        Route("/records/{reference}/print", paper, methods=["GET"]),
        Route("/records/{reference}/step", step, methods=["POST"]),
        Route("/records/{reference}/files/{number:int}", file, methods=["GET"]),
        Route("/records/{reference}/files/{number:int}/{page:int}", file, methods=["GET"]),
    ]


async def case_for(request: Request) -> OpenedCase:
    """The record that the address names, opened with the reader's own key."""
    visit = visit_of(request)
    reference = request.path_params["reference"]
    if read_reference(reference) != reference or not reference.isascii():
        raise NotYours("There is no such reference.")
    return await visit.services.casework.opened(reference, visit.reader.id, visit.key)


async def _seen(visit: Visit, case: OpenedCase) -> OpenedCase:
    """Whoever opens a new record has seen it, and it is said to be so from then on."""
    casework, record = visit.services.casework, case.opened.record
    moves = choices(_status(case.opened.status), record.kind, case.part)
    if "see" not in moves:
        return case
    whose = record.reference, visit.reader.id, visit.key
    try:
        await casework.move(*whose, Entry("move", status="seen"), case.moves)
    except StoreError:
        raise
    except BotError:
        pass  # somebody else was quicker, and has seen it
    return await casework.opened(*whose)


def _offered(case: OpenedCase) -> frozenset[Move]:
    return frozenset(choices(_status(case.opened.status), case.opened.record.kind, case.part))


def _status(word: str) -> Status:
    for status in get_args(Status):
        if status == word:
            found: Status = status
            return found
    raise StoreError(f"A record's status is {word!r}, which this version of Signpost doesn't know.")


async def authors(visit: Visit) -> By:
    """Who wrote what, by name."""
    return _named(await visit.services.store.readers(visit.reader.school))


def _named(readers: list[Reader]) -> By:
    names = {reader.id: reader.name for reader in readers}

    def by(author: int | None) -> str:
        return "The person who reported" if author is None else names.get(author, "A former reader")

    return by


def _told(case: OpenedCase, readers: list[Reader]) -> Mapping[str, Any]:
    return {"case": case, "opened": case.opened, "told": told_by, "by": _named(readers)}


def told_by(opened: OpenedRecord) -> str:
    role, comma, more = opened.record.told_by.partition(", ")
    return f"{words.TOLD_BY.get(role, role)}{comma}{more}" or "Not said"


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1
