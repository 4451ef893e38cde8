"""What runs beside the bot for whoever looks after it: figures, and calls to a watcher."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from bot.errors import BotError

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

    from bot.app import App
    from bot.figures import Figures
    from bot.settings import Settings


@contextmanager
def door(host: str, port: int, settings: str) -> Iterator[socket.socket]:
    """Take an address first, so that one that is taken is said before anything is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
            taken.listen(512)
        except OSError as error:
            raise BotError(
                f"The pages can't be served on {host}, port {port} "
                f"({error.strerror or type(error).__name__}). Stop the other program that uses "
                f"it, or set {settings}."
            ) from None
        yield taken
    finally:
        taken.close()


def server_of(app: Starlette, **more: Any) -> uvicorn.Server:
    """A server that logs nothing, and leaves signals to whoever stops the bot."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        **more,
    )
    server = uvicorn.Server(config)
    # Its own handlers would end the process before the turns are finished.
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    return server


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


@asynccontextmanager
async def watched(settings: Settings, app: App) -> AsyncIterator[None]:
    """Serve the figures and call the watcher, if either was set, for as long as the bot works."""
    with _inner_door(settings) as inner:
        beside = []
        if inner is not None and app.figures is not None:
            beside.append(asyncio.create_task(_serve(app, app.figures, inner)))
        if settings.ping_url is not None:
            from bot.ping import Pings

            beside.append(asyncio.create_task(Pings(settings.ping_url, app.health).run()))
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


@contextmanager
def _inner_door(settings: Settings) -> Iterator[socket.socket | None]:
    if settings.metrics_on is None:
        yield None
        return
    with door(*settings.metrics_on, "SIGNPOST_METRICS_ON") as inner:
        yield inner


async def _serve(app: App, figures: Figures, inner: socket.socket) -> None:
    from bot.channels.web.health import inside
    from bot.figures import TYPE

    served = inside(app.health, figures, TYPE)
    await server_of(served).serve(sockets=[inner])
