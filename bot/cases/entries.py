"""What follows a record: entries that are added and never changed, and how a case looks from out.

A correction is an entry too. The reporter reads none of them: what they are told is sent to them,
by a message or a decision, so a private note can't be shown to them by a slip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.cases.records import MediaType, OpenedRecord
from bot.cases.workflow import Part

EntryKind = Literal[
    "note",
    "private-note",
    "correction",
    "action",
    "done",
    "to-reporter",
    "from-reporter",
    "decision",
    "referral",
    "link",
    "move",
]


@dataclass(frozen=True)
class Entry:
    """One thing done or said. `owner` is a reader's number, `toward` whom outside it went to.

    `outcome`, `conditions` and `review` belong to a decision, `status` is where a move leads and
    `lessons` what the school learned from what is closed; `link` is another record's reference, and
    `settles` the number of the action that is done.
    """

    kind: EntryKind
    text: str = field(default="", repr=False)
    owner: int | None = None
    due: date | None = None
    outcome: str = ""
    conditions: str = field(default="", repr=False)
    review: date | None = None
    toward: str = field(default="", repr=False)
    link: str = ""
    status: str = ""
    settles: int | None = None
    lessons: str = field(default="", repr=False)


@dataclass(frozen=True)
class KeptEntry:
    """`author` is a reader's number; nobody's is the reporter's, or the bot's."""

    number: int
    author: int | None
    at: datetime
    entry: Entry


@dataclass(frozen=True)
class KeptFile:
    """A piece of evidence that hasn't been opened yet."""

    number: int
    media: MediaType | None = None


@dataclass(frozen=True)
class OpenedCase:
    """A record with all that followed. `moves` is to be given back when it is moved.

    `part` is what whoever opened it has to do with it, which says what moves they may make.
    `reachable` is whether its reporter can be sent a message: it came through the bot. `holders`
    are the readers who can open it.
    """

    opened: OpenedRecord
    entries: tuple[KeptEntry, ...]
    files: tuple[KeptFile, ...]
    moves: int
    held: bool = False
    part: Part = "receiver"
    reachable: bool = False
    holders: frozenset[int] = frozenset()

    @property
    def to_do(self) -> tuple[KeptEntry, ...]:
        """The actions that nobody has ticked off, in the order in which they were given."""
        done = {kept.entry.settles for kept in self.entries if kept.entry.kind == "done"}
        actions = (kept for kept in self.entries if kept.entry.kind == "action")
        return tuple(kept for kept in actions if kept.number not in done)


Section = Literal["overdue", "new", "open", "closed"]
SECTIONS: tuple[Section, ...] = ("overdue", "new", "open", "closed")


@dataclass(frozen=True)
class Line:
    """A record in a reader's list; `after` is what the next page is asked for with."""

    reference: str
    school: str
    kind: str
    severity: str
    status: str
    opened_at: datetime
    section: Section
    due_at: datetime | None = None
    seen_at: datetime | None = None
    after: str = ""


@dataclass(frozen=True)
class Task:
    """An action that waits, as far as it can be known without a key to its record."""

    reference: str
    kind: str
    owner: int
    due: date | None = None


@dataclass(frozen=True)
class ReportState:
    """What the reporter may know of their report; `sent_to` is the posts of who received it."""

    reference: str
    kind: str
    status: str
    opened_at: datetime
    seen_at: datetime | None = None
    seen_by: frozenset[str] = frozenset()
    closed_at: datetime | None = None
    sent_to: frozenset[str] = frozenset()
    fingerprint: str = ""
    school: str = ""
