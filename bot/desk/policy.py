"""The policy page: what is answered on each topic, on what it rests, what changed, what is overdue.

It shows what the bot says, word for word, so that whoever looks after the policy reads what staff
and parents read. Nothing is written here: a pack is edited in its own files.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.lent import Book
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import NotYours


def routes(pages: Pages) -> list[Route]:
    async def contents(request: Request) -> Response:
        visit = visit_of(request)
        found = _lent(visit).contents(visit.reader.school)
        return pages.show(visit, "policy.html", here="policy", policy=found)

    async def topic(request: Request) -> Response:
        visit = visit_of(request)
        found = _lent(visit).topic(visit.reader.school, request.path_params["topic"])
        if found is None:
            raise NotYours("There is no such topic.")
        return pages.show(visit, "topic.html", here="policy", topic=found)

    async def changes(request: Request) -> Response:
        visit = visit_of(request)
        found = await _lent(visit).revisions(visit.reader.school)
        return pages.show(visit, "policy_changes.html", here="policy", revisions=found)

    return [
        Route("/policy", contents, methods=["GET"]),
        Route("/policy/changes", changes, methods=["GET"]),
        Route("/policy/topics/{topic}", topic, methods=["GET"]),
    ]


def _lent(visit: Visit) -> Book:
    if visit.services.lent.book is None:
        raise NotYours("There is no policy here.")
    return visit.services.lent.book
