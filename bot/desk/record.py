"""One record, as its reader has it before them, on the screen and on paper."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import OpenedRecord, read_reference
from bot.desk import words
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import NotYours

PLAIN_ROLES = ("", "staff", "parent")


def routes(pages: Pages) -> list[Route]:
    async def record(request: Request) -> Response:
        visit = visit_of(request)
        return pages.show(visit, "record.html", opened=await opened_for(request), told=told_by)

    async def paper(request: Request) -> Response:
        visit = visit_of(request)
        return pages.show(visit, "paper.html", opened=await opened_for(request), told=told_by)

    return [
        Route("/records/{reference}", record, methods=["GET"]),
        Route("/records/{reference}/print", paper, methods=["GET"]),
    ]


async def opened_for(request: Request) -> OpenedRecord:
    """The record that the address names, opened with the reader's own key."""
    visit: Visit = visit_of(request)
    reference = request.path_params["reference"]
    if read_reference(reference) != reference or not reference.isascii():
        raise NotYours("There is no such reference.")
    (opened,) = await visit.services.cases.opened([reference], visit.reader.id, visit.key)
    return opened


def told_by(opened: OpenedRecord) -> str:
    said = opened.record.told_by
    return words.TOLD_BY.get(said, said or "Not said")
