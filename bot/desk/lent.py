"""What the desk is lent by the rest of the house: questions, the policy, and invitations.

The desk knows nobody who understands language or reads policies. It says here what it shows, and
whoever puts the house together hands it in; where something is missing, its page isn't there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.cases.enrolment import OpenInvitation


class Question(Protocol):
    """Questions that ask the same, without an answer; `numbers` are what each is kept under."""

    @property
    def kind(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def times(self) -> int: ...
    @property
    def staff(self) -> int: ...
    @property
    def parents(self) -> int: ...
    @property
    def last(self) -> date: ...
    @property
    def wordings(self) -> Sequence[str]: ...
    @property
    def numbers(self) -> Sequence[int]: ...


class Questions(Protocol):
    async def grouped(self, school: str, *, dealt: bool = False) -> Sequence[Question]:
        """What got no answer at a school, by meaning, the most frequent of each kind first."""


@dataclass(frozen=True)
class TopicLine:
    """One topic with how it is answered; `silent` is for whom the policy says nothing."""

    slug: str
    title: str
    staff: str
    parents: str
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chapter:
    title: str
    topics: tuple[TopicLine, ...]


@dataclass(frozen=True)
class Contents:
    """A school's policy at a glance; `dates` are those that should be looked at, in words."""

    title: str
    edition: str
    source: str
    review: str
    overdue: bool
    dates: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Clause:
    where: str
    says: str


@dataclass(frozen=True)
class TopicPage:
    """What staff and parents are told about a topic, and on what it rests."""

    title: str
    asks: str
    answers: tuple[tuple[str, str], ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Change:
    """A reply that is another one since; `lines` are what went ("gone") and what came ("new")."""

    topic: str
    title: str
    audience: str
    state: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Revision:
    """What a new edition of the pack changed; `parts` are clauses and other parts of it."""

    since: datetime
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    readable: bool = True


class Book(Protocol):
    def contents(self, school: str) -> Contents:
        """What the policy covers, and how."""

    def topic(self, school: str, slug: str) -> TopicPage | None:
        """One topic; nothing if there is none of this name."""

    async def revisions(self, school: str) -> Sequence[Revision]:
        """What has changed since it was first in use here, the newest first."""


class Made(Protocol):
    """An invitation that was made; its links are shown once."""

    @property
    def says(self) -> str: ...
    @property
    def ends(self) -> datetime: ...
    @property
    def links(self) -> Sequence[tuple[str, str]]: ...


class Inviting(Protocol):
    async def make(
        self,
        school: str,
        invited_as: str,
        *,
        days: int | None = None,
        uses: int | None = None,
        reader: int | None = None,
    ) -> Made:
        """An invitation, or a BotError that says why there can be none."""

    async def listed(self, school: str) -> list[OpenInvitation]:
        """Those that can still be accepted."""

    async def withdraw(self, school: str, number: int) -> None:
        """Let nobody accept it any more."""


@dataclass(frozen=True)
class Lent:
    questions: Questions | None = None
    book: Book | None = None
    inviting: Inviting | None = None
