"""The page behind the link in an alert by e-mail, on which a reader says that they have seen it.

Opening the link says nothing yet, because mail programs open links by themselves to look at them.
Only the button does. The token in the address is all that is needed: it stands in one alert alone,
and marking a record as seen shows nothing of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.cases.seeing import Seen
from bot.channels.web.pages import Pages
from bot.errors import UnknownRecord

TITLE = "Have you seen this report?"
ASKS = (
    "Somebody waits to know whether their report was seen. Press the button once you know that "
    "it is there and will see to it."
)
THANKS = "Thank you"
NOTED = "It is noted that you have seen {reference}. Open it on the desk to read it."
BEFORE = "You had said so before: {reference} is noted as seen."
TOO_OLD = "This link is too old"


class SeenRoutes:
    def __init__(self, seen: Callable[[str], Awaitable[Seen]], pages: Pages) -> None:
        self._seen = seen
        self._pages = pages

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/seen/{token}", self.asks, methods=["GET"]),
            Route("/seen/{token}", self.noted, methods=["POST"]),
        ]

    async def asks(self, request: Request) -> Response:
        return self._pages.page("seen.html", title=TITLE, says=ASKS, done=False)

    async def noted(self, request: Request) -> Response:
        try:
            seen = await self._seen(request.path_params["token"])
        except UnknownRecord as error:
            return self._pages.trouble(404, TOO_OLD, str(error), "/desk")
        says = (NOTED if seen.first else BEFORE).format(reference=seen.reference)
        return self._pages.page("seen.html", title=THANKS, says=says, done=True)
