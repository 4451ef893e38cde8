"""What happened, in its order: one list for every paper that leaves the desk.

What goes outside has neither private notes, nor what the school learned, nor the references of
other reports: the first two are its own thoughts, and the last would tell of other people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.cases.entries import EntryKind, KeptEntry, OpenedCase
from bot.desk import words

ONLY_INSIDE: frozenset[EntryKind] = frozenset(("private-note", "link"))

By = Callable[[int | None], str]
"""Who an author is, as it is to be written."""


@dataclass(frozen=True)
class Happened:
    at: datetime
    what: str
    by: str = field(repr=False)
    said: tuple[str, ...] = field(repr=False)


def chronology(case: OpenedCase, told: str, by: By, *, outside: bool) -> Iterator[Happened]:
    opened = case.opened
    kind = words.named(words.KINDS, opened.record.kind)
    yield Happened(opened.opened_at, f"{kind} received", told, (opened.record.words,))
    actions = {kept.number: kept.entry.text for kept in case.entries}
    for kept in case.entries:
        if not (outside and kept.entry.kind in ONLY_INSIDE):
            said = list(_said(kept, by, actions))
            if kept.entry.lessons and not outside:
                said.append(f"Learned from it: {kept.entry.lessons}")
            yield Happened(kept.at, _what(kept), by(kept.author), tuple(said))


def _what(kept: KeptEntry) -> str:
    entry = kept.entry
    named = words.named(words.ENTRIES, entry.kind)
    if entry.kind == "move":
        return f"{named}: {words.named(words.STATUSES, entry.status).lower()}"
    return named


def _said(kept: KeptEntry, by: By, actions: Mapping[int, str]) -> Iterator[str]:
    entry = kept.entry
    if entry.settles is not None:
        yield actions.get(entry.settles, "")
    if entry.outcome:
        yield words.named(words.OUTCOMES, entry.outcome)
    if entry.toward:
        yield f"To {entry.toward}"
    if entry.link:
        yield entry.link
    if entry.text:
        yield entry.text
    if entry.conditions:
        yield f"Conditions: {entry.conditions}"
    if entry.owner is not None:
        yield f"For {by(entry.owner)}" + (f", by {_day(entry.due)}" if entry.due else "")
    if entry.review:
        yield f"To be looked at again on {_day(entry.review)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
