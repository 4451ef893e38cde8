"""The people page: who receives reports here, when they are there, and who is invited.

It is the administrator's, who sees nothing that a report says, nor that there is one. What is done
here is in the audit, which every reader of the school can look at. Adding and removing readers
stays on the server: both have to do with keys, and with a passphrase that nobody else should hear.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.enrolment import INVITED_AS
from bot.cases.people import Reader
from bot.desk import words
from bot.desk.lent import Made
from bot.desk.pages import Pages
from bot.desk.visit import Visit, visit_of
from bot.errors import BotError, NotYours, StoreError

NO_DAY = "Write the first day as it stands in a calendar, such as 2026-03-02."
NO_END = "Write the last day as it stands in a calendar, or leave it empty."
WRONG_WAY = "The last day can't be before the first; give them the other way round."
NO_DAYS = "Choose at least one day on which they work."
NO_COVER = "Choose who covers from the list, or nobody."
NO_WHOM = "Choose whom the invitation is for."

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def routes(pages: Pages) -> list[Route]:
    async def show(visit: Visit, error: str = "", made: Made | None = None) -> Response:
        services, school = visit.services, visit.reader.school
        inviting = services.lent.inviting
        readers = await services.store.readers(school)
        return pages.show(
            visit,
            "people.html",
            400 if error else 200,
            here="people",
            error=error,
            made=made,
            readers=readers,
            receivers=[one for one in readers if one.receives],
            absences=await services.store.views.absences(school),
            invitations=await inviting.listed(school) if inviting else [],
            may_invite=inviting is not None,
            names={one.id: one.name for one in readers},
            last_day=lambda moment: pages.calendar.day(moment - timedelta(seconds=1)),
            day_of=pages.calendar.day,
            days=DAYS,
            works=words.works,
            today=pages.today(),
        )

    async def people(request: Request) -> Response:
        return await show(visit_of(request))

    async def change(request: Request) -> Response:
        """What a reader's own forms do: working days, cover, away and back."""
        visit = visit_of(request)
        one = await _theirs(visit, request.path_params["number"])
        try:
            await _change(visit, one, pages.calendar)
        except (StoreError, NotYours):
            raise
        except BotError as problem:
            return await show(visit, str(problem))
        return visit.goes_to(f"/people#reader-{one.id}")

    async def invite(request: Request) -> Response:
        visit = visit_of(request)
        try:
            made = await _invite(visit)
        except (StoreError, NotYours):
            raise
        except BotError as problem:
            return await show(visit, str(problem))
        return await show(visit, made=made)

    async def withdraw(request: Request) -> Response:
        visit = visit_of(request)
        inviting = visit.services.lent.inviting
        if inviting is None:
            raise NotYours("Nobody is invited here.")
        try:
            await inviting.withdraw(visit.reader.school, request.path_params["number"])
        except (StoreError, NotYours):
            raise
        except BotError:
            # Somebody else was quicker, or it has ended; either way nobody can accept it.
            return visit.goes_to("/people#invitations")
        await visit.services.store.views.note_invitation(visit.reader, "withdrew an invitation")
        return visit.goes_to("/people#invitations")

    return [
        Route("/people", people, methods=["GET"]),
        Route("/people/{number:int}", change, methods=["POST"]),
        Route("/people/invite", invite, methods=["POST"]),
        Route("/people/invitations/{number:int}", withdraw, methods=["POST"]),
    ]


async def _theirs(visit: Visit, number: int) -> Reader:
    for one in await visit.services.store.readers(visit.reader.school):
        if one.id == number:
            return one
    raise NotYours("There is no such reader at this school.")


async def _change(visit: Visit, one: Reader, calendar: words.Calendar) -> None:
    keyholders, by = visit.services.store.keyholders, visit.reader.id
    match visit.typed("what"):
        case "days":
            days = [day for day in range(7) if visit.typed(f"day{day}")]
            if not days:
                raise BotError(NO_DAYS)
            await keyholders.set_working_days(one.id, days, by)
        case "cover":
            await keyholders.set_cover(one.id, await _cover(visit), by)
        case "away":
            since, until = _absence(visit, calendar)
            await keyholders.set_away(one.id, since, until, by)
        case "back":
            await keyholders.set_away(one.id, None, None, by)
        case _:
            raise BotError("That can't be done here; nothing was changed.")


async def _cover(visit: Visit) -> int | None:
    typed = visit.typed("cover")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise BotError(NO_COVER)
    return (await _theirs(visit, int(typed))).id


def _absence(visit: Visit, calendar: words.Calendar) -> tuple[datetime, datetime | None]:
    since = calendar.begins(visit.typed("since"))
    last = calendar.begins(visit.typed("until")) if visit.typed("until") else None
    if since is None:
        raise BotError(NO_DAY)
    if visit.typed("until") and last is None:
        raise BotError(NO_END)
    if last is not None and last < since:
        raise BotError(WRONG_WAY)
    return since, None if last is None else last + timedelta(days=1)


async def _invite(visit: Visit) -> Made:
    inviting = visit.services.lent.inviting
    if inviting is None:
        raise NotYours("Nobody is invited here.")
    whom, _, number = visit.typed("whom").partition(" ")
    if whom not in INVITED_AS:
        raise BotError(NO_WHOM)
    reader = None
    if whom == "reader":
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise BotError(NO_WHOM)
        reader = (await _theirs(visit, int(number))).id
    made = await inviting.make(visit.reader.school, whom, reader=reader)
    await visit.services.store.views.note_invitation(visit.reader, f"invited a {whom}")
    return made
