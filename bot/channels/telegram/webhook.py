"""Takes updates that Telegram brings, and says 200 only when they are kept.

Anything else than 200 makes Telegram bring the update again. The path says nothing, and knowing it
isn't enough: each call carries the secret that Telegram was given when the webhook was set.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.contracts import CHANNEL, Doorstep
from bot.channels.telegram.trouble import kind
from bot.errors import StoreError

log = logging.getLogger(__name__)

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  # the header's name
BIGGEST = 1024 * 1024
"""Bytes; the longest update that Telegram sends is far smaller."""

REFUSED, TOO_BIG, UNUSABLE, LATER, TAKEN = 401, 413, 400, 503, 200


def path(token: str) -> str:
    """Always the same for a bot, and leads back to nothing."""
    return "/" + hmac.new(token.encode(), b"path", "sha256").hexdigest()[:32]


def route(token: str, secret: str, doorstep: Doorstep, kept: Callable[[], None]) -> Route:
    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=REFUSED)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > BIGGEST:
                return Response(status_code=TOO_BIG)
        try:
            number = json.loads(body)["update_id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            number = None
        # Without a number it is kept by its content: were it refused, Telegram would bring it again
        # and again, before all others.
        name = str(number) if isinstance(number, int) else hashlib.sha256(body).hexdigest()
        try:
            await doorstep.keep(CHANNEL, [(name, body)])
        except StoreError as error:
            log.error("update %s not kept: %s", name, kind(error))
            return Response(status_code=LATER)
        kept()
        return Response(status_code=TAKEN)

    return Route(path(token), take, methods=["POST"])
