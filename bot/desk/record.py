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
from bot.cases.proof import fingerprint
from bot.cases.workflow import OUTCOMES, Move, Status, choices
from bot.desk import custody, likeness, pictures
from bot.desk.opened import case_for, named, told_by
from bot.desk.pages import Pages
from bot.desk.steps import Case, read_step
from bot.desk.traces import traces
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours, StoreError


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def shown(visit: Visit, case: OpenedCase, error: str = "", what: str = "") -> Response:
        """The page; where something is wrong, with what was typed into one of its forms."""
        readers = await visit.services.store.readers(visit.reader.school)
        return pages.show(
            visit,
            "record.html",
            400 if error else 200,
            error=error,
            what=what,
            typed=visit.form if error else {},
            owners=[one for one in readers if one.id in case.holders],
            others=[one for one in readers if one.id != visit.reader.id],
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
        reference = case.opened.record.reference
        about = Case(
            reference,
            case.opened.record.kind,
            _status(case.opened.status),
            case.holders,
            pages.calendar.today(now()),
            case.part,
            case.reachable,
            {kept.number for kept in case.to_do},
        )
        try:
            done = read_step(what, visit.form, about)
            whose = reference, visit.reader.id, visit.key
            moves = _number(visit.typed("moves"))
            if done.entry.kind == "to-reporter":
                waits = moves if done.moves else None
                await casework.tell_reporter(*whose, done.entry.text, waits)
            elif done.entry.kind == "link":
                await likeness.link(visit, reference, done.entry.link, done.entry.text)
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
        *custody.routes(shown),
        *likeness.routes(pages),
    ]


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


def _told(case: OpenedCase, readers: list[Reader]) -> Mapping[str, Any]:
    return {
        "case": case,
        "opened": case.opened,
        "texts": {kept.number: kept.entry.text for kept in case.entries},
        "told": told_by,
        "proof": fingerprint(case.opened.record),
        "by": named(readers),
    }


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1
