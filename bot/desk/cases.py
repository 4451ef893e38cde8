"""What the desk asks of whatever keeps the records, in the desk's own terms.

Pages know this and no more. The store's front door for the desk gives it today; what it is asked
for is always one reader's, and what it gives is never more than that reader holds a key to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.cases.records import OpenedRecord
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
