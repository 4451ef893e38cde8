"""Who a report is kept from, and for how long: settled seldom, by whoever received it.

Both are written down with their reasons. Whoever only has a copy leaves them to the receiver, as
they leave it to close the report.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.entries import OpenedCase
from bot.desk.opened import case_for
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours, StoreError

LEAST_REASON, MOST_REASON = 3, 500
ONLY_A_COPY = (
    "You have a copy of this report; this is for whoever received it. Nothing was changed."
)
NO_REASON = "Say why, in a few words. It is written down with your name."
LONG_REASON = f"The reason is too long: {MOST_REASON} characters are enough."
NOBODY = "Choose from the list who is left out. Nothing was changed."
NOT_SURE = "Tick the box to say that you know it can’t be undone. Nothing was changed."

Shown = Callable[[Visit, OpenedCase, str, str], Awaitable[Response]]
"""The page of a record, with what is wrong and with which of its forms."""


def routes(shown: Shown) -> list[Route]:
    async def hold(request: Request) -> Response:
        visit, case = visit_of(request), await case_for(request)
        reference, reason = case.opened.record.reference, visit.typed("reason").strip()
        try:
            _check(case)
            if len(reason) < LEAST_REASON:
                raise BotError(NO_REASON)
            if len(reason) > MOST_REASON:
                raise BotError(LONG_REASON)
            await visit.services.casework.hold(
                reference, visit.reader.id, visit.key, held=not case.held, reason=reason
            )
        except (StoreError, NotYours):
            raise
        except BotError as problem:
            return await shown(visit, case, str(problem), "hold")
        return visit.goes_to(f"/records/{reference}#held")

    async def leave_out(request: Request) -> Response:
        visit, case = visit_of(request), await case_for(request)
        reference = case.opened.record.reference
        try:
            _check(case)
            who = await _colleague(visit)
            if visit.typed("sure") != "1":
                raise BotError(NOT_SURE)
            await visit.services.store.keyholders.exclude(
                reference, visit.reader.id, visit.key, who
            )
        except (StoreError, NotYours):
            raise
        except BotError as problem:
            return await shown(visit, case, str(problem), "leave-out")
        return visit.goes_to(f"/records/{reference}")

    return [
        Route("/records/{reference}/hold", hold, methods=["POST"]),
        Route("/records/{reference}/leave-out", leave_out, methods=["POST"]),
    ]


def _check(case: OpenedCase) -> None:
    if case.part != "receiver":
        raise BotError(ONLY_A_COPY)


async def _colleague(visit: Visit) -> int:
    typed = visit.typed("who")
    for one in await visit.services.store.readers(visit.reader.school):
        if str(one.id) == typed and one.id != visit.reader.id:
            return one.id
    raise BotError(NOBODY)
