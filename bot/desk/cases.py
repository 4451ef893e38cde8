"""What the desk asks of whatever keeps the records, in the desk's own terms.

Pages know this and no more. What is asked for is always one reader's, and what is given is never
more than that reader holds a key to. `Casework` may be missing: then a record can be read, and
nothing added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.cases.entries import Entry, OpenedCase
from bot.cases.records import Evidence, OpenedRecord
from bot.store.desk_lists import Page, Wanted


class Cases(Protocol):
    async def page(self, reader: int, wanted: Wanted) -> Page:
        """Lines of what a reader has, and counts of nothing else."""

    async def opened(
        self, references: Sequence[str], reader: int, private: bytes
    ) -> list[OpenedRecord]:
        """Open records, or NotYours whether there are such records or not."""

    async def exported(self, reader: int, reference: str, form: str, reason: str) -> None:
        """Write down that something is taken away. It may be, once this returns."""


class Casework(Protocol):
    async def opened(self, reference: str, reader: int | None, private: bytes) -> OpenedCase:
        """A record with all that followed; that it was looked at is written down."""

    async def evidence(
        self, reference: str, number: int, reader: int | None, private: bytes
    ) -> Evidence:
        """One of its files."""

    async def add_entry(self, reference: str, reader: int, private: bytes, entry: Entry) -> int:
        """Add to it."""

    async def move(
        self, reference: str, reader: int, private: bytes, entry: Entry, moves: int
    ) -> int:
        """Bring it to `entry.status`, unless another reader was quicker: then nothing is kept."""


async def opened_case(
    cases: Cases, casework: Casework | None, reference: str, reader: int, private: bytes
) -> OpenedCase:
    if casework is not None:
        return await casework.opened(reference, reader, private)
    (opened,) = await cases.opened([reference], reader, private)
    return OpenedCase(opened, (), (), 0)
