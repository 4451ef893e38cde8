"""A reader's list: the records they hold a key to, with what needs them first.

The stage of a record and its due time are copied to its keys, so that each section is read from one
index in its order; what is looked for has an index of its own in the order of its pages. So a page
costs the same among a thousand records and a million. Where there is no key, there is no row: no
list and no count can show that there is more.
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
CLOSED = "closed"
ONLY: dict[Section, str] = {"new": "received", "closed": CLOSED}
"""The one status that all records of a section have."""

Place = tuple[datetime | None, int]
"""Where a page ended: the last record's moment, where the order goes by moments, and its number."""


@dataclass(frozen=True)
class Filter:
    """What a reader wants to see. `after` is the last line of the page before, for this filter."""

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
    first, before = _cursor(wanted)
    _plan_for(connection, wanted)
    found: list[Line] = []
    for section in SECTIONS[first:]:
        left = wanted.limit - len(found)
        if section in wanted.sections and left > 0 and _may_have(section, wanted.statuses):
            order = _order(section, wanted)
            query = _narrowed(_section(reader, section, now), wanted)
            rows = connection.execute(_ordered(query, order, before).limit(left)).all()
            found += [_line(row, section, order) for row in rows]
        before = None
    return found


def _plan_for(connection: Connection, wanted: Filter) -> None:
    """PostgreSQL plans a question anew a few times and then once for all, whatever is asked: the
    same for a kind of which there are five, or half a million, and for a day, or ten years.
    """
    looked_for = wanted.kinds or wanted.severities or wanted.since or wanted.until
    if looked_for and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def _may_have(section: Section, statuses: Sequence[str]) -> bool:
    """Whether any of these statuses stands in a section: a million rows aren't read in vain."""
    if not statuses:
        return True
    only = ONLY.get(section)
    return only in statuses if only else set(statuses) != {CLOSED}


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


def _order(section: Section, wanted: Filter) -> Any:
    """The moment that a section's order goes by, if it isn't only the order of the numbers."""
    if section == "overdue":
        return record_keys.c.due_at
    return None if wanted.since is None and wanted.until is None else records.c.opened_at


def _ordered(query: Any, moment: Any, before: Place | None) -> Any:
    """Whatever became overdue last, or came in last, comes first; as an index has it already."""
    number = record_keys.c.record_id
    if moment is None:
        if before is not None:
            # Said of both tables: PostgreSQL walks one of them from its newest row otherwise.
            query = query.where(number < before[1], records.c.id < before[1])
        return query.order_by(number.desc())
    if before is not None:
        same = (moment == before[0]) & (number < before[1])
        query = query.where(moment <= before[0], or_(moment < before[0], same))
    return query.order_by(moment.desc(), number.desc())


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


def _line(row: Any, section: Section, order: Any) -> Line:
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
        _after(section, row, order),
    )


def _after(section: Section, row: Any, order: Any) -> str:
    moment = "" if order is None else row._mapping[order].isoformat()
    return f"{SECTIONS.index(section)} {row.id} {moment}".strip()


def _cursor(wanted: Filter) -> tuple[int, Place | None]:
    if not wanted.after:
        return 0, None
    try:
        place, number, *said = wanted.after.split(" ")
        section = SECTIONS[int(place)]
        moment = datetime.fromisoformat(*said) if said else None
        by_moments = _order(section, wanted) is not None
        if by_moments != (moment is not None and moment.tzinfo is not None):
            raise ValueError(wanted.after)
        return SECTIONS.index(section), (moment, int(number))
    except (ValueError, IndexError, TypeError):
        raise BotError("The list can't be continued from there; begin at its first page.") from None
