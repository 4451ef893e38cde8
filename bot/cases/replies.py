"""What a reporter is told unasked: what was decided, and that it is time to look at it again.

A reader wrote the decision for them, so it goes to them whole: with its reasons, its conditions and
the day on which it is looked at again. Nothing else of a record does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.cases.entries import Entry
from bot.cases.workflow import NOTED, Outcome

ABOUT = "About your report {reference}, from the school:\n\n{text}"

NAMES: Mapping[str, str] = {
    "declaration": "declaration",
    "account-application": "application",
    "permission": "request",
}

OUTCOMES: Mapping[Outcome, str] = {
    "approved": "It is approved.",
    "approved-with-conditions": "It is approved, with conditions.",
    "declined": "It is declined.",
}

UNCLEAR = "If something about it isn't clear, ask at the school and give the number {reference}."

REVIEW = (
    "The day has come on which your {name} {reference} is looked at again. Whoever decided it at "
    "the school is told as well. If something has changed since then, tell them."
)
READ_AGAIN = (
    "A year ago you confirmed that you had read your school's policy ({reference}). Please read it "
    "again, and confirm it again."
)
CONFIRM_AGAIN = "Confirm it again"
CONFIRM_PAYLOAD = "/acknowledgement"


def decided(reference: str, kind: str, entry: Entry) -> str:
    """A decision, as the person who asked for it reads it."""
    said = [f"The school has decided on your {_name(kind)} {reference}."]
    said += [words for outcome, words in OUTCOMES.items() if outcome == entry.outcome]
    if entry.conditions:
        said.append(f"Conditions: {entry.conditions}")
    if entry.text:
        said.append(f"Reasons: {entry.text}")
    if entry.review is not None:
        said.append(f"It is looked at again on {day(entry.review)}.")
    return "\n\n".join([*said, UNCLEAR.format(reference=reference)])


def to_be_reviewed(reference: str, kind: str) -> str:
    if to_confirm(kind):
        return READ_AGAIN.format(reference=reference)
    return REVIEW.format(name=_name(kind), reference=reference)


def to_confirm(kind: str) -> bool:
    """Whether the reporter can do it again at once, instead of waiting for the school."""
    return kind in NOTED


def day(moment: date) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _name(kind: str) -> str:
    return NAMES.get(kind, "report")
