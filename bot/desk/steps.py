"""What somebody does with a record, read from a form: an entry, and perhaps a move with it.

A form that can't be used is said to be so in one sentence, and what was typed stays in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.cases.entries import Entry
from bot.cases.records import read_reference
from bot.cases.workflow import OUTCOMES, Decision, Move, Outcome, Part, Status, after, may
from bot.errors import BotError

LONGEST = 20_000
NO_TEXT = "Write something first; nothing was added."
TOO_LONG = f"That is too long: {LONGEST} characters fit. Nothing was added; shorten it, or add two."
NOT_REACHABLE = (
    "This report didn't come through the bot, so no message can be sent. Nothing was added; speak "
    "to them in another way, and note that."
)
LONGEST_MESSAGE = 3_000
MESSAGE_TOO_LONG = (
    f"That is too long for a message: {LONGEST_MESSAGE} characters fit. Nothing was sent; shorten "
    "it, or send two."
)
NO_OWNER = "Choose who does it from the list."
NOTHING_TO_DO = "That is done already, or there is no such action. Nothing was added."
NO_DAY = "Write the day as it stands in a calendar, such as 2026-03-02."
NO_OUTCOME = "Choose an outcome: approved, approved with conditions, or declined."
NO_LINK = "That isn't a reference; one looks like SP-7KQ4-XM2D."
TO_ITSELF = "That is this report's own reference; write the other one's."
NO_PLACE = "Write where it was referred to, such as children's social care."
UNKNOWN = "That can't be done with a report; nothing was changed. Load the page again."


@dataclass(frozen=True)
class Case:
    """What has to be known of a record to do something with it."""

    reference: str
    kind: str
    status: Status
    readers: Collection[int]
    """Who can be given something to do: those who can open it."""
    today: date
    part: Part = "receiver"
    reachable: bool = True
    """Whether the reporter can be sent a message."""
    to_do: Collection[int] = ()
    """The numbers of the actions that wait to be done."""


@dataclass(frozen=True)
class Step:
    """With `moves`, it is done only if nobody else has moved the record meanwhile."""

    entry: Entry
    moves: bool = False


def read_step(what: str, form: Mapping[str, str], case: Case) -> Step:
    if what not in READ:
        raise BotError(UNKNOWN)
    return READ[what](form, case)


def _note(form: Mapping[str, str], case: Case) -> Step:
    return Step(Entry("note", _text(form)))


def _private(form: Mapping[str, str], case: Case) -> Step:
    return Step(Entry("private-note", _text(form)))


def _correction(form: Mapping[str, str], case: Case) -> Step:
    return Step(Entry("correction", _text(form)))


def _message(form: Mapping[str, str], case: Case) -> Step:
    """With `waits`, the report waits for the answer, and opens again when that comes."""
    if not case.reachable:
        raise BotError(NOT_REACHABLE)
    text = _text(form)
    if len(text) > LONGEST_MESSAGE:
        raise BotError(MESSAGE_TOO_LONG)
    waits = form.get("waits") == "1" and may(case.status, "ask-reporter", case.kind, case.part)
    if not waits or case.status == "waiting":
        return Step(Entry("to-reporter", text))
    status = after(case.status, "ask-reporter", case.kind, case.part)
    return Step(Entry("to-reporter", text, status=status), moves=True)


def _action(form: Mapping[str, str], case: Case) -> Step:
    owner = form.get("owner", "")
    if not (owner.isascii() and owner.isdecimal() and int(owner[:9]) in case.readers):
        raise BotError(NO_OWNER)
    due = _day(form.get("due", ""))
    return Step(Entry("action", _text(form), owner=int(owner[:9]), due=due))


def _done(form: Mapping[str, str], case: Case) -> Step:
    number = form.get("action", "")
    if not (number.isascii() and number.isdecimal() and int(number[:9]) in case.to_do):
        raise BotError(NOTHING_TO_DO)
    return Step(Entry("done", _text(form, needed=False), settles=int(number[:9])))


def _referral(form: Mapping[str, str], case: Case) -> Step:
    toward = form.get("toward", "").strip()[:200]
    if not toward:
        raise BotError(NO_PLACE)
    entry = Entry("referral", _text(form, needed=False), toward=toward)
    if not may(case.status, "refer", case.kind, case.part) or case.status == "waiting":
        return Step(entry)
    status = after(case.status, "refer", case.kind, case.part)
    return Step(Entry("referral", entry.text, toward=toward, status=status), moves=True)


def _link(form: Mapping[str, str], case: Case) -> Step:
    link = read_reference(form.get("link", "")[:40])
    if not link.isascii() or len(link) != len(case.reference):
        raise BotError(NO_LINK)
    if link == case.reference:
        raise BotError(TO_ITSELF)
    return Step(Entry("link", _text(form, needed=False), link=link))


def _decision(form: Mapping[str, str], case: Case) -> Step:
    outcome = _outcome(form.get("outcome", ""))
    reasons, conditions = _text(form, needed=False), form.get("conditions", "").strip()[:LONGEST]
    review = _day(form.get("review", ""))
    Decision(outcome, reasons, conditions, review).check(case.today)
    status = after(case.status, "decide", case.kind, case.part)
    entry = Entry(
        "decision", reasons, outcome=outcome, conditions=conditions, review=review, status=status
    )
    return Step(entry, moves=True)


def _close(form: Mapping[str, str], case: Case) -> Step:
    text, lessons = _text(form), form.get("lessons", "").strip()
    if len(lessons) > LONGEST:
        raise BotError(TOO_LONG)
    status = after(case.status, "close", case.kind, case.part)
    return Step(Entry("move", text, status=status, lessons=lessons), moves=True)


def _moving(move: Move) -> Callable[[Mapping[str, str], Case], Step]:
    def moved(form: Mapping[str, str], case: Case) -> Step:
        status = after(case.status, move, case.kind, case.part)
        return Step(Entry("move", _text(form, needed=False), status=status), moves=True)

    return moved


READ: Mapping[str, Callable[[Mapping[str, str], Case], Step]] = {
    "note": _note,
    "private-note": _private,
    "correction": _correction,
    "message": _message,
    "action": _action,
    "done": _done,
    "referral": _referral,
    "link": _link,
    "decide": _decision,
    "close": _close,
    "take": _moving("take"),
    "resume": _moving("resume"),
    "reopen": _moving("reopen"),
}


def _text(form: Mapping[str, str], *, needed: bool = True) -> str:
    text = form.get("text", "").strip()
    if needed and not text:
        raise BotError(NO_TEXT)
    if len(text) > LONGEST:
        raise BotError(TOO_LONG)
    return text


def _day(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise BotError(NO_DAY) from None


def _outcome(typed: str) -> Outcome:
    for outcome in OUTCOMES:
        if outcome == typed:
            return outcome
    raise BotError(NO_OUTCOME)
