"""Proof for a reporter of what they sent: a fingerprint that only the very same words have.

Whoever holds a record can work it out again from what they read, and compare. It covers all that
the reporter told, and says nothing of it. Files that came along are not in it.
"""

from __future__ import annotations

import hashlib
import json

from bot.cases.records import NewRecord

SHOWN = 32
"""Hexadecimal digits: half of a SHA-256, which nobody finds a second text for."""

GROUP = 4


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
    digits = hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()[:SHOWN]
    return "-".join(digits[at : at + GROUP] for at in range(0, SHOWN, GROUP))
