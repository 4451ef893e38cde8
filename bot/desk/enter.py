"""Writing a report down for somebody who rang, came in, or handed in a paper.

The questions are the bot's own, on one page. What is written is filed, routed, sealed and alerted
like any other report: whoever takes it down may find that they can't open it afterwards, because
it is about them, or for others.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases import evidence
from bot.cases.people import ROLES
from bot.cases.records import Evidence, NewRecord, RecordKind, read_reference
from bot.cases.routing import Route as CaseRoute
from bot.cases.routing import SchoolRoutes, hand_over
from bot.cases.standing import POSTS
from bot.desk import words
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours, ReferenceTaken, StoreError

LONGEST = {"story": 12_000}
LONGEST_LINE = 1_000
CAME: Mapping[str, str] = {
    "phone": "By phone",
    "person": "In person",
    "paper": "On paper",
    "letter": "By letter or e-mail",
}
TAKEN_DOWN, CAME_BY, CAME_ON = "Written down by", "How it came", "When it came"

NO_CAME = "Choose how the report came."
NO_ROLE = "Choose who told it."
NO_DAY = "Write the day on which it came; it can’t be later than today."
CHOOSE_AGAIN = "Choose the files again as well: a browser forgets them."
TWICE = "This report is stored already, under {reference}. It was not stored a second time."
STALE = "This page was open for too long. Nothing was stored; load the form again and copy over."


class Asked(Protocol):
    """One question of a form."""

    @property
    def slot(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def skip(self) -> str: ...
    @property
    def only_if(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def titles(self) -> Mapping[str, str]: ...


class Form(Protocol):
    @property
    def questions(self) -> Mapping[str, Asked]: ...


class Filed(Protocol):
    def __call__(
        self,
        kind: RecordKind,
        answers: Mapping[str, str],
        *,
        reference: str,
        school: str,
        role: str,
    ) -> NewRecord: ...


@dataclass(frozen=True)
class Paper:
    """The forms that there are, and what becomes of their answers."""

    forms: Mapping[RecordKind, Form]
    filed: Filed
    routes: Callable[[str], SchoolRoutes]
    new_reference: Callable[[], str]


def routes(pages: Pages, paper: Paper | None, now: Callable[[], datetime]) -> list[Route]:
    if paper is None:
        return []
    given = paper

    async def choose(request: Request) -> Response:
        visit = visit_of(request)
        return pages.show(
            visit,
            "enter.html",
            here="inbox",
            kinds=[kind for kind in words.KINDS if kind in given.forms],
        )

    async def form(request: Request) -> Response:
        visit, kind = visit_of(request), _kind(request)
        if request.method != "POST":
            return shown(visit, kind, given.new_reference())
        reference = read_reference(visit.typed("reference")[:40])
        if not hmac.compare_digest(
            _proof(visit, reference).encode(), visit.typed("proof").encode()
        ):
            return shown(visit, kind, given.new_reference(), STALE)
        try:
            record = _taken_down(visit, kind, reference)
            files = await asyncio.to_thread(read_files, visit.files)
            readers = await visit.services.store.readers(visit.reader.school)
            handover = hand_over(record, readers, given.routes(visit.reader.school))
            await visit.services.cases.take_down(handover, visit.reader.id, files)
        except StoreError:
            raise
        except ReferenceTaken:
            return shown(visit, kind, reference, TWICE.format(reference=reference))
        except BotError as problem:
            again = f" {CHOOSE_AGAIN}" if visit.files else ""
            return shown(visit, kind, reference, f"{problem}{again}")
        return pages.show(
            visit,
            "entered.html",
            here="inbox",
            reference=reference,
            receivers=_posts(handover.route),
            outside=handover.route.outside,
            theirs=any(one.id == visit.reader.id for one in handover.holders),
        )

    def shown(visit: Visit, kind: RecordKind, reference: str, error: str = "") -> Response:
        return pages.show(
            visit,
            "enter_form.html",
            400 if error else 200,
            here="inbox",
            error=error,
            kind=kind,
            questions=list(given.forms[kind].questions.values()),
            hint=lambda one: _hint(one, given.forms[kind]),
            typed=visit.form if error else {},
            came=CAME,
            today=pages.calendar.today(now()),
            reference=reference,
            proof=_proof(visit, reference),
            longest=lambda one: LONGEST.get(one.kind, LONGEST_LINE),
            most=evidence.MOST,
        )

    def _kind(request: Request) -> RecordKind:
        for kind in given.forms:
            if kind == request.path_params["kind"]:
                return kind
        raise NotYours("There is no such form.")

    def _taken_down(visit: Visit, kind: RecordKind, reference: str) -> NewRecord:
        role, came = visit.typed("role"), visit.typed("came")
        if role not in words.TOLD_BY:
            raise BotError(NO_ROLE)
        if came not in CAME:
            raise BotError(NO_CAME)
        day = _day(visit.typed("day"), pages.calendar.today(now()))
        answers = read_answers(given.forms[kind], visit.form)
        record = given.filed(
            kind, answers, reference=reference, school=visit.reader.school, role=role
        )
        about = (
            (CAME_BY, CAME[came]),
            (CAME_ON, f"{day.day} {day:%B %Y}"),
            (TAKEN_DOWN, visit.reader.name),
        )
        return replace(record, facts=(*record.facts, *about))

    return [
        Route("/enter", choose, methods=["GET"]),
        Route("/enter/{kind}", form, methods=["GET", "POST"]),
    ]


def read_answers(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """The answers of those questions that concern this report; an error names what is missing."""
    answers: dict[str, str] = {}
    for slot, question in form.questions.items():
        if any(answers.get(on) not in values for on, values in question.only_if.items()):
            continue
        said = typed.get(f"answer-{slot}", "").strip()
        if len(said) > LONGEST.get(question.kind, LONGEST_LINE):
            raise BotError(f"“{question.label}” is too long. Nothing was stored; shorten it.")
        if question.kind == "choice" and said not in question.titles:
            said = ""
        if said:
            answers[slot] = said
        elif question.skip == "no":
            raise BotError(f"“{question.label}” has no answer yet. Nothing was stored.")
    return answers


def read_files(sent: Sequence[bytes]) -> list[Evidence]:
    """Each file as evidence, by the same rules as one that a reporter sends."""
    kept: list[Evidence] = []
    for number, content in enumerate(sent, 1):
        judged = evidence.judge(content, len(kept))
        if isinstance(judged, str):
            raise BotError(f"Nothing was stored because of file {number}. {judged}")
        kept.append(judged)
    return kept


def _hint(question: Asked, form: Form) -> str:
    """How the bot would ask, and whom it asks; a story and a name need no more than their label."""
    said = [] if question.kind in ("story", "contact") else [question.text]
    for slot, values in question.only_if.items():
        other = form.questions[slot]
        titles = " or ".join(other.titles.get(value, value) for value in values)
        said.append(f"Only if “{other.label}” is: {titles}.")
    if question.skip != "no":
        said.append("May be left out.")
    return " ".join(said)


def _day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise BotError(NO_DAY) from None
    if not date(2000, 1, 1) <= day <= today:
        raise BotError(NO_DAY)
    return day


def _proof(visit: Visit, reference: str) -> str:
    """That we gave this reference out: others can't be tried, and a form can be sent only once."""
    said = f"reference {reference}".encode()
    return hmac.new(visit.token.encode(), said, hashlib.sha256).hexdigest()


def _posts(route: CaseRoute) -> list[str]:
    found: dict[str, Any] = {}
    for reader in route.receivers:
        found.update({POSTS[role]: None for role in ROLES if role in reader.roles})
    return list(found)
