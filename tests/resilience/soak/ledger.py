"""What the people of the town did and were told, so that it can be held against the store."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field

MARK = "room {number}"
"""Stands in the words of one report, one file or one note, and nowhere else."""


@dataclass
class Case:
    """A report as the person knows it: `sent` once they saw its summary and said to send it."""

    mark: str
    urgent: bool = False
    sent: bool = False
    files: int = 0
    reference: str = ""


@dataclass
class Ledger:
    taken: int = 0
    """Messages that the page said were taken, and that Telegram had."""
    unheard: dict[str, bool] = field(default_factory=dict)
    """Those whose answer somebody didn't wait for any longer, and whether they saw them kept."""
    cases: dict[str, Case] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    """Every reference that anybody was told as that of a stored report."""
    notes: dict[str, bool] = field(default_factory=dict)
    """The desk's notes by their mark, and whether they were said to be kept."""
    waits: list[float] = field(default_factory=list)
    """Seconds until an answer, or until somebody waited no longer."""
    gave_up: int = 0
    """How often somebody waited no longer."""
    refused: Counter[str] = field(default_factory=Counter)
    """What went wrong in the people's eyes, by what it was."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Megabytes of the bot that lives through it all, by seconds since the beginning."""
    troubles: Counter[str] = field(default_factory=Counter)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(10_000))

    def mark(self) -> str:
        return MARK.format(number=next(self._numbers))

    def case(self, *, urgent: bool = False) -> Case:
        case = Case(self.mark(), urgent)
        self.cases[case.mark] = case
        return case
