"""Proof for a reporter of what they sent: a fingerprint that only the very same report has.

It covers all that the reporter told and each file that came along, and says nothing of either.
Whoever holds the record has the same fingerprint before them, with the digest of each file, and can
compare. A record without files has the fingerprint that it had before files were part of it, so an
old proof holds.
"""

from __future__ import annotations

import hashlib
import json

from bot.cases.calendar import LONDON
from bot.cases.entries import ReportState
from bot.cases.records import NewRecord
from bot.cases.standing import sent_to

SHOWN = 32
"""Hexadecimal digits: half of a SHA-256, which nobody finds a second text for."""

GROUP = 4

PROOF = """PROOF OF WHAT WAS SENT
Number: {reference}
School: {school}
Received: {when}, UK time
Sent to: {to}
Fingerprint: {fingerprint}

Keep this text. Whoever holds the report at the school has the same fingerprint beside it. Another \
word, or another file, would give another one. What was added later is not in it."""

NOBODY = "nobody at the school; it is sealed there"


def fingerprint(record: NewRecord) -> str:
    told = [
        record.reference,
        record.school,
        record.kind,
        record.subject,
        list(record.named),
        record.told_by,
        record.words,
        [list(fact) for fact in record.facts],
    ]
    if record.files:
        told.append(list(record.files))
    digits = hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()[:SHOWN]
    return "-".join(digits[at : at + GROUP] for at in range(0, SHOWN, GROUP))


def in_writing(state: ReportState, school: str) -> str:
    """A proof to keep; nothing for a report from before there were any."""
    if not state.fingerprint:
        return ""
    here = state.opened_at.astimezone(LONDON)
    return PROOF.format(
        reference=state.reference,
        school=school,
        when=f"{here:%A} {here.day} {here:%B %Y} at {here:%H:%M}",
        to=sent_to(state) or NOBODY,
        fingerprint=state.fingerprint,
    )
