"""The record that an address names, opened with the reader's own key, and who stands in it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request

from bot.cases.entries import OpenedCase
from bot.cases.people import Reader
from bot.cases.records import OpenedRecord, read_reference
from bot.desk import words
from bot.desk.chronology import By
from bot.desk.visit import Visit, visit_of
from bot.errors import NotYours


async def case_for(request: Request) -> OpenedCase:
    """The record that the address names."""
    visit = visit_of(request)
    reference = request.path_params["reference"]
    if read_reference(reference) != reference or not reference.isascii():
        raise NotYours("There is no such reference.")
    return await visit.services.casework.opened(reference, visit.reader.id, visit.key)


async def authors(visit: Visit) -> By:
    """Who wrote what, by name."""
    return named(await visit.services.store.readers(visit.reader.school))


def named(readers: Iterable[Reader]) -> By:
    names = {reader.id: reader.name for reader in readers}

    def by(author: int | None) -> str:
        return "The person who reported" if author is None else names.get(author, "A former reader")

    return by


def told_by(opened: OpenedRecord) -> str:
    role, comma, more = opened.record.told_by.partition(", ")
    return f"{words.TOLD_BY.get(role, role)}{comma}{more}" or "Not said"
