"""What is taken away for machines: a record as JSON, the list as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.cases.entries import KeptEntry, Line, OpenedCase
from bot.cases.proof import fingerprint
from bot.desk import words
from bot.desk.chronology import By


def as_json(case: OpenedCase, by: By, taken_at: datetime) -> bytes:
    """All of it, to the letter; half a character from broken input stays as its escape."""
    return _written({**_whole(case, by), "taken_at": taken_at.isoformat()})


def found_as_json(cases: Iterable[OpenedCase], by: By, taken_at: datetime) -> bytes:
    """All that was found of somebody."""
    reports = [_whole(case, by) for case in cases]
    return _written({"reports": reports, "taken_at": taken_at.isoformat()})


def _written(said: Any) -> bytes:
    return json.dumps(said, indent=2).encode("ascii")


def _whole(case: OpenedCase, by: By) -> dict[str, Any]:
    opened = case.opened
    return {
        "record": {
            **asdict(opened.record),
            "facts": [{"label": label, "text": text} for label, text in opened.record.facts],
        },
        "fingerprint": fingerprint(opened.record),
        "status": opened.status,
        "opened_at": opened.opened_at.isoformat(),
        "entries": [_entry(kept, by) for kept in case.entries],
        "files": len(case.files),
    }


def _entry(kept: KeptEntry, by: By) -> dict[str, Any]:
    said = {name: value for name, value in asdict(kept.entry).items() if value not in (None, "")}
    if kept.entry.owner is not None:
        said["owner"] = by(kept.entry.owner)
    days: dict[str, Any] = {
        name: said[name].isoformat() for name in ("due", "review") if name in said
    }
    return {"at": kept.at.isoformat(), "by": by(kept.author), **said, **days}


def as_csv(lines: Iterable[Line]) -> bytes:
    """What stands in the inbox, and nothing that a record says. Nothing in it is free text, so
    that no cell can be a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("reference", "kind", "severity", "status", "received", "seen", "due"))
    for line in lines:
        table.writerow(
            (
                line.reference,
                words.named(words.KINDS, line.kind),
                words.named(words.SEVERITIES, line.severity),
                words.named(words.STATUSES, line.status),
                _moment(line.opened_at),
                _moment(line.seen_at),
                _moment(line.due_at),
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="minutes")
