"""`run`: the whole bot on one address, until somebody stops it.

The pages, the turns and the couriers live in one process and one event loop. It stops in an order
that loses nothing: first no new requests, then the open pages are let go, then whatever has begun
is finished; the rest waits in the database for the next start.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import socket
from typing import TYPE_CHECKING

import typer

from bot.errors import StoreError
from bot.settings import DESK, Settings
from bot.values import OWN_MACHINE
from bot.verbs.care import make_model
from bot.verbs.start import load, new_id, now
from bot.verbs.watch import door, server_of, watched

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from bot.app import App
    from bot.book import Book
    from bot.channels.web.chat import Chats
    from bot.channels.web.pages import Pages
    from bot.channels.web.streams import Streams
    from bot.desk import Office
    from bot.desk.enter import Paper

log = logging.getLogger(__name__)

BEGUN = """
Signpost is running. Stop it with Ctrl-C.

  Chat   {address}/chat
  Desk   {address}/desk
"""
SET_UP = """
Nobody receives reports yet at some of the schools. Whoever is to be a school's first reader opens
this link, which works once:

  {address}{path}
"""
STOPPING = "Stopping: what has begun is being finished."
LAST_REQUESTS = 5
"""Seconds that requests which have begun may still take."""

START_LOOK = 0.02
TIDY_EACH = 300.0

REACHED_AS_LOCALHOST = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104  # nothing is bound here


def run() -> None:
    """Start the bot: the chat page, the desk, and whatever else is set."""
    settings = load()
    make_model(settings.model_dir)
    with door(settings.host, settings.port, "SIGNPOST_PORT or SIGNPOST_HOST") as front:
        asyncio.run(serve(settings, front))


async def serve(settings: Settings, front: socket.socket) -> None:
    from bot.app import App
    from bot.channels.web.streams import CHANNEL, Streams

    streams = Streams()
    app = await App.open(
        settings,
        {CHANNEL: streams},
        now=now,
        new_id=new_id,
        answered=streams.ring,
        telegram=True,
    )
    try:
        async with watched(settings, app):
            await _serve(settings, app, streams, front)
    finally:
        await app.close()


async def _serve(settings: Settings, app: App, streams: Streams, front: socket.socket) -> None:
    chats, pages = chat_of(app, streams)
    book = book_of(app)
    office = office_of(settings, app, book)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, asked.set)
    server = server_of(
        site_of(settings, app, chats, pages, office), timeout_graceful_shutdown=LAST_REQUESTS
    )
    working = asyncio.create_task(app.serve())
    serving = asyncio.create_task(server.serve(sockets=[front]))
    tidying = asyncio.create_task(_tidy(chats))
    minding = asyncio.create_task(book.mind())
    while not (server.started or serving.done() or working.done()):
        await asyncio.sleep(START_LOOK)
    if server.started:
        typer.echo(await _begun(settings, office))
    asking = asyncio.create_task(asked.wait())
    await asyncio.wait((asking, working, serving), return_when=asyncio.FIRST_COMPLETED)
    typer.echo(STOPPING)
    streams.close()
    server.should_exit = True
    await asyncio.wait((serving,))
    await app.stop()
    tidying.cancel()
    minding.cancel()
    asking.cancel()
    await asyncio.gather(working, serving)  # raises what ended one of them before its time


def chat_of(app: App, streams: Streams) -> tuple[Chats, Pages]:
    from bot.channels.web.chat import Chats
    from bot.channels.web.pages import Pages

    return Chats(app, app.store.web, streams, now=now, new_id=new_id), Pages()


def book_of(app: App) -> Book:
    from bot.book import Book

    return Book(app.store, app.library, now)


def office_of(settings: Settings, app: App, book: Book) -> Office:
    from bot.desk import Office
    from bot.desk.lent import Lent
    from bot.gaps import Questions
    from bot.invitations import Inviting

    return Office(
        store=app.store,
        schools=app.schools,
        now=now,
        new_token=lambda: secrets.token_urlsafe(32),
        new_secret=secrets.token_bytes,
        secure=bool(settings.public_url and settings.public_url.startswith("https:")),
        paper=paper_of(app),
        lent=Lent(
            questions=Questions(app.store, app.library),
            book=book,
            inviting=Inviting(app.store, app.library(), settings, now),
        ),
    )


def may_choose(settings: Settings) -> bool:
    """Whether school and role may be chosen on the chat page, as where the bot is tried out."""
    here = settings.public_url is None and settings.host in OWN_MACHINE
    return settings.chat_free == "yes" or (settings.chat_free == "here" and here)


def paper_of(app: App) -> Paper:
    """The bot's own forms, for reports that the desk takes down."""
    from bot.cases.records import LEAST_BYTES, reference
    from bot.desk.enter import Paper
    from bot.dialogue.filed import filed, forms_in
    from bot.dialogue.training import DOMAIN

    forms = forms_in(DOMAIN)
    return Paper(
        forms,
        lambda kind, answers, **more: filed(forms[kind], answers, **more),
        app.routes,
        lambda: reference(secrets.token_bytes(LEAST_BYTES)),
    )


def site_of(settings: Settings, app: App, chats: Chats, pages: Pages, office: Office) -> Starlette:
    from starlette.routing import Mount

    from bot.channels.web.health import HealthRoutes
    from bot.channels.web.joining import Passes
    from bot.channels.web.routes import ChatRoutes
    from bot.channels.web.seen import SeenRoutes
    from bot.desk import desk_app
    from bot.site import Rules, site

    secure = settings.public_url.startswith("https:") if settings.public_url else None
    passes = Passes(app.store.enrolments, free=may_choose(settings))
    routes = ChatRoutes(chats, passes, pages, secure=secure, leave_to=settings.leave_to)
    brought = [app.telegram.route] if app.telegram and app.telegram.route else []
    rules = Rules(
        settings.public_url,
        settings.leave_to,
        settings.embed_on,
        machines=tuple(route.path for route in brought),
    )
    desk = [
        *HealthRoutes(app.health, pages).routes(),
        *SeenRoutes(app.seen, pages).routes(),
        *brought,
        Mount(DESK, desk_app(office)),
    ]
    return site(pages, rules, routes, desk, desk_at=f"{DESK}/")


async def _tidy(chats: Chats) -> None:
    """Erase the files that have been dealt with."""
    while True:
        try:
            await chats.tidy()
        except Exception as error:  # noqa: BLE001  # one bad look must not be the last
            log.error("old files can't be erased: %s", type(error).__name__)
        await asyncio.sleep(TIDY_EACH)


def address_of(settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url
    host = "localhost" if settings.host in REACHED_AS_LOCALHOST else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


async def _begun(settings: Settings, office: Office) -> str:
    from bot.desk import new_setup_link

    address = address_of(settings)
    try:
        path = await new_setup_link(office)
    except StoreError as error:
        # It was there a moment ago, and comes back: whoever writes meanwhile is told to wait.
        log.error("it isn't known whether a first reader is missing: %s", type(error).__name__)
        path = None
    link = SET_UP.format(address=address, path=f"{DESK}{path}") if path else ""
    return BEGUN.format(address=address) + link
