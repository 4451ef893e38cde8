"""The addresses of the chat, each a few lines: who asks, may they, do it, show it.

A page with the script asks for JSON and gets it; a page without one sends a form, and is led back
to the conversation when the answer is there.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route

from bot.channels.web.bodies import (
    FORM_AROUND,
    LARGEST_FILE,
    TooLarge,
    Unreadable,
    read_file,
    read_form,
    too_large,
)
from bot.channels.web.chat import Chats, Place
from bot.channels.web.doors import BASE, GIVEN_ID, NAME, Door
from bot.channels.web.feed import feed
from bot.channels.web.joining import JoinRoutes, Passes, pass_cookie
from bot.channels.web.pages import Pages, shown_reply
from bot.errors import BotError
from bot.messages import ROLES

log = logging.getLogger(__name__)

DANGER = "If a child is in danger now, call 999."
SLOWLY = (
    "That was too much at once, so your last message was not kept. Wait a few seconds and send it "
    f"again. {DANGER}"
)
SLOWLY_DATA = "That was asked for too often. Wait a few seconds and try again."
DATA_FILE = 'attachment; filename="what-signpost-holds-of-you.txt"'
MANY_CHATS = (
    "Many conversations were begun from your address just now. Please wait a minute and try again. "
    f"{DANGER}"
)
INVITED_ONLY = (
    "Whoever works at the school begins with the link that the school gave them. If you have none, "
    f"ask the school office. {DANGER}"
)
NOT_KEPT = "Your message was not kept, so nobody has read it."
OVER = "This conversation is over, or was cleared. You can begin a new one."
TOO_LONG = f"That is too long, so it was not kept. Send it in several parts. {DANGER}"
FILE_TOO_LARGE = (
    "That file was not kept: it is larger than 10 MB. Send a smaller one, or describe it in words."
)
NO_FILE_NOW = (
    "That file was not kept. Files are only taken when you are asked for one. Describe in words "
    f"what you know. {DANGER}"
)
IN_MID_ANSWER = "Your last message is still being answered. Try again in a moment."

Handler = Callable[[Request], Awaitable[Response]]


class ChatRoutes:
    def __init__(
        self, chats: Chats, passes: Passes, pages: Pages, *, secure: bool | None, leave_to: str
    ) -> None:
        """`secure` says whether cookies go over https only; None: as the page was asked for."""
        self._chats = chats
        self._passes = passes
        self._pages = pages
        self._joining = JoinRoutes(chats, passes, pages, secure=secure, leave_to=leave_to)
        self._secure = secure
        self._leave_to = leave_to

    def routes(self) -> list[BaseRoute]:
        def at(path: str, handler: Handler, method: str) -> list[BaseRoute]:
            return [
                Route(f"{base}{path}", handler, methods=[method])
                for base in (BASE, f"{BASE}/embed/{{school}}")
            ]

        return [
            Route(f"{BASE}/school/{{school}}", self.page, methods=["GET"]),
            *self._joining.routes(),
            *at("", self.page, "GET"),
            *at("/begin", self.begin, "POST"),
            *at("/messages", self.message, "POST"),
            *at("/files", self.file, "POST"),
            *at("/stream", self.stream, "GET"),
            *at("/data", self.data, "POST"),
            *at("/clear", self.clear, "POST"),
            *at("/leave", self.leave, "POST"),
        ]

    async def page(self, request: Request) -> Response:
        door = Door.of(request)
        schools = dict(self._chats.bot.schools())
        if door.school is not None and door.school not in schools:
            return self._pages.trouble(
                404, "There is no such school here", "Check the address, or choose from the list."
            )
        conversation, place = await self._who(request, door)
        if place is None or place.school not in schools or door.school not in (None, place.school):
            return await self._start(request, door, schools)
        return await self._talk(door, str(conversation), place, schools[place.school])

    async def _start(self, request: Request, door: Door, schools: dict[str, str]) -> Response:
        only = door.school or (next(iter(schools)) if len(schools) == 1 else None)
        held = [] if self._passes.free else await self._passes.held(request)
        return self._pages.page(
            "start.html",
            door=door,
            schools=schools,
            only=only,
            free=self._passes.free,
            held=[one for one in held if one.school in schools and only in (None, one.school)],
            leave_to=self._leave_to,
        )

    async def _talk(self, door: Door, conversation: str, place: Place, name: str) -> Response:
        both, cursor = await self._chats.shown(conversation)
        lines = [line for _, line in both]
        return self._pages.page(
            "chat.html",
            door=door,
            school=name,
            conversation=conversation,
            role=place.role,
            lines=lines,
            cursor=str(cursor),
            waiting=await self._chats.kept.waiting(conversation),
            takes_files=await self._chats.bot.takes_files(conversation),
            new_id=self._chats.new_id(),
            leave_to=self._leave_to,
        )

    async def begin(self, request: Request) -> Response:
        door = Door.of(request)
        form = await self._form(request)
        if isinstance(form, Response):
            return form
        schools = dict(self._chats.bot.schools())
        school = door.school or form.get("school", "")
        role = next((role for role in ROLES if role == form.get("role")), None)
        if school not in schools or role is None:
            return self._trouble(
                request, 400, "Something is missing", "Choose a school, and who you are."
            )
        if not await self._passes.may_begin(request, school, role):
            return self._trouble(request, 403, "You need an invitation", INVITED_ONLY)
        if not self._chats.new_chats.allows(_address(request)):
            return self._trouble(request, 429, "Please wait a minute", MANY_CHATS)
        token = await self._chats.begin(school, role)
        back = RedirectResponse(door.base, 303)
        back.headers["Set-Cookie"] = door.cookie(token, self._is_secure(request))
        return back

    async def message(self, request: Request) -> Response:
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if conversation is None or place is None:
            return self._over(request, door)
        if not self._chats.may_say(_address(request), conversation):
            return self._trouble(request, 429, "One moment", SLOWLY)
        form = await self._form(request)
        if isinstance(form, Response):
            return form
        # A button of a form without a script comes beside the box, which may be empty.
        text = (form.get("press") or form.get("text", "")).replace("\r\n", "\n")
        if not text.strip():
            return self._done(request, door)
        given = self._given(form.get("id", ""))
        try:
            await self._chats.say(conversation, place, text, given)
        except BotError as error:
            return self._unkept(request, door, conversation, place, text, error)
        if not _wants_json(request):
            await self._chats.answered(conversation)
        return self._done(request, door, key=given)

    async def file(self, request: Request) -> Response:
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if conversation is None or place is None:
            return self._over(request, door)
        # All of this is settled before the first byte of the file is read.
        if too_large(request, LARGEST_FILE + FORM_AROUND):
            return self._trouble(request, 413, "That file is too large", FILE_TOO_LARGE)
        if not await self._chats.bot.takes_files(conversation):
            return self._trouble(request, 409, "No file was asked for", NO_FILE_NOW)
        if not self._chats.may_say(_address(request), conversation):
            return self._trouble(request, 429, "One moment", SLOWLY)
        try:
            content, kind, given = await read_file(request)
            given = self._given(given)
            await self._chats.send_file(conversation, place, content, kind, given)
        except TooLarge:
            return self._trouble(request, 413, "That file is too large", FILE_TOO_LARGE)
        except Unreadable as error:
            return self._trouble(request, 400, "The file wasn't kept", str(error))
        except BotError as error:
            return self._trouble(request, 503, "The file wasn't kept", f"{NOT_KEPT} {error}")
        if not _wants_json(request):
            await self._chats.answered(conversation)
        return self._done(request, door, key=given)

    async def stream(self, request: Request) -> Response:
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if conversation is None or place is None:
            return Response("event: over\ndata: {}\n\n", media_type="text/event-stream")
        if self._chats.streams.crowded(conversation):
            return Response(status_code=429)
        since = request.headers.get("last-event-id") or request.query_params.get("after", "")
        events = feed(self._chats, self._pages, conversation, door.base, since)
        return StreamingResponse(events, media_type="text/event-stream")

    async def data(self, request: Request) -> Response:
        """A file of all that is held of this conversation's person: for whoever has its cookie."""
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if conversation is None or place is None:
            return self._over(request, door)
        if not self._chats.may_say(_address(request), conversation):
            return self._trouble(request, 429, "One moment", SLOWLY_DATA)
        held = await self._chats.bot.held(conversation)
        return PlainTextResponse(held, headers={"Content-Disposition": DATA_FILE})

    async def clear(self, request: Request) -> Response:
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if conversation is not None and place is not None:
            if not await self._chats.kept.clear(conversation):
                return self._trouble(request, 409, "Not just now", IN_MID_ANSWER)
            self._chats.streams.end(conversation)
        return self._without_cookie(request, door, door.base)

    async def leave(self, request: Request) -> Response:
        """Away at once. What was handed over, or waits to be answered, isn't touched by it."""
        door = Door.of(request)
        conversation, place = await self._who(request, door)
        if place is None and door.framed:
            conversation, place = await self._named(request)
        if conversation is not None and place is not None:
            await self._chats.kept.end(conversation)
            self._chats.streams.end(conversation)
        gone = self._without_cookie(request, door, self._leave_to)
        if await self._passes.left(request):
            gone.headers.append("Set-Cookie", pass_cookie("", secure=self._is_secure(request)))
        return gone

    async def _who(self, request: Request, door: Door) -> tuple[str | None, Place | None]:
        conversation = door.conversation(request)
        return conversation, await self._chats.find(conversation)

    async def _named(self, request: Request) -> tuple[str | None, Place | None]:
        """The conversation that the page in a frame says it shows.

        Without a script it leaves as a page of its own, to which a browser that keeps the cookie
        for the frame alone doesn't give it.
        """
        form = await self._form(request)
        said = "" if isinstance(form, Response) else form.get("conversation", "")
        conversation = said if NAME.fullmatch(said) else None
        return conversation, await self._chats.find(conversation)

    async def _form(self, request: Request) -> dict[str, str] | Response:
        try:
            return dict(await read_form(request))
        except TooLarge:
            return self._trouble(request, 413, "That is too long", TOO_LONG)
        except Unreadable as error:
            return self._trouble(request, 400, "That wasn't understood", str(error))

    def _given(self, asked: str) -> str:
        return asked if GIVEN_ID.fullmatch(asked) else self._chats.new_id()

    def _unkept(
        self,
        request: Request,
        door: Door,
        conversation: str,
        place: Place,
        text: str,
        error: BotError,
    ) -> Response:
        """The message is lost, and is said to be. One in danger gets its help all the same."""
        log.error("a message could not be kept: %s", type(error).__name__)
        arrival = self._chats.arrival(conversation, place, text, self._chats.new_id())
        help_alone = self._chats.bot.help_alone(arrival)
        lines = [
            replace(shown_reply(f"alone-{n}", reply, urgent=True), buttons=())
            for n, reply in enumerate(help_alone.replies if help_alone else ())
        ]
        says = f"{NOT_KEPT} {error}"
        html = self._pages.lines(lines, door.base, "")
        if _wants_json(request):
            return JSONResponse({"says": says, "html": html}, 503)
        return self._pages.page(
            "unkept.html",
            503,
            says=says,
            lines=lines,
            base=door.base,
            new_id="",
            text=text,
            door=door,
            conversation=conversation,
            leave_to=self._leave_to,
        )

    def _over(self, request: Request, door: Door) -> Response:
        if _wants_json(request):
            return JSONResponse({"says": OVER}, 410)
        return RedirectResponse(door.base, 303)

    def _done(self, request: Request, door: Door, **more: Any) -> Response:
        if _wants_json(request):
            return JSONResponse(more, 202)
        return RedirectResponse(f"{door.base}#last", 303)

    def _without_cookie(self, request: Request, door: Door, to: str) -> Response:
        gone = Response(status_code=204) if _wants_json(request) else RedirectResponse(to, 303)
        gone.headers["Set-Cookie"] = door.no_cookie(self._is_secure(request))
        return gone

    def _trouble(self, request: Request, status: int, title: str, says: str) -> Response:
        if _wants_json(request):
            return JSONResponse({"says": says}, status)
        return self._pages.trouble(status, title, says, Door.of(request).base)

    def _is_secure(self, request: Request) -> bool:
        return request.url.scheme == "https" if self._secure is None else self._secure


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
