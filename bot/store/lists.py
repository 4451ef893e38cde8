"""A reader's list: the records they hold a key to, with what needs them first.

The stage of a record and its due time are copied to its keys, so that each section is read from one
index in its order, and a page costs the same among a thousand records and a million. Where there is
no key, there is no row: no list and no count can show that there is more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from bot.cases.entries import SECTIONS, Line, Section
from bot.errors import BotError
from bot.store.tables import record_keys, records

MOST = 1000
"""Counts go no further, so that they cost little; a page shows it as “1000 or more”."""

STAGE: dict[Section, int] = {"new": 0, "open": 1, "closed": 2}
STILL_OPEN: tuple[Section, ...] = ("overdue", "new", "open")

Place = tuple[datetime | None, int]
"""Where a page ended: when the last record was due, where that is the order, and its number."""


@dataclass(frozen=True)
class Filter:
    """What a reader wants to see. `after` is the last line of the page before."""

    sections: tuple[Section, ...] = STILL_OPEN
    kinds: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    limit: int = 50


def page(connection: Connection, reader: int, wanted: Filter, now: datetime) -> list[Line]:
    """One page, section after section, each the newest first."""
    first, before = _cursor(wanted.after)
    found: list[Line] = []
    for section in SECTIONS[first:]:
        if section in wanted.sections and (left := wanted.limit - len(found)) > 0:
            query = _narrowed(_section(reader, section, now), wanted)
            rows = connection.execute(_ordered(query, section, before).limit(left)).all()
            found += [_line(row, section) for row in rows]
        before = None
    return found


def counts(connection: Connection, reader: int, now: datetime) -> dict[Section, int]:
    """How many wait for this reader; what is closed isn't counted."""
    return {
        section: connection.execute(
            select(func.count()).select_from(
                _keys(select(record_keys.c.id), reader, section, now).limit(MOST).subquery()
            )
        ).scalar()
        for section in STILL_OPEN
    }


def _keys(query: Any, reader: int, section: Section, now: datetime) -> Any:
    mine = query.where(record_keys.c.reader_id == reader)
    if section == "overdue":
        return mine.where(record_keys.c.due_at <= now)
    in_stage = mine.where(record_keys.c.stage == STAGE[section])
    return in_stage.where(or_(record_keys.c.due_at.is_(None), record_keys.c.due_at > now))


def _section(reader: int, section: Section, now: datetime) -> Any:
    query = select(
        records.c.id,
        records.c.reference,
        records.c.school,
        records.c.kind,
        records.c.severity,
        records.c.status,
        records.c.opened_at,
        records.c.seen_at,
        record_keys.c.due_at,
    ).join(record_keys, record_keys.c.record_id == records.c.id)
    return _keys(query, reader, section, now)


def _ordered(query: Any, section: Section, before: Place | None) -> Any:
    """Whatever became overdue last, or came in last, comes first; as an index has it already."""
    due_at, number = record_keys.c.due_at, record_keys.c.record_id
    if section != "overdue":
        rest = query if before is None else query.where(number < before[1])
        return rest.order_by(number.desc())
    if before is not None:
        same = (due_at == before[0]) & (number < before[1])
        query = query.where(due_at <= before[0], or_(due_at < before[0], same))
    return query.order_by(due_at.desc(), number.desc())


def _narrowed(query: Any, wanted: Filter) -> Any:
    among: tuple[tuple[Any, Sequence[str]], ...] = (
        (records.c.kind, wanted.kinds),
        (records.c.severity, wanted.severities),
        (records.c.status, wanted.statuses),
    )
    for column, values in among:
        if values:
            query = query.where(column.in_(values))
    if wanted.since is not None:
        query = query.where(records.c.opened_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(records.c.opened_at < wanted.until)
    return query


def _line(row: Any, section: Section) -> Line:
    return Line(
        row.reference,
        row.school,
        row.kind,
        row.severity,
        row.status,
        row.opened_at,
        section,
        row.due_at,
        row.seen_at,
        _after(section, row),
    )


def _after(section: Section, row: Any) -> str:
    due_at = row.due_at.isoformat() if section == "overdue" else ""
    return f"{SECTIONS.index(section)} {row.id} {due_at}".strip()


def _cursor(after: str) -> tuple[int, Place | None]:
    if not after:
        return 0, None
    try:
        section, number, *due_at = after.split(" ")
        moment = datetime.fromisoformat(*due_at) if due_at else None
        if SECTIONS[int(section)] == "overdue" and (moment is None or moment.tzinfo is None):
            raise ValueError(after)
        return int(section), (moment, int(number))
    except (ValueError, IndexError, TypeError):
        raise BotError("The list can't be continued from there; begin at its first page.") from None
