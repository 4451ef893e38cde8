"""Taking something away: a record as PDF or JSON, the list as CSV.

What has left the desk is out of its hands. So a reason is asked for, and it is written down before
the file is handed out.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.records import OpenedRecord, RecordLine
from bot.desk import words
from bot.desk.pages import Pages
from bot.desk.pdf import Taken, record_as_pdf
from bot.desk.record import case_for, told_by
from bot.desk.visit import visit_of
from bot.store.desk_lists import Wanted

LEAST_REASON = 3
MOST_REASON = 500
MOST_LINES = 100_000

NO_REASON = "Say why you take this away, in a few words. It is written down with your name."
NO_FORM = "Choose PDF or JSON."


def routes(pages: Pages, now: Callable[[], datetime]) -> list[Route]:
    async def record(request: Request) -> Response:
        visit = visit_of(request)
        case = await case_for(request)
        opened = case.opened
        reference = opened.record.reference
        form, reason = visit.typed("form") or "pdf", visit.typed("reason").strip()
        error = ""
        if request.method == "POST":
            error = _wrong(reason) or ("" if form in ("pdf", "json") else NO_FORM)
            if not error:
                await visit.services.cases.exported(visit.reader.id, reference, form, reason)
                if form == "json":
                    return _file(as_json(opened, now()), f"{reference}.json", "application/json")
                taken = Taken(visit.reader.name, pages.school_name(visit.reader.school), now())
                pdf = await asyncio.to_thread(
                    record_as_pdf, opened, told_by(opened), taken, pages.calendar
                )
                return _file(pdf, f"{reference}.pdf", "application/pdf")
        return pages.show(
            visit,
            "export.html",
            400 if error else 200,
            error=error,
            reference=reference,
            reason=reason,
            form=form,
        )

    async def listed(request: Request) -> Response:
        visit = visit_of(request)
        reason = visit.typed("reason").strip()
        error = ""
        if request.method == "POST" and not (error := _wrong(reason)):
            page = await visit.services.cases.page(visit.reader.id, Wanted(limit=MOST_LINES))
            await visit.services.cases.exported(visit.reader.id, "list", "csv", reason)
            return _file(as_csv(page.lines), "reports.csv", "text/csv; charset=utf-8")
        return pages.show(
            visit,
            "export.html",
            400 if error else 200,
            error=error,
            reference=None,
            reason=reason,
            form="csv",
        )

    return [
        Route("/records/{reference}/export", record, methods=["GET", "POST"]),
        Route("/export", listed, methods=["GET", "POST"]),
    ]


def _wrong(reason: str) -> str:
    if len(reason) < LEAST_REASON:
        return NO_REASON
    if len(reason) > MOST_REASON:
        return f"The reason is too long: {MOST_REASON} characters are enough."
    return ""


def as_json(opened: OpenedRecord, taken_at: datetime) -> bytes:
    """All of it, to the letter; half a character from broken input stays as its escape."""
    whole = {
        "record": {
            **asdict(opened.record),
            "facts": [{"label": label, "text": text} for label, text in opened.record.facts],
        },
        "status": opened.status,
        "opened_at": opened.opened_at.isoformat(),
        "taken_at": taken_at.isoformat(),
    }
    return json.dumps(whole, indent=2).encode("ascii")


def as_csv(lines: Iterable[RecordLine]) -> bytes:
    """What stands in the inbox, and nothing that a record says. Nothing in it is free text, so
    that no cell can be a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("reference", "kind", "severity", "status", "received"))
    for line in lines:
        table.writerow(
            (
                line.reference,
                words.named(words.KINDS, line.kind),
                words.named(words.SEVERITIES, line.severity),
                words.named(words.STATUSES, line.status),
                line.opened_at.isoformat(timespec="minutes"),
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _file(content: bytes, name: str, media: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=media, headers={"content-disposition": disposition})
