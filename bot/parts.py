"""The parts that `app` is put together from, each made of the settings and of one another."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from bot.cases.records import NewRecord
from bot.cases.routing import Route, SchoolRoutes, hand_over
from bot.channels import email
from bot.dialogue.actions import all_actions
from bot.dialogue.actions.reporting import Reporting
from bot.dialogue.agent import Dialogue
from bot.dialogue.lasting import lasting
from bot.dialogue.training import model_path
from bot.errors import FetchFailed, ModelError
from bot.first import Fetch
from bot.health import Means
from bot.language.ahead import Ahead
from bot.language.encoder import second_encoder, shared_encoder
from bot.language.search import Search
from bot.language.urgent.detector import Detector
from bot.language.urgent.model import AlarmModel
from bot.messages import Attachment
from bot.policy.shelf import Shelf
from bot.policy.takers import takers
from bot.policy.wording import school_day
from bot.settings import Settings
from bot.store import Store

log = logging.getLogger(__name__)

GONE = "That file isn't here any more; please send it again."


def uploads(store: Store) -> Fetch:
    async def fetch(attachment: Attachment) -> bytes:
        """A file that came with a message on the page, while it is on its way."""
        content = await store.web.upload(attachment.handle)
        if content is None:
            raise FetchFailed(GONE)
        return content

    return fetch


def routes(shelf: Shelf, school: str) -> SchoolRoutes:
    """What a school's pack says on who takes what, as the cases want it."""
    pack = shelf().pack(school)
    routes = {
        str(flow): {str(subject): str(role) for subject, role in by_subject.items()}
        for flow, by_subject in takers(pack).items()
    }
    return SchoolRoutes(pack.school.short, routes)


async def routed(store: Store, shelf: Shelf, record: NewRecord) -> Route | None:
    """Whom a record would go to; nothing where a school takes none."""
    if not await store.takes_records(record.school):
        return None
    readers = await store.readers(record.school)
    return hand_over(record, readers, routes(shelf, record.school)).route


def mail(
    settings: Settings, store: Store, now: Callable[[], datetime]
) -> Mapping[str, email.EmailSender]:
    """The way to readers by e-mail, if there is a server for it."""
    if settings.smtp_url is None or settings.mail_from is None:
        return {}

    async def address(reader: int) -> str | None:
        return await store.address(reader, email.CHANNEL)

    sender = email.EmailSender(
        address,
        settings.mail_from,
        **asdict(settings.smtp_url),
        now=now,
        site=settings.public_url,
        administrator=settings.admin_mail,
    )
    return {email.CHANNEL: sender}


def dialogue(settings: Settings, shelf: Shelf, reporting: Reporting) -> Dialogue | None:
    """The trained bot; without it questions go unanswered, but urgent help still goes out."""
    search = lasting(Search(shared_encoder()).nearest)
    try:
        return Dialogue(
            model_path(settings.model_dir),
            lambda domain: all_actions(
                domain, shelf, lambda: school_day(reporting.now()), search, reporting
            ),
        )
    except ModelError as error:
        log.error("the bot can only give urgent help: %s", error)
        return None


def reads_ahead() -> Callable[[str], Awaitable[None]]:
    """Reads the messages of several turns at once, for the detector and the dialogue alike."""
    return Ahead(shared_encoder()).read


def detector() -> Detector:
    """What hears danger; without its own model it goes by wording alone."""
    try:
        return Detector(shared_encoder(), AlarmModel.load(), second_encoder())
    except ModelError as error:
        log.error("%s", error)
        return Detector(shared_encoder(), None)


def means(answers: bool, hears: Detector, fetched: Sequence[str]) -> Means:
    """How the bot looks at those parts of itself that don't stand in the database."""

    def encodes() -> bool:
        # Another sentence each time: the encoder remembers those that it has read.
        row = shared_encoder().encode([f"is it {time.monotonic_ns()} yet"])[0]
        return bool(0.99 < float((row**2).sum()) < 1.01)

    return Means(answers, encodes, lambda text: hears.read(text).raised, tuple(fetched))
