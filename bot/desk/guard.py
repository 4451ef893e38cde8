"""The one place that lets anybody in: whatever isn't named here is for people who are signed in.

It stands before the routes. So a page that somebody adds later, and forgets to think about, is
closed to strangers; and no form reaches a page without the token that belongs to its cookie.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import replace

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.desk import typed
from bot.desk.doors import PEOPLE, lets_in
from bot.desk.signing import IDLE, LONGEST
from bot.desk.typed import TooMuch
from bot.desk.visit import COOKIE, TOKEN, Services, Visit, csrf_of, set_cookie
from bot.errors import StoreError
from bot.store.desk_sessions import Session

log = logging.getLogger(__name__)

OPEN = frozenset(("/sign-in", "/set-up", "/recover"))
"""For everybody: the ways in."""

HALF_WAY = frozenset(("/second-factor", "/sign-out"))
"""For who has signed in with a passphrase, and has no second factor yet."""

STATIC = "/static/"

WITH_FILES = "/enter/"
"""Where files may be sent, by people who are signed in: with a report that came on paper."""

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}

Refuse = Callable[[Visit, int, str], Response]

NOT_OURS = (
    "This form didn't come from a page that is open here, or the page was open for too long. "
    "Nothing was done. Go back, load the page again, and send it again."
)
NOTHING = "There is nothing at this address for you. Check it, or go back to where you began."
BROKEN = (
    "Something went wrong here, and what you asked for wasn't done. Try again; if it happens "
    "again, tell whoever looks after Signpost, who can run `python -m bot doctor`."
)
TOO_LONG = "That is more than fits in one form. Nothing was kept; send less at once."


class Guard:
    def __init__(
        self,
        app: ASGIApp,
        services: Services,
        *,
        new_token: Callable[[], str],
        refuse: Refuse,
        lapsed: Callable[[Visit], Response],
        secure: bool,
    ) -> None:
        self._app = app
        self._services = services
        self._new_token = new_token
        self._refuse = refuse
        self._lapsed = lapsed
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        base = scope.get("root_path", "")
        path = scope["path"].removeprefix(base)
        if path.startswith(STATIC) and scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, _with(send, {"x-content-type-options": "nosniff"}))
            return
        request = Request(scope, receive)
        send = _with(send, HEADERS)
        try:
            visit, new = await self._visit(request, base)
        except StoreError as error:
            # Said here, since this stands before the place where other errors become words.
            log.error("the desk can't tell who asks: %s", type(error).__name__)
            await self._refuse(self._nobody(request, base), 503, BROKEN)(scope, receive, send)
            return
        files, keep = path.startswith(WITH_FILES), visit.private is not None
        try:
            sent = await typed.read(request, files=files, keep=keep)
        except ClientDisconnect:
            return
        except TooMuch:
            answer: Response | None = self._refuse(visit, 413, TOO_LONG)
        else:
            visit = replace(visit, form=sent.fields, files=sent.files)
            answer = self._stopped(request, visit, path)
        if answer is not None:
            if new:
                set_cookie(answer, visit.token, base, secure=self._secure)
            await answer(scope, receive, send)
            return
        if new:
            cookie = Response()
            set_cookie(cookie, visit.token, base, secure=self._secure)
            send = _with(send, {"set-cookie": cookie.headers["set-cookie"]})
        scope["signpost_visit"] = visit
        await self._app(scope, receive, send)

    async def _visit(self, request: Request, base: str) -> tuple[Visit, bool]:
        """Whose request it is, and whether they have a new token."""
        token = given(request)
        session, private, lapsed = await self._session(token)
        new = not token or lapsed
        address = request.client.host if request.client else "unknown"
        visit = Visit(
            services=self._services,
            token=self._new_token() if new else token,
            base=base,
            address=address,
            session=session,
            private=private,
            lapsed=lapsed,
        )
        return visit, new

    def _nobody(self, request: Request, base: str) -> Visit:
        """Somebody of whom it isn't known who they are. They stay signed in, if they were."""
        token = given(request) or self._new_token()
        return Visit(self._services, token, base, "unknown", None, None)

    async def _session(self, token: str) -> tuple[Session | None, bytes | None, bool]:
        if not token:
            return None, None, False
        session = await self._services.store.desk.session(token, IDLE, LONGEST)
        if session is None:
            self._services.keychain.drop(token)
            return None, None, False
        private = self._services.keychain.get(token, session.reader.id)
        if private is None:
            # Another process opened it, or this one before it was started again.
            await self._services.store.desk.end(token)
            return None, None, True
        return session, private, False

    def _stopped(self, request: Request, visit: Visit, path: str) -> Response | None:
        if request.method == "POST":
            if visit.lapsed and _same(csrf_of(given(request)), visit.typed("csrf")):
                return self._lapsed(visit)
            if not _same(visit.csrf, visit.typed("csrf")):
                return self._refuse(visit, 403, NOT_OURS)
        elif request.method not in ("GET", "HEAD"):
            return self._refuse(visit, 405, "That can't be done here.")
        if path in OPEN:
            return None
        if visit.session is None and visit.written:
            return self._lapsed(visit)
        if visit.session is None:
            return visit.goes_to(_sign_in(path, lapsed=visit.lapsed))
        if path in HALF_WAY:
            return None
        if not visit.session.whole:
            return visit.goes_to("/second-factor")
        reader = visit.session.reader
        if path == "/" and reader.administers and not reader.receives:
            return visit.goes_to(PEOPLE)
        if not lets_in(reader, path):
            return self._refuse(visit, 404, NOTHING)
        return None


def given(request: Request) -> str:
    """The token that the browser has, if it can be one of ours."""
    token = request.cookies.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else ""


def _same(ours: str, typed: str) -> bool:
    return hmac.compare_digest(ours.encode(), typed.encode("utf-8", "replace"))


def _sign_in(path: str, *, lapsed: bool) -> str:
    """Where somebody signs in who came for `path`; only a record is worth coming back to."""
    asked = ["again=1"] if lapsed else []
    parts = path.split("/")
    if len(parts) == 3 and parts[1] == "records" and parts[2].replace("-", "").isalnum():
        asked.append(f"to={parts[2]}")
    query = "&".join(asked)
    return f"/sign-in?{query}" if query.isascii() and query else "/sign-in"


def _with(send: Send, headers: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = MutableHeaders(scope=message)
            for name, value in headers.items():
                if name not in given:
                    given.append(name, value)
        await send(message)

    return sending
