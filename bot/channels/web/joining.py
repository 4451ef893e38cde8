"""Coming to the chat page by an invitation, and who may begin as whom.

A link works from wherever it is opened first; it is used up by a button and not by opening it,
because mail programs open links to look at them. What the browser gets is a pass: a random token
whose hash is a member of the school from then on. It says who somebody is there for later
conversations as well, which begin, are cleared and end without it.

Nobody is believed to work at a school for saying so: without a pass one begins as a parent, at the
school whose page one came from. Only where the bot is tried out may school and role be chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.cases.enrolment import Enrolled, Membership
from bot.channels.web.chat import Chats
from bot.channels.web.doors import BASE, TOKEN, Door, new_token
from bot.channels.web.pages import Pages
from bot.errors import StoreError
from bot.messages import Role

PASS = "signpost_pass"  # noqa: S105  # a cookie's name
PASS_LASTS = timedelta(days=400)
"""As long as browsers keep a cookie at all."""

NOT_ACCEPTED = "This invitation can't be used"
WHY_NOT = (
    "It may have been used before, have ended, or not be copied whole. Ask the school for another "
    "one. If a child is in danger now, call 999."
)
MANY = "Many conversations were begun from your address just now. Please wait a minute, try again."
NOT_KEPT = "Nothing was used up, and your invitation still works. Try again in a minute."


class Enrolments(Protocol):
    """What is needed of who may speak as whom."""

    async def accept(
        self, code: str, person: str, *, tried_by: str | None = None
    ) -> Enrolled | None: ...

    async def memberships(self, person: str) -> Sequence[Membership]: ...

    async def leave(self, person: str) -> int: ...


class Passes:
    """Whom a browser may speak as. `free` is where school and role may be chosen."""

    def __init__(self, enrolments: Enrolments, *, free: bool) -> None:
        self._enrolments = enrolments
        self.free = free

    async def held(self, request: Request) -> Sequence[Membership]:
        token = token_of(request)
        return [] if token is None else await self._enrolments.memberships(person_of(token))

    async def may_begin(self, request: Request, school: str, role: Role) -> bool:
        if self.free or role == "parent":
            return True
        return any((one.school, one.role) == (school, role) for one in await self.held(request))

    async def accept(self, code: str, token: str, address: str) -> Enrolled | None:
        return await self._enrolments.accept(
            code, person_of(token), tried_by=f"web address {address}"
        )

    async def left(self, request: Request) -> bool:
        """Whether the pass goes too, as somebody leaves quickly. Parents get another by their link;
        for staff it worked once, and it tells only that they work there."""
        held, token = await self.held(request), token_of(request)
        if token is None or any(one.role == "staff" for one in held):
            return False
        await self._enrolments.leave(person_of(token))
        return True


class JoinRoutes:
    def __init__(
        self, chats: Chats, passes: Passes, pages: Pages, *, secure: bool | None, leave_to: str
    ) -> None:
        self._chats = chats
        self._passes = passes
        self._pages = pages
        self._secure = secure
        self._leave_to = leave_to

    def routes(self) -> list[BaseRoute]:
        path = f"{BASE}/join/{{code}}"
        return [
            Route(path, self.asks, methods=["GET"]),
            Route(path, self.joins, methods=["POST"]),
        ]

    async def asks(self, request: Request) -> Response:
        """The same for every code, so that opening it tells nothing of it."""
        return self._pages.page("join.html", door=Door(BASE), leave_to=self._leave_to)

    async def joins(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        if not self._chats.new_chats.allows(address):
            return self._pages.trouble(429, "Please wait a minute", MANY)
        token = token_of(request) or new_token()
        try:
            enrolled = await self._passes.accept(request.path_params["code"], token, address)
        except StoreError:
            return self._pages.trouble(503, "That didn't work just now", NOT_KEPT)
        if enrolled is None:
            return self._pages.trouble(404, NOT_ACCEPTED, WHY_NOT)
        door = Door(BASE)
        if (before := door.conversation(request)) is not None:
            await self._chats.kept.end(before)
        role: Role = "parent" if enrolled.invited_as == "parent" else "staff"
        secure = request.url.scheme == "https" if self._secure is None else self._secure
        back = RedirectResponse(BASE, 303)
        begun = await self._chats.begin(enrolled.school, role)
        back.headers.append("Set-Cookie", door.cookie(begun, secure))
        back.headers.append("Set-Cookie", pass_cookie(token, secure=secure))
        return back


def token_of(request: Request) -> str | None:
    token = request.cookies.get(PASS, "")
    return token if TOKEN.fullmatch(token) else None


def person_of(token: str) -> str:
    """Who holds a pass, by a name that can't be turned back into it."""
    return f"pass:{hashlib.sha256(token.encode()).hexdigest()}"


def pass_cookie(token: str, *, secure: bool) -> str:
    """The Set-Cookie line; without a token it takes the pass away."""
    age = int(PASS_LASTS.total_seconds()) if token else 0
    line = f"{PASS}={token}; Path={BASE}; Max-Age={age}; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line
