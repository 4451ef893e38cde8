"""The one application that a browser sees: chat and desk behind the same rules of safety.

Every answer leaves with the same headers, set in one place: nothing from elsewhere is loaded, no
script stands in a page, nothing is kept by browsers or shown inside other sites.

Nothing may be changed from another site's page. Browsers say where a request comes from, in
`Sec-Fetch-Site` and in `Origin`; a request that changes something is let through only when one of
them says that it is our own page, and refused when neither is there. That needs no token in a form,
can't be forgotten on a new form, and holds before anybody has signed in; the desk may ask for more.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.pages import STATIC, Pages
from bot.errors import BotError

log = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS")
OWN_PAGE = ("same-origin",)

WORDS = {
    400: ("That wasn't understood", "Something in the request was wrong, and nothing was changed."),
    403: ("Not from here", "This was asked for from another site's page, so nothing was changed."),
    404: ("There is nothing here", "Check the address, or begin at the front page."),
    405: ("That can't be done here", "Go back and use the buttons on the page."),
    413: ("That is too large", "It was not kept. Send less at once."),
}
BROKEN = (
    "Something went wrong here",
    "It isn't your doing. What was confirmed as stored is not lost. Please try again in a minute.",
)


class Chat(Protocol):
    def routes(self) -> list[BaseRoute]: ...


@dataclass(frozen=True)
class Rules:
    """`leave_to` is where “Leave quickly” goes, `framed_by` who may show the chat in a frame."""

    origin: str | None
    leave_to: str
    framed_by: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    """Paths that programs call and not pages, such as a webhook; each proves itself otherwise."""


def site(
    pages: Pages,
    rules: Rules,
    chat: Chat,
    desk: Sequence[BaseRoute] = (),
    *,
    desk_at: str | None = None,
) -> Starlette:
    """`desk` are the readers' routes; `desk_at` is where the door to their desk leads."""

    async def front(request: Request) -> Response:
        return pages.page("front.html", desk=desk_at)

    async def alive(request: Request) -> Response:
        return Response("ok", media_type="text/plain")

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, says = WORDS.get(status, BROKEN if status >= 500 else WORDS[400])
        answer = pages.trouble(status, title, says, "/")
        if isinstance(error, HTTPException) and error.headers:
            answer.headers.update(error.headers)
        return answer

    async def explained(request: Request, error: Exception) -> Response:
        log.error("a page could not be shown: %s", type(error).__name__)
        title, says = BROKEN
        return pages.trouble(503, title, says, "/")

    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("a page failed: %s", type(error).__name__)
        return pages.trouble(500, *BROKEN, "/")

    return Starlette(
        routes=[
            Route("/", front, methods=["GET"]),
            Route("/alive", alive, methods=["GET"]),
            Route(f"{STATIC}/{{name}}", pages.static, methods=["GET"]),
            *chat.routes(),
            *desk,
        ],
        middleware=[
            Middleware(SafeHeaders, rules=rules),
            Middleware(OwnPagesOnly, rules=rules, refuse=_refusal(pages)),
            # Inside, so that what went wrong is shown with the same headers and not raised again.
            Middleware(NoStackTraces, shown=unexpected),
        ],
        exception_handlers={HTTPException: refused, BotError: explained},
    )


def _refusal(pages: Pages) -> Response:
    title, says = WORDS[403]
    return pages.trouble(403, title, says, "/")


class SafeHeaders:
    """Sets the headers of every answer; a page may only ask to be kept by the browser."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._always = {
            "X-Content-Type-Options": "nosniff",
            # `no-referrer` would hide from us, too, that a form comes from our own page.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
            "X-Robots-Tag": "noindex",
        }
        if rules.origin and rules.origin.startswith("https://"):
            self._always["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        framed = scope["path"].startswith("/chat/embed/")

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                headers["Content-Security-Policy"] = self._policy(framed)
                if not framed:
                    headers["X-Frame-Options"] = "DENY"
            await send(message)

        await self._app(scope, receive, send_safely)

    def _policy(self, framed: bool) -> str:
        leave = urlsplit(self._rules.leave_to)
        ancestors = " ".join(self._rules.framed_by) if framed else ""
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; "
            # Without a script, leaving is a form that is led on to this address.
            f"form-action 'self' {leave.scheme}://{leave.netloc}; "
            f"frame-ancestors {ancestors or chr(39) + 'none' + chr(39)}"
        )


class OwnPagesOnly:
    """Refuses what another site's page asks us to change."""

    def __init__(self, app: ASGIApp, rules: Rules, refuse: Response) -> None:
        self._app = app
        self._rules = rules
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = (
            scope["type"] == "http"
            and scope["method"] not in SAFE
            and scope["path"] not in self._rules.machines
        )
        if changes and not self._own(Headers(scope=scope), scope.get("scheme", "http")):
            await self._refuse(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _own(self, headers: Headers, scheme: str) -> bool:
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in OWN_PAGE
        ours = self._rules.origin or f"{scheme}://{headers.get('host', '')}"
        return headers.get("origin") == ours


class NoStackTraces:
    """The last resort: whatever nobody foresaw becomes a page that says so."""

    def __init__(
        self, app: ASGIApp, shown: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self._app = app
        self._shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            answer = await self._shown(Request(scope), error)
            await answer(scope, receive, send)
