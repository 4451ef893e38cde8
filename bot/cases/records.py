"""What is handed over: a record as a conversation leaves it, and the name it goes by.

The kinds restate the flows of `bot.policy.schema`, which this room may not know; a test holds the
two together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

RecordKind = Literal[
    "urgent",
    "incident",
    "contact-report",
    "declaration",
    "account-application",
    "permission",
    "website-report",
    "staff-concern",
    "acknowledgement",
]
KINDS: tuple[RecordKind, ...] = get_args(RecordKind)

Severity = Literal["immediate", "serious", "routine"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Subject = Literal["none", "pupil", "ex-pupil", "parent", "staff", "head", "dsl", "other"]
"""Whom a record is about. It decides who receives it, and is sealed with the rest."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)

# No vowels, so that no word comes out, and nothing that is taken for something else on paper.
SYMBOLS = "2346789CDFGHJKMNPQRTVWXY"
GROUP, GROUPS = 4, 2
LEAST_BYTES = 8


@dataclass(frozen=True)
class NewRecord:
    """A finished record that nobody has stored yet.

    `words` is what the person wrote, `facts` what was asked for and answered, by its label. `named`
    holds the names of whom it is about: these people never receive it. `told_by` is the reporter's
    role, and more only where they gave it. `files` is the SHA-256 of each file that came along, in
    their order. None of it is ever printed by accident.
    """

    reference: str
    school: str
    kind: RecordKind
    severity: Severity
    subject: Subject = "none"
    named: tuple[str, ...] = field(default=(), repr=False)
    told_by: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)


MediaType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"]
"""What can be kept as evidence; told by the content, whatever a file calls itself."""


@dataclass(frozen=True)
class Evidence:
    """One file that belongs to a record. `came_at` is known of what has been kept."""

    media: MediaType
    content: bytes = field(repr=False)
    came_at: datetime | None = field(default=None, compare=False)

    @cached_property
    def sha256(self) -> str:
        """By which anybody can tell whether a copy is the file that came."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class RecordLine:
    """What can be known of a record without a key to it."""

    reference: str
    school: str
    kind: str
    severity: str
    status: str
    opened_at: datetime


@dataclass(frozen=True)
class OpenedRecord:
    """A record as a reader has it before them."""

    record: NewRecord
    status: str
    opened_at: datetime


def reference(random_bytes: bytes) -> str:
    """A name such as SP-7KQ4-XM2D, easily told over the phone; two may come out alike."""
    if len(random_bytes) < LEAST_BYTES:
        raise ValueError(f"a reference needs {LEAST_BYTES} random bytes")
    number = int.from_bytes(random_bytes, "big")
    symbols = ""
    for _ in range(GROUP * GROUPS):
        number, place = divmod(number, len(SYMBOLS))
        symbols += SYMBOLS[place]
    return "-".join(["SP", *(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))])


def read_reference(typed: str) -> str:
    """A reference as somebody types it, in small letters or without its hyphens."""
    symbols = "".join(filter(str.isalnum, typed)).upper().removeprefix("SP")
    return "-".join(["SP", *(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))])
