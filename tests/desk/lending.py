"""A desk that is lent everything: real questions, a real book of small policies, invitations."""

from __future__ import annotations

from pathlib import Path

from bot.book import Book
from bot.desk.lent import Lent
from bot.gaps import Questions
from bot.invitations import Inviting
from bot.messages import Gap, Reply
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import load_settings
from bot.store import Store
from tests.conftest import Clock
from tests.desk.visitors import SCHOOLS
from tests.packs.small import FILES, SCHOOL
from tests.store.people import claimed, says


def policies(folder: Path) -> Path:
    """The small policy for each school of these tests."""
    for name, text in FILES.items():
        for school, known_as in SCHOOLS:
            path = folder / name.replace(SCHOOL, school)
            path.parent.mkdir(parents=True, exist_ok=True)
            said = text.replace(SCHOOL, school).replace("Hill Top School", known_as)
            path.write_text(said, encoding="utf-8")
    return folder


def lending(store: Store, clock: Clock, shelf: Shelf) -> Lent:
    settings = load_settings({"SIGNPOST_TELEGRAM_NAME": "OakBot"})
    return Lent(
        questions=Questions(store, shelf),
        book=Book(store, shelf, clock),
        inviting=Inviting(store, shelf(), settings, clock),
    )


def shelf_of(folder: Path) -> Shelf:
    return Shelf(Library.load(policies(folder)))


async def asked(store: Store, gap: Gap, conversation: str = "telegram:1") -> None:
    await store.accept(says("a question", conversation))
    await store.finish(await claimed(store), b"memory", [Reply("I don't know.")], gap)
