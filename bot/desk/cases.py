"""What the desk asks of whatever keeps the records, in the desk's own terms.

Pages know this and no more. What is asked for is always one reader's, and what is given is never
more than that reader holds a key to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.cases.entries import Entry, KeptEntry, Line, OpenedCase, Section, Task
from bot.cases.records import Evidence, OpenedRecord
from bot.cases.routing import Handover
from bot.store.desk_lists import Counted
from bot.store.lists import Filter


class Cases(Protocol):
    async def waiting(self, reader: int) -> tuple[Counted, ...]:
        """How many of each kind and severity wait, of what a reader has."""

    async def tasks(self, reader: int, today: date) -> list[Task]:
        """What a reader has to do, and what is late of those who share their records."""

    async def late_tasks(self, reader: int, today: date) -> int:
        """How many of those are late."""

    async def searched(
        self, references: Sequence[str], reader: int, private: bytes
    ) -> list[tuple[OpenedRecord, list[KeptEntry]]]:
        """Records with what followed, for a look inside; NotYours if one isn't theirs."""

    async def search_begins(self, reader: int, among: int) -> None:
        """Write down that a reader is about to look inside so many records."""

    async def take_down(
        self, handover: Handover, reader: int, files: Sequence[Evidence] = ()
    ) -> None:
        """Keep a record that a reader wrote down for somebody else, with what came with it."""


class Casework(Protocol):
    async def inbox(self, reader: int, wanted: Filter) -> list[Line]:
        """A page of what a reader has a key to, what needs them first."""

    async def counts(self, reader: int) -> Mapping[Section, int]:
        """How many there are in each section that waits."""

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

    async def tell_reporter(
        self, reference: str, reader: int, private: bytes, text: str, moves: int | None = None
    ) -> int:
        """Send words to whoever made the report, and keep them with it; with `moves`, it waits."""

    async def hold(
        self, reference: str, reader: int, private: bytes, *, held: bool, reason: str
    ) -> None:
        """Keep it beyond its time for the law's sake, or let it go again."""

    async def exported(self, reference: str, reader: int | None, reason: str) -> None:
        """Write down that something is taken away. It may be, once this returns."""
