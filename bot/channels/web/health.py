"""Pages and answers about the bot's own health.

Everybody may see whether it works: `/healthz` in a word for machines, `/status` in sentences for
people. Figures and the parts that are no visitor's business are served on an address of their own,
which is meant to be reached from inside only and is off unless it was set.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.pages import Pages

WORKS = "It works"
WELL = "Questions are answered, and what you report is kept and passed on."
UNWELL = "Something isn't right"
WRONG = 503


class Part(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def fine(self) -> bool: ...

    @property
    def says(self) -> str: ...


class Look(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def fine(self) -> bool: ...

    @property
    def parts(self) -> Sequence[Part]: ...

    @property
    def public(self) -> Sequence[Part]: ...


class Health(Protocol):
    async def look(self) -> Look: ...


class Figures(Protocol):
    async def text(self) -> bytes: ...


class HealthRoutes:
    """What everybody may see."""

    def __init__(self, health: Health, pages: Pages) -> None:
        self._health = health
        self._pages = pages

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/healthz", self.word, methods=["GET"]),
            Route("/status", self.page, methods=["GET"]),
        ]

    async def word(self, request: Request) -> Response:
        fine = not _wrong((await self._health.look()).public)
        return PlainTextResponse("well" if fine else "not well", 200 if fine else WRONG)

    async def page(self, request: Request) -> Response:
        look = await self._health.look()
        wrong = _wrong(look.public)
        return self._pages.page(
            "status.html",
            WRONG if wrong else 200,
            title=UNWELL if wrong else WORKS,
            says=[part.says for part in wrong] or [WELL],
            at=look.at,
        )


def inside(health: Health, figures: Figures, types: str) -> Starlette:
    """What only those who look after the bot should reach. `types` is the figures' media type."""

    async def numbers(request: Request) -> Response:
        return Response(await figures.text(), media_type=types)

    async def parts(request: Request) -> Response:
        look = await health.look()
        found = {part.name: "works" if part.fine else part.says for part in look.parts}
        return JSONResponse({"well": look.fine, "parts": found}, 200 if look.fine else WRONG)

    return Starlette(
        routes=[
            Route("/metrics", numbers, methods=["GET"]),
            Route("/healthz", parts, methods=["GET"]),
        ]
    )


def _wrong(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if not part.fine]
