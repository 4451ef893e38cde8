"""The registers: declarations, official accounts, and who has read the policy.

What stands in a register is read from the records that its reader can open, opened for the page and
let go. So each reader has a register of their own, and nobody's names one who is kept from them.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.registers import KIND_OF, REGISTERS, Register
from bot.desk.pages import Pages
from bot.desk.visit import visit_of
from bot.errors import NotYours

SOON = timedelta(days=30)
"""How long before its day a review is pointed out."""

LONGEST_PLACE = 18


def routes(pages: Pages) -> list[Route]:
    async def first(request: Request) -> Response:
        return visit_of(request).goes_to(f"/registers/{REGISTERS[0]}")

    async def register(request: Request) -> Response:
        visit = visit_of(request)
        name = _register(request.path_params["register"])
        after = request.query_params.get("after", "")
        if not (after.isascii() and after.isdecimal() and len(after) <= LONGEST_PLACE):
            after = ""
        registers, reader = visit.services.store.registers, visit.reader.id
        page = await registers.page(name, reader, visit.key, after)
        today = pages.today()
        reviews = [
            one
            for one in await registers.reviews(reader, today + SOON)
            if one.kind == KIND_OF[name]
        ]
        known = {one.reference: one for one in page.entries}
        return pages.show(
            visit,
            "registers.html",
            here="registers",
            register=name,
            registers=REGISTERS,
            entries=sorted(page.entries, key=lambda one: not one.due),
            reviews=reviews,
            known=known,
            today=today,
            after=page.after,
            begun=bool(after),
        )

    return [
        Route("/registers", first, methods=["GET"]),
        Route("/registers/{register}", register, methods=["GET"]),
    ]


def _register(name: str) -> Register:
    for register in REGISTERS:
        if register == name:
            return register
    raise NotYours("There is no such register.")
