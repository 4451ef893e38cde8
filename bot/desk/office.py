"""Puts the desk together: its pages behind its guard, as one application to be mounted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.desk import (
    audit,
    enter,
    export,
    inbox,
    patterns,
    people,
    policy,
    questions,
    record,
    recover,
    registers,
    search,
    set_up,
    sign_in,
)
from bot.desk.enter import Paper
from bot.desk.guard import BROKEN, NOTHING, Guard
from bot.desk.keychain import Keychain
from bot.desk.lent import Lent
from bot.desk.pages import Pages
from bot.desk.signing import IDLE, Signing, TooOften
from bot.desk.visit import Services, visit_of
from bot.errors import BotError, NotYours, StoreError
from bot.store import Store
from bot.store.keyring import Cost

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """What the desk is given. `secure` where people reach it by https."""

    store: Store
    schools: Callable[[], list[tuple[str, str]]]
    now: Callable[[], datetime]
    new_token: Callable[[], str]
    new_secret: Callable[[int], bytes]
    secure: bool
    paper: Paper | None = None
    """How a report is written down for somebody; without it, that can't be done here."""
    stylesheet: str = "/static/signpost.css"
    """The one that the desk shares with the chat page."""
    cost: Cost = field(default_factory=Cost)
    lent: Lent = field(default_factory=Lent)


def desk_app(office: Office) -> Starlette:
    """The desk, to be mounted at any path, or at none."""
    keychain = Keychain(IDLE)
    signing = Signing(
        office.store.desk,
        office.store.keyholders,
        keychain,
        now=office.now,
        new_token=office.new_token,
        cost=office.cost,
    )
    services = Services(
        office.store, office.store.desk, office.store.casework, signing, keychain, office.lent
    )
    pages = Pages(office.schools, office.now, office.stylesheet)
    routes = [
        *sign_in.routes(
            pages, office.now, office.new_token, office.new_secret, secure=office.secure
        ),
        *set_up.routes(pages, office.schools, secure=office.secure),
        *recover.routes(pages),
        *inbox.routes(pages, office.now),
        *search.routes(pages),
        *enter.routes(pages, office.paper, office.now),
        *record.routes(pages, office.now),
        *export.routes(pages, office.now),
        *registers.routes(pages),
        *questions.routes(pages),
        *policy.routes(pages),
        *patterns.routes(pages, office.now),
        *people.routes(pages),
        *audit.routes(pages),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    guard = Middleware(
        Guard,
        services=services,
        new_token=office.new_token,
        refuse=pages.refuse,
        lapsed=pages.lapsed,
        secure=office.secure,
    )
    return Starlette(routes=routes, middleware=[guard], exception_handlers=_explained(pages))


async def new_setup_link(office: Office) -> str | None:
    """The path of a link for a school's first reader, where a school has none; used once."""
    if not await office.store.desk.without_readers([school for school, _ in office.schools()]):
        return None
    token = office.new_token()
    await office.store.desk.invite(token)
    return f"/set-up?link={token}"


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _explained(pages: Pages) -> dict[type[Exception] | int, Handler]:
    """What goes wrong, in words: the one place for the whole desk."""

    async def nothing(request: Request, _: Exception) -> Response:
        return pages.refuse(visit_of(request), 404, NOTHING)

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            return await nothing(request, error)
        return pages.refuse(visit_of(request), status, "That can't be done here.")

    async def too_often(request: Request, error: Exception) -> Response:
        return pages.refuse(visit_of(request), 429, str(error))

    async def stated(request: Request, error: Exception) -> Response:
        return pages.refuse(visit_of(request), 400, str(error))

    async def store(request: Request, error: Exception) -> Response:
        log.error("the desk can't use the database: %s", type(error).__name__)
        return pages.refuse(visit_of(request), 503, BROKEN)

    return {
        NotYours: nothing,
        HTTPException: http,
        TooOften: too_often,
        StoreError: store,
        BotError: stated,
    }
