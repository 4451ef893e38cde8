"""Who has looked at a record, and who hasn't: for the reader, and for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Seen:
    """A reader has seen a record since `at`. `first` is whether it was this press that said so."""

    reference: str
    reader: int
    at: datetime
    first: bool


@dataclass(frozen=True)
class Trouble:
    """A record that nobody has seen though all were told, or an alert that can't be brought."""

    reference: str
    school: str
    what: Literal["nobody has seen it", "an alert can't be brought"]
    reader: int | None = None
