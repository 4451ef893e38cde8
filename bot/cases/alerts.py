"""What a reader is told of a record: that it is there, and nothing of what it says.

An alert travels by e-mail and by chat, through machines that nobody at the school looks after, and
shows on a telephone's locked screen. Its reference is all that leads to the record.
"""

from __future__ import annotations

from bot.cases.records import NewRecord

URGENT = 10
"""Goes out before everything else that waits."""

WAITS = "Signpost: a new {urgent}report, {reference}, is waiting for you at {school}."
COPIED = "Signpost: a new {urgent}report, {reference}, has come in at {school}; you have a copy."
REST = (
    "What it says is not in this message, so that nobody else can read it. "
    "Open it in Signpost with your passphrase, and give this reference when you speak about it."
)


def alert(record: NewRecord, school_name: str, *, copied: bool) -> str:
    sentence = (COPIED if copied else WAITS).format(
        urgent="urgent " if is_urgent(record) else "",
        reference=record.reference,
        school=school_name,
    )
    return f"{sentence}\n\n{REST}"


def is_urgent(record: NewRecord) -> bool:
    return record.kind == "urgent" or record.severity == "immediate"


def conversation(reader: int, way: str) -> str:
    """The conversation in which a reader is told: one for each way there is to them."""
    return f"alert:{reader}:{way}"


def addressee(conversation: str) -> int | None:
    """Whose conversation it is, if it is one of alerts."""
    kind, _, rest = conversation.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "alert" and number.isdecimal() else None
