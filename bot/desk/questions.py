"""The gap list: what people asked and got no answer to, until somebody has done something about it.

Names and numbers were taken out before a question was kept. It is still somebody's question, so an
administrator doesn't see it.
"""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.lent import Questions
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import NotYours

HEADINGS = {
    "not_covered": (
        "The policy is silent",
        "Topics that people asked about, and on which the policy says nothing. They were told "
        "whom to ask.",
    ),
    "unknown": (
        "Not understood",
        "Put together by meaning. They may be asked of something that the policy does answer.",
    ),
    "outside": (
        "Outside this policy",
        "School life that this policy isn’t about. They were sent to the school office.",
    ),
}
MOST_NUMBERS = 5000


def routes(pages: Pages) -> list[Route]:
    async def listed(request: Request) -> Response:
        visit = visit_of(request)
        dealt = request.query_params.get("show", "") == "dealt"
        school = visit.reader.school
        found = await _lent(visit).grouped(school, dealt=dealt)
        kinds = [
            (*HEADINGS[kind], kind, list(group))
            for kind, group in groupby(found, key=lambda one: one.kind)
        ]
        return pages.show(
            visit,
            "questions.html",
            here="questions",
            kinds=kinds,
            dealt=dealt,
            asked=sum(one.times for one in found),
        )

    async def settle(request: Request) -> Response:
        visit = visit_of(request)
        dealt = visit.typed("what") != "back"
        _lent(visit)
        numbers = _numbers(visit.typed("numbers"))
        await visit.services.store.views.settle_gaps(visit.reader, numbers, dealt=dealt)
        return visit.goes_to("/questions" if dealt else "/questions?show=dealt")

    return [
        Route("/questions", listed, methods=["GET"]),
        Route("/questions/settle", settle, methods=["POST"]),
    ]


def _lent(visit: Visit) -> Questions:
    if visit.services.lent.questions is None:
        raise NotYours("No questions are kept here.")
    return visit.services.lent.questions


def _numbers(typed: str) -> list[int]:
    """Whatever isn't a number is left out; another school's are looked for among this one's."""
    words = typed.split()[:MOST_NUMBERS]
    return [int(one) for one in words if one.isascii() and one.isdecimal() and len(one) < 16]
