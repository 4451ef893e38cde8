"""The first reader of a school: a one-time link leads here, and a printed sheet away.

Whoever holds the link holds the server, which printed it. It makes one reader at one school that
has none, and is used up by that; everybody else is added by the administrator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.people import ADMINISTRATOR, reader_role
from bot.desk import words
from bot.desk.pages import Pages
from bot.desk.signing import TooOften
from bot.desk.visit import Visit, set_cookie, visit_of
from bot.errors import BotError, StoreError
from bot.readers import check_passphrase, reader_addresses, reader_name
from bot.store import NewReader
from bot.store.desk_sessions import USED
from bot.store.keyring import new_pair, on_paper, unlock

FIRST_ROLES = ("dsl", "head", "deputy-dsl", "deputy-head", "chair-of-governors", "slt")
FIELDS = ("school", "name", "role", "email")
NOT_TWICE = "The two passphrases aren't the same. Type it again, both times."
NO_ADDRESS = "Give an e-mail address: it is what you sign in with, and where alerts go."


def routes(
    pages: Pages, schools: Callable[[], list[tuple[str, str]]], *, secure: bool
) -> list[Route]:
    async def form(visit: Visit, link: str, error: str = "") -> Response:
        open_to = await visit.services.store.desk.without_readers([one for one, _ in schools()])
        return pages.show(
            visit,
            "set_up.html",
            400 if error else 200,
            link=link,
            error=error,
            typed={name: visit.typed(name) for name in FIELDS},
            schools=[(school, name) for school, name in schools() if school in open_to],
            roles=[(role, words.ROLES[role]) for role in FIRST_ROLES],
        )

    async def set_up(request: Request) -> Response:
        visit = visit_of(request)
        link = visit.typed("link") or request.query_params.get("link", "")
        if not await visit.services.store.desk.invited(link):
            return pages.refuse(visit, 404, USED)
        if request.method != "POST":
            return await form(visit, link)
        try:
            reader = _read(visit.form, dict(schools()))
            token, sheet = await _make(visit, link, reader)
        except (StoreError, TooOften):
            raise
        except BotError as error:
            return await form(visit, link, str(error))
        answer = pages.show(
            visit, "sheet.html", sheet=sheet, school=pages.school_name(reader.school)
        )
        set_cookie(answer, token, visit.base, secure=secure)
        return answer

    return [Route("/set-up", set_up, methods=["GET", "POST"])]


def _read(form: Mapping[str, str], schools: Mapping[str, str]) -> NewReader:
    school = form.get("school", "")
    if school not in schools:
        raise BotError("Choose your school from the list.")
    role = reader_role(form.get("role", ""))
    if role not in FIRST_ROLES:
        raise BotError("Choose what you are at the school from the list.")
    name = reader_name(form.get("name", ""))
    email = form.get("email", "").strip()
    if not email:
        raise BotError(NO_ADDRESS)
    addresses = reader_addresses(email)
    check_passphrase(form.get("passphrase", ""))
    if form.get("passphrase") != form.get("again"):
        raise BotError(NOT_TWICE)
    # Whoever is there first looks after who comes next, until somebody else does.
    return NewReader(school, name, frozenset((role, ADMINISTRATOR)), addresses)


async def _make(visit: Visit, link: str, reader: NewReader) -> tuple[str, str | None]:
    """The token of their first session, and the school's recovery sheet if it had none."""
    signing = visit.services.signing
    passphrase = visit.typed("passphrase")
    keys = await signing.new_keys(passphrase)
    public, recovery = new_pair()
    number, first = await visit.services.store.desk.first_reader(link, reader, keys, public)
    private = await signing.opened(lambda: unlock(keys, passphrase))
    token = await signing.begin(number, private, whole=False)
    return token, on_paper(recovery) if first else None
