"""The registers: declarations, official accounts, and who has confirmed reading the policy.

A register is no second copy. It is read from the records themselves, each opened with the reader's
own key, so that whoever may not read a declaration doesn't find it in the register either. What
stands in clear is a record's kind, its status and the day of its review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from bot.cases.calendar import LONDON
from bot.cases.entries import Entry, KeptEntry, OpenedCase
from bot.cases.records import RecordKind
from bot.cases.workflow import OUTCOMES

Register = Literal["declarations", "accounts", "acknowledgements"]
REGISTERS: tuple[Register, ...] = get_args(Register)

KIND_OF: Mapping[Register, RecordKind] = {
    "declarations": "declaration",
    "accounts": "account-application",
    "acknowledgements": "acknowledgement",
}

Standing = Literal[
    "undecided", "approved", "approved-with-conditions", "declined", "under-review", "confirmed"
]
"""`under-review` was decided before and is open again; `confirmed` is an acknowledgement's."""

HEADLINE: Mapping[Register, tuple[str, ...]] = {
    "declarations": ("Kind of tie", "Tie with"),
    "accounts": ("App or site", "Audience"),
    "acknowledgements": ("Policy", "Right in the end"),
}
"""The questions, by their labels, whose answers say in one line what an entry is about."""

RUN_BY = ("Run by", "And by")
"""The labels of who runs an account."""

VERSION = "Version of the answers"
CLOSED = "closed"

RENEWS_AFTER = timedelta(days=182)
"""How much later somebody confirms anew. What comes sooner in the same chat may be a colleague's,
at a shared computer, and the first one's day still stands."""
NOTHING_SAID = Entry("decision")


@dataclass(frozen=True)
class Registered:
    """One entry of a register, as a reader who holds its record's key sees it.

    `who` is the person who declared, asked or confirmed. `review` is the day on which it is looked
    at again, and `due` whether that has come; nothing that was declined is reviewed.
    """

    register: Register
    reference: str
    school: str
    opened_at: datetime
    standing: Standing
    who: str = field(repr=False)
    about: str = field(repr=False)
    run_by: tuple[str, ...] = field(default=(), repr=False)
    version: str = ""
    decided_at: datetime | None = None
    reasons: str = field(default="", repr=False)
    conditions: str = field(default="", repr=False)
    review: date | None = None
    due: bool = False


@dataclass(frozen=True)
class RegisterPage:
    """Some entries, the newest first; `after` asks for the next page, and is empty on the last."""

    entries: tuple[Registered, ...]
    after: str = ""


@dataclass(frozen=True)
class Review:
    """A record that is to be looked at again, as far as it is known without opening it."""

    reference: str
    school: str
    kind: str
    on: date


def register_of(kind: str) -> Register | None:
    return next((register for register in REGISTERS if KIND_OF[register] == kind), None)


def registered(case: OpenedCase, today: date, *, renewed: bool = False) -> Registered:
    """A record as it stands in its register. One that is `renewed` was confirmed anew by a later
    one, so nobody is to look at it again.
    """
    record, opened_at = case.opened.record, case.opened.opened_at
    register = register_of(record.kind)
    if register is None:
        raise ValueError(f"a {record.kind} stands in no register")
    facts = dict(record.facts)
    decided = _decided(case.entries)
    said = decided.entry if decided else NOTHING_SAID
    review = review_day(record.kind, opened_at, said.outcome, said.review)
    if renewed or (register == "acknowledgements" and _seen_to(case.entries, review)):
        review = None
    return Registered(
        register,
        record.reference,
        record.school,
        opened_at,
        _standing(register, case.opened.status, decided),
        record.told_by.partition(", ")[2] or record.told_by,
        ", ".join(facts[label] for label in HEADLINE[register] if facts.get(label)),
        tuple(facts[label] for label in RUN_BY if facts.get(label)),
        facts.get(VERSION, ""),
        decided.at if decided else None,
        said.text,
        said.conditions,
        review,
        review is not None and review <= today,
    )


def review_day(kind: str, opened_at: datetime, outcome: str, said: date | None) -> date | None:
    """When a settled record is looked at again: as decided, or a year after it was confirmed."""
    if kind == KIND_OF["acknowledgements"]:
        return a_year_on(opened_at.astimezone(LONDON).date())
    return None if outcome == "declined" else said


def a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _decided(entries: Sequence[KeptEntry]) -> KeptEntry | None:
    """The last decision counts; what was decided before stays in the record."""
    return next((kept for kept in reversed(entries) if kept.entry.kind == "decision"), None)


def _seen_to(entries: Sequence[KeptEntry], review: date | None) -> bool:
    """Whether it was closed on its day or later: somebody has looked, and there is no other day."""
    closed = (kept.at.astimezone(LONDON).date() for kept in entries if kept.entry.status == CLOSED)
    return review is not None and any(day >= review for day in closed)


def _standing(register: Register, status: str, decided: KeptEntry | None) -> Standing:
    if register == "acknowledgements":
        return "confirmed"
    if decided is None:
        return "undecided"
    if status != CLOSED:
        return "under-review"
    for outcome in OUTCOMES:
        if outcome == decided.entry.outcome:
            return outcome
    return "undecided"
