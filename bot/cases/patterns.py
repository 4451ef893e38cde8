"""Which records are about the same people, and which adult several concerns are about.

One low-level concern is a doubt; three about the same adult are a pattern, and nobody sees it who
reads them one by one. It is found among records that a reader has open, so nobody is compared whom
that reader may not read about. Names are written in many ways: what is found is to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cases.naming import Name, words
from bot.cases.records import NewRecord, OpenedRecord

LEAST = 3
"""Concerns about one adult that are pointed out together."""

CONCERN = "staff-concern"
POSTS = ("head", "dsl")
OTHERS = frozenset(("Who is affected", "Who it was", "Who it is"))
"""The labels of the questions that ask for a pupil or a family."""


@dataclass(frozen=True)
class Pattern:
    """Concerns about one adult, the oldest first; `about` is as the first of them calls them."""

    about: str = field(repr=False)
    references: tuple[str, ...]
    first: datetime
    last: datetime


def patterns(records: Iterable[OpenedRecord], least: int = LEAST) -> list[Pattern]:
    """The adults about whom there are several concerns, those with the most first."""
    groups: list[list[tuple[str, OpenedRecord]]] = []
    concerns = [one for one in records if one.record.kind == CONCERN]
    for opened in sorted(concerns, key=lambda one: one.opened_at):
        for about in dict.fromkeys(adults(opened.record)):
            group = next((one for one in groups if _is_in(about, one)), None)
            if group is None:
                groups.append([(about, opened)])
            elif group[-1][1] is not opened:
                group.append((about, opened))
    many = sorted((one for one in groups if len(one) >= least), key=len, reverse=True)
    return [
        Pattern(
            group[0][0],
            tuple(opened.record.reference for _, opened in group),
            group[0][1].opened_at,
            group[-1][1].opened_at,
        )
        for group in many
    ]


def adults(record: NewRecord) -> tuple[str, ...]:
    """Who at the school it is about: by name, or by their post where no name was given."""
    if record.named:
        return record.named
    return (f"the {record.subject}",) if record.subject in POSTS else ()


def same_people(one: NewRecord, other: NewRecord) -> bool:
    """Whether two records name somebody alike."""
    if any(same_name(mine, theirs) for mine in adults(one) for theirs in adults(other)):
        return True
    return bool(_others(one) & _others(other))


def same_name(one: str, other: str) -> bool:
    """Alike in surname, and in the first name or its initial as far as both have one."""
    if words(one) == words(other):
        return True
    mine, theirs = Name.of(one), Name.of(other)
    if not mine.surname or mine.surname != theirs.surname:
        return False
    if not mine.given or not theirs.given:
        return True
    first, second = mine.given[0], theirs.given[0]
    return first == second or (1 in (len(first), len(second)) and first[0] == second[0])


def _is_in(about: str, group: Sequence[tuple[str, OpenedRecord]]) -> bool:
    return any(same_name(about, name) for name, _ in group)


def _others(record: NewRecord) -> set[tuple[str, ...]]:
    return {tuple(words(text)) for label, text in record.facts if label in OTHERS and words(text)}
