"""The audit: who did what, when, to which record, and whether the list stands as it was written.

Numbers of rows are shown nowhere. Whoever is kept from a record would learn from a number that
grows, or from a gap between two, that something is done which they don't see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import read_reference
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.store import Audited, AuditRow
from bot.store.acts import WantedActs

AT_ONCE = 50
MOST_PAGES = 200
A_READER = re.compile(r"reader (\d+)")

ACTORS: Mapping[str, str] = {
    "bot": "Signpost",
    "administrator": "An administrator",
    "recovery sheet": "Somebody with the recovery sheet",
}

DID: Mapping[str, str] = {
    "viewed": "opened",
    "viewed in a register": "opened, in a register,",
    "seen": "has seen",
    "added note": "added a note to",
    "added private-note": "added a private note to",
    "added correction": "added a correction to",
    "added action": "added something to do to",
    "added done": "ticked something off in",
    "added to-reporter": "wrote to the reporter of",
    "added decision": "decided on",
    "added referral": "noted a referral of",
    "added link": "linked",
    "added move": "changed the status of",
    "exported": "took away",
}
"""What the store calls what was done, as a person says it; the rest stands as it is."""

DETAILS: Mapping[str, str] = {
    "NotYours": "they have no key to it",
    "MovedMeanwhile": "somebody else was quicker",
    "Excluded": "it is about them, or they have a part in it",
    "SealError": "it was changed in the database",
}
"""What a refusal's name means, for a person."""


def routes(pages: Pages) -> list[Route]:
    async def show(visit: Visit, request: Request, checked: Audited | None = None) -> Response:
        start = min(_number(request.query_params.get("start", "")) or 0, AT_ONCE * MOST_PAGES)
        reference = request.query_params.get("reference", "").strip()[:40]
        who = _number(request.query_params.get("who", ""))
        wanted = WantedActs(read_reference(reference) if reference else "", who, start, AT_ONCE + 1)
        views = visit.services.store.views
        rows = await views.acts(visit.reader, wanted)
        readers = await visit.services.store.readers(visit.reader.school)
        names = {one.id: one.name for one in readers}
        asked = {"reference": reference, "who": "" if who is None else str(who)}
        return pages.show(
            visit,
            "audit.html",
            here="audit",
            acts=[_in_words(row, names) for row in rows[:AT_ONCE]],
            readers=readers,
            asked=asked,
            filtered=any(asked.values()),
            checked=checked,
            earlier=start - AT_ONCE if start >= AT_ONCE else None,
            later=start + AT_ONCE if len(rows) > AT_ONCE else None,
        )

    async def listed(request: Request) -> Response:
        return await show(visit_of(request), request)

    async def check(request: Request) -> Response:
        visit = visit_of(request)
        if request.method != "POST":
            return visit.goes_to("/audit")
        return await show(visit, request, await visit.services.store.views.verify())

    return [
        Route("/audit", listed, methods=["GET"]),
        Route("/audit/check", check, methods=["GET", "POST"]),
    ]


def _in_words(row: AuditRow, names: Mapping[int, str]) -> dict[str, Any]:
    is_record = row.object.startswith("SP-")
    return {
        "at": row.at,
        "who": ACTORS.get(row.actor) or _named(row.actor, names),
        "did": DID.get(row.action) or _named(row.action, names),
        "reference": row.object if is_record else "",
        "what": "" if is_record else _thing(row.object, names),
        "detail": DETAILS.get(row.detail or "", row.detail or ""),
        "refused": row.action.startswith("refused"),
    }


def _named(text: str, names: Mapping[int, str]) -> str:
    """Readers by their names, where they are readers still."""
    return A_READER.sub(lambda found: _name(int(found[1]), names), text)


def _name(number: int, names: Mapping[int, str]) -> str:
    return names.get(number, f"a former reader ({number})")


def _thing(about: str, names: Mapping[int, str]) -> str:
    return _named(about, names) if about.startswith("reader ") else "the school"


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else None
