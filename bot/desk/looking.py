"""Looks inside a reader's own records: opened in memory, a few at a time, and let go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.cases.entries import KeptEntry
from bot.cases.records import OpenedRecord
from bot.desk.visit import Visit

MOST = 500
"""Records that are opened for one page."""

AT_ONCE = 25
"""So that it keeps nobody else's page waiting for long."""


async def inside(
    visit: Visit, references: Sequence[str]
) -> AsyncIterator[tuple[OpenedRecord, list[KeptEntry]]]:
    """Each record with what followed, in the order asked for; NotYours if one isn't theirs."""
    for at in range(0, len(references), AT_ONCE):
        some = references[at : at + AT_ONCE]
        for one in await visit.services.cases.searched(some, visit.reader.id, visit.key):
            yield one
