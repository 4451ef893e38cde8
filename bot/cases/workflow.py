"""What may become of a record, and who may make it so: one table of moves.

A record is received, seen, worked on, perhaps waiting for somebody, and closed. A request for a yes
or no (a declaration, an account, a permission) is decided, which settles it as closing does, until
its review date. Whoever only has a copy may look and note, and leaves decisions to the receiver.
Nothing here knows a database: the store checks that a record is still where its reader saw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from bot.errors import BotError

Status = Literal["received", "seen", "open", "waiting", "closed", "reopened"]
STATUSES: tuple[Status, ...] = get_args(Status)

Move = Literal[
    "see", "take", "ask-reporter", "refer", "resume", "reporter-adds", "decide", "close", "reopen"
]
MOVES: tuple[Move, ...] = get_args(Move)

Part = Literal["receiver", "copy", "reporter"]
"""What somebody has to do with a record; whoever it was passed on to counts as its receiver."""

Outcome = Literal["approved", "approved-with-conditions", "declined"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

DECIDED: frozenset[str] = frozenset(("declaration", "account-application", "permission"))
"""The kinds that ask for a yes or no."""

NOTED: frozenset[str] = frozenset(("acknowledgement",))
"""The kinds that ask for nothing: they are told of once, and settled from the first moment."""

IN_HAND: tuple[Status, ...] = ("seen", "open", "waiting", "reopened")
READERS: tuple[Part, ...] = ("receiver", "copy")


@dataclass(frozen=True)
class Rule:
    """From where a move leads where, who may make it, and whether only decided kinds have it."""

    begins: tuple[Status, ...]
    ends: Status
    who: tuple[Part, ...] = ("receiver",)
    decided_only: bool = False


RULES: dict[Move, Rule] = {
    # A copy that is seen doesn't settle that its receiver saw the record.
    "see": Rule(("received",), "seen"),
    "take": Rule(("received", "seen", "reopened"), "open"),
    "ask-reporter": Rule(("received", *IN_HAND), "waiting"),
    "refer": Rule(("received", *IN_HAND), "waiting"),
    "resume": Rule(("waiting",), "open"),
    "reporter-adds": Rule(("waiting",), "open", ("reporter",)),
    "decide": Rule(("received", *IN_HAND), "closed", decided_only=True),
    "close": Rule(("received", *IN_HAND), "closed"),
    "reopen": Rule(("closed",), "reopened", READERS),
}

NOW: dict[Status, str] = {
    "received": "nobody has seen it yet",
    "seen": "it has been seen, and nobody has taken it up yet",
    "open": "somebody is working on it",
    "waiting": "it waits for the reporter, or for somebody outside",
    "closed": "it is closed",
    "reopened": "it was opened again, and nobody has taken it up yet",
}


class MoveRefused(BotError):  # noqa: N818  # what happened, not what kind of thing it is
    """This move isn't one for this record, this status or this person; nothing was changed."""


@dataclass(frozen=True)
class Decision:
    """An answer to a request. `review` is when it is looked at again."""

    outcome: Outcome
    reasons: str = field(default="", repr=False)
    conditions: str = field(default="", repr=False)
    review: date | None = None

    def check(self, today: date) -> None:
        """Raises a MoveRefused that says what is missing."""
        if self.outcome == "approved-with-conditions" and not self.conditions.strip():
            raise MoveRefused("Write down the conditions, or choose approved without any.")
        if self.outcome != "approved-with-conditions" and self.conditions.strip():
            raise MoveRefused("There are conditions: choose approved with conditions.")
        if self.outcome == "declined" and not self.reasons.strip():
            raise MoveRefused("Give the reasons, so that the person understands why not.")
        if self.outcome != "declined" and self.review is None:
            raise MoveRefused("Set the day on which this is looked at again.")
        if self.review is not None and self.review <= today:
            raise MoveRefused("The review date is past already; choose a later day.")


def first_status(kind: str) -> Status:
    """Where a record begins."""
    return "closed" if kind in NOTED else "received"


def may(status: Status, move: Move, kind: str, part: Part) -> bool:
    rule = RULES[move]
    fits = kind in DECIDED or not rule.decided_only
    return fits and status in rule.begins and part in rule.who


def after(status: Status, move: Move, kind: str, part: Part) -> Status:
    """Where a move leads, or a MoveRefused that says why it can't be made."""
    rule = RULES[move]
    if part not in rule.who:
        raise MoveRefused(
            "You have a copy of this record: you can read it and add notes, and its receiver "
            "settles what becomes of it."
            if part == "copy"
            else "This is for somebody else to do; nothing was changed."
        )
    if rule.decided_only and kind not in DECIDED:
        raise MoveRefused("This record asks for no yes or no; close it with what came of it.")
    if status not in rule.begins:
        raise MoveRefused(f"This can't be done now: {NOW[status]}. Nothing was changed.")
    return rule.ends


def move_of(kind: str, begins: str, ends: str) -> Move:
    """Which move an entry of this kind makes that leads from one status to another."""
    if kind == "decision":
        return "decide"
    if kind == "referral":
        return "refer"
    if ends == "open":
        return "resume" if begins == "waiting" else "take"
    for move in ("see", "ask-reporter", "close", "reopen"):
        if RULES[move].ends == ends:
            return move
    raise MoveRefused("There is no such status; nothing was changed.")


def status_of(word: str) -> Status:
    for status in STATUSES:
        if status == word:
            return status
    raise MoveRefused(f"There is no status {word!r}; nothing was changed.")


def outcome_of(word: str) -> Outcome:
    for outcome in OUTCOMES:
        if outcome == word:
            return outcome
    raise MoveRefused("Choose an outcome: approved, approved with conditions, or declined.")


def choices(status: Status, kind: str, part: Part) -> Iterator[Move]:
    """The moves that can be offered to somebody, in the order in which they are made."""
    return (move for move in MOVES if may(status, move, kind, part))
