"""What a reader is told of a record: that it is there, and nothing of what it says.

An alert travels by e-mail and by chat, through machines that nobody at the school looks after, and
shows on a telephone's locked screen. Its reference is all that leads to the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cases.entries import Section
from bot.cases.records import NewRecord
from bot.cases.reminders import Watched, Word
from bot.cases.workflow import NOTED

URGENT, ALERT = 10, 5
"""What is urgent goes out before everything else that waits, and any alert before mere answers."""

SEEN = "Seen"
SEEN_PAYLOAD = "seen:"
"""What the button under an alert means, before its token."""

WAITS = "Signpost: a new {urgent}report, {reference}, is waiting for you at {school}."
COPIED = "Signpost: a new {urgent}report, {reference}, has come in at {school}; you have a copy."
KEPT = "Signpost: {reference} has come in at {school}. It is kept, and waits for nothing."
REST = (
    "What it says is not in this message, so that nobody else can read it. "
    "Open it in Signpost with your passphrase, and give this reference when you speak about it."
)

AGAIN: dict[Word, str] = {
    "remind": "Signpost: nobody has seen the {urgent}report {reference} at {school} yet.",
    "passed-on": (
        "Signpost: the {urgent}report {reference} at {school} is yours to open now. Nobody has "
        "seen it, and you are next in line."
    ),
    "ask-holder": (
        "Signpost: nobody has seen the {urgent}report {reference} at {school} yet. You can't open "
        "it; please ask {holders} to do so."
    ),
    "late": "Signpost: the {urgent}report {reference} at {school} is past its time.",
    "waits": "Signpost: the report {reference} at {school} still waits for somebody's answer.",
    "review": "Signpost: {reference} at {school} was settled for a time, which is over now.",
}

MORNING = "Signpost: {reports} for you at {school}: {kinds}."
WAITING: dict[Section, tuple[str, str]] = {
    "overdue": ("past its time", "past their time"),
    "new": ("new", "new"),
    "open": ("being dealt with", "being dealt with"),
}
MORNING_REST = (
    "What they say is not in this message. Open them in Signpost with your passphrase. This comes "
    "once on each of your working days on which something waits."
)

WHAT_TO_DO: dict[Word, str] = {
    "ask-holder": "Give them this reference. What it says is not in this message.",
    "late": "Open it in Signpost, and settle it or write down what it waits for.",
    "waits": "Open it in Signpost, and ask again or go on without the answer.",
    "review": "Open it in Signpost, look at it again, and decide until when it holds.",
}


def alert(record: NewRecord, school_name: str, *, copied: bool) -> str:
    says = KEPT if record.kind in NOTED else COPIED if copied else WAITS
    sentence = says.format(
        urgent="urgent " if is_urgent(record) else "",
        reference=record.reference,
        school=school_name,
    )
    return f"{sentence}\n\n{REST}"


def again(watched: Watched, word: Word, school_name: str) -> str:
    """What somebody is told of a record after its first alert."""
    sentence = AGAIN[word].format(
        urgent="urgent " if is_urgent(watched) else "",
        reference=watched.reference,
        school=school_name,
        holders=_holders([one.name for one in watched.line if one.place == 0 and not one.copied]),
    )
    return f"{sentence}\n\n{WHAT_TO_DO.get(word, REST)}"


def morning(counts: Mapping[Section, int], school_name: str) -> str | None:
    """What waits for a reader, as numbers alone; nothing where nothing does."""
    waiting = {section: counts.get(section, 0) for section in WAITING}
    total = sum(waiting.values())
    if total == 0:
        return None
    kinds = [f"{count} {WAITING[one][count > 1]}" for one, count in waiting.items() if count]
    reports = "1 report is waiting" if total == 1 else f"{total} reports are waiting"
    said = MORNING.format(reports=reports, school=school_name, kinds=", ".join(kinds))
    return f"{said}\n\n{MORNING_REST}"


def _holders(names: Sequence[str]) -> str:
    known = [name for name in names if name]
    return " or ".join(known) or "whoever it is for"


def priority(record: NewRecord | Watched) -> int:
    return URGENT if is_urgent(record) else ALERT


def is_urgent(record: NewRecord | Watched) -> bool:
    return record.kind == "urgent" or record.severity == "immediate"


def conversation(reader: int, way: str) -> str:
    """The conversation in which a reader is told: one for each way there is to them."""
    return f"alert:{reader}:{way}"


def addressee(conversation: str) -> int | None:
    """Whose conversation it is, if it is one of alerts."""
    kind, _, rest = conversation.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "alert" and number.isdecimal() else None
