"""Taking something away: a record on paper or for another system, all that a search found, such as
for somebody who asks what is held of them, or the list as a table.

What has left the desk is out of its hands. So a reason is asked for, and it is written into the
audit chain before the file is handed out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.inbox import FILTERS, filter_of
from bot.desk.opened import authors, case_for, told_by
from bot.desk.pages import Pages
from bot.desk.pdf import Taken, chronology_as_pdf, found_as_pdf, record_as_pdf
from bot.desk.search import asked_of, look
from bot.desk.taken import as_csv, as_json, found_as_json
from bot.desk.visit import Visit, visit_of

LEAST_REASON, MOST_REASON = 3, 500
MOST_LINES = 100_000

FORMS: Mapping[str, str] = {
    "pdf": "PDF with all that was written, for the school’s own file",
    "chronology": "Chronology with a covering sheet, for an agency outside",
    "json": "JSON with all that was written, for another system",
}

TOGETHER: Mapping[str, str] = {
    "pdf": "PDF with everything, each report on a page of its own",
    "json": "JSON with everything, for another system",
}

NO_REASON = "Say why you take this away, in a few words. It is written down with your name."
NO_FORM = "Choose in which form you take it away."
NO_PLACE = "Say to whom the chronology goes; it stands on the covering sheet."


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def record(request: Request) -> Response:
        visit = visit_of(request)
        case = await case_for(request)
        reference = case.opened.record.reference
        form, reason = visit.typed("form") or "pdf", visit.typed("reason").strip()
        toward = visit.typed("toward").strip()[:200]
        error = _wrong(form, reason, toward) if request.method == "POST" else ""
        if request.method != "POST" or error:
            files = len(case.files)
            return _asks(visit, error, reference=reference, form=form, toward=toward, files=files)
        whereto = f"{form} for {toward}" if form == "chronology" else form
        await visit.services.casework.exported(
            reference, visit.reader.id, f"As {whereto}: {reason}"
        )
        told, by = told_by(case.opened), await authors(visit)
        if form == "json":
            content = as_json(case, by, now())
            return _file(content, f"{reference}.json", "application/json")
        taken = Taken(
            visit.reader.name, pages.school_name(visit.reader.school), now(), reason, toward
        )
        paper, name = (record_as_pdf, reference)
        if form == "chronology":
            paper, name = (chronology_as_pdf, f"{reference}-chronology")
        pdf = await asyncio.to_thread(paper, case, told, by, taken, pages.calendar)
        return _file(pdf, f"{name}.pdf", "application/pdf")

    async def listed(request: Request) -> Response:
        visit = visit_of(request)
        sent = request.method == "POST"
        given = visit.form if sent else request.query_params
        asked = {name: given.get(name, "") for name in FILTERS}
        reason = visit.typed("reason").strip()
        error = _wrong("csv", reason, "") if sent else ""
        if not sent or error:
            return _asks(visit, error, asked=asked)
        wanted = filter_of(asked, pages.calendar, limit=MOST_LINES)
        lines = await visit.services.casework.inbox(visit.reader.id, wanted)
        said = f"As csv, {len(lines)} lines: {reason}"
        await visit.services.casework.exported("list", visit.reader.id, said)
        return _file(as_csv(lines), "reports.csv", "text/csv; charset=utf-8")

    async def found(request: Request) -> Response:
        """All that a search found, searched for once more; words go in no address."""
        visit = visit_of(request)
        result = await look(visit, pages.calendar) if request.method == "POST" else None
        if result is None or not result.lines:
            return visit.goes_to("/")
        form, reason = visit.typed("form"), visit.typed("reason").strip()
        error = "" if not form else NO_FORM if form not in TOGETHER else _wrong(form, reason, "")
        if error or not form:
            sought = {name: visit.typed(name) for name in ("words", "where")}
            asked = {**asked_of(visit), **sought}
            return _asks(
                visit, error, found=len(result.lines), left=result.left, form=form, asked=asked
            )
        casework, whose, by = visit.services.casework, visit.reader, await authors(visit)
        cases = [await casework.opened(one.reference, whose.id, visit.key) for one in result.lines]
        said = f"As {form}, with all {len(cases)} that a search found: {reason}"
        for one in cases:
            await casework.exported(one.opened.record.reference, whose.id, said)
        if form == "json":
            return _file(found_as_json(cases, by, now()), "found.json", "application/json")
        taken = Taken(whose.name, pages.school_name(whose.school), now(), reason)
        told = [told_by(one.opened) for one in cases]
        pdf = await asyncio.to_thread(found_as_pdf, cases, told, by, taken, pages.calendar)
        return _file(pdf, "found.pdf", "application/pdf")

    def _asks(
        visit: Visit,
        error: str,
        *,
        reference: str | None = None,
        found: int = 0,
        left: bool = False,
        form: str = "",
        toward: str = "",
        files: int = 0,
        asked: Mapping[str, str] | None = None,
    ) -> Response:
        return pages.show(
            visit,
            "export.html",
            400 if error else 200,
            error=error,
            reference=reference,
            reason=visit.typed("reason"),
            found=found,
            left=left,
            path="/export/found"
            if found
            else f"/records/{reference}/export"
            if reference
            else "/export",
            form=form or "pdf",
            forms=TOGETHER if found else FORMS if reference else {},
            toward=toward,
            files=files,
            asked=asked or {},
        )

    return [
        Route("/records/{reference}/export", record, methods=["GET", "POST"]),
        Route("/export/found", found, methods=["GET", "POST"]),
        Route("/export", listed, methods=["GET", "POST"]),
    ]


def _wrong(form: str, reason: str, toward: str) -> str:
    if len(reason) < LEAST_REASON:
        return NO_REASON
    if len(reason) > MOST_REASON:
        return f"The reason is too long: {MOST_REASON} characters are enough."
    if form not in FORMS and form != "csv":
        return NO_FORM
    return NO_PLACE if form == "chronology" and not toward else ""


def _file(content: bytes, name: str, media: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=media, headers={"content-disposition": disposition})
