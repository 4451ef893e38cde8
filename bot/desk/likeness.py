"""Which reports belong together: those that name the same people, and links between two of them.

Likenesses are looked for when a reader asks, among what that reader can open, and kept nowhere. A
link stands in both reports or in neither, so nobody links to a report that they can't open.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import OpenedRecord
from bot.desk import looking
from bot.desk.opened import case_for
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours

NO_SUCH_LINK = (
    "You can open no report with that reference, so nothing was linked. Check it; if the other "
    "report is for somebody else, write a note instead."
)


def routes(pages: Pages) -> list[Route]:
    async def alike(request: Request) -> Response:
        visit, case = visit_of(request), await case_for(request)
        reference = case.opened.record.reference
        if request.method != "POST":
            return visit.goes_to(f"/records/{reference}")
        found = await visit.services.store.patterns.alike(reference, visit.reader.id, visit.key)
        linked = {kept.entry.link for kept in case.entries if kept.entry.kind == "link"}
        return pages.show(
            visit,
            "alike.html",
            here="inbox",
            reference=reference,
            moves=case.moves,
            found=await _opened(visit, found),
            linked=linked,
        )

    return [Route("/records/{reference}/alike", alike, methods=["GET", "POST"])]


async def link(visit: Visit, reference: str, other: str, text: str) -> None:
    """Note in each of the two that the other belongs to it."""
    patterns, reader = visit.services.store.patterns, visit.reader.id
    try:
        await patterns.link(reference, other, reader, visit.key, text)
    except NotYours:
        raise BotError(NO_SUCH_LINK) from None


async def _opened(visit: Visit, references: list[str]) -> list[OpenedRecord]:
    return [opened async for opened, _ in looking.inside(visit, references)]
