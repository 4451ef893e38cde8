"""What stands in a reader's inbox: only records that they have a key to, and counts of those.

Each question begins at the reader's own keys. So no list and no count can tell of a record that
they were kept from, whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.engine import Connection

from bot.cases.records import RecordLine
from bot.store.records import LINE
from bot.store.tables import record_keys, records

AT_ONCE = 50
"""Lines of one page."""

NEW = "received"
CLOSED = "closed"


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is left out is not asked about."""

    kinds: frozenset[str] = frozenset()
    severity: str | None = None
    status: str | None = None
    still_open: bool = False
    since: datetime | None = None
    until: datetime | None = None
    start: int = 0
    limit: int = AT_ONCE


@dataclass(frozen=True)
class Page:
    """`counts` is of all that the reader has, by severity and status, whatever is wanted."""

    lines: tuple[RecordLine, ...]
    total: int
    counts: tuple[tuple[str, str, str, int], ...]


_FIRST = (
    case((records.c.status == CLOSED, 1), else_=0),
    case((records.c.severity == "immediate", 0), else_=1),
    case((records.c.status == NEW, 0), else_=1),
    case((records.c.severity == "serious", 0), else_=1),
)
"""Open before closed, urgent before all, new before known; then by when it came."""


def page(connection: Connection, reader: int, wanted: Wanted) -> Page:
    mine = record_keys.join(records, records.c.id == record_keys.c.record_id)
    theirs = record_keys.c.reader_id == reader
    asked = [theirs, *_asked(wanted)]
    lines = connection.execute(
        select(*LINE)
        .select_from(mine)
        .where(*asked)
        .order_by(*_FIRST, records.c.id.desc())
        .offset(wanted.start)
        .limit(wanted.limit)
    ).all()
    parts = (records.c.kind, records.c.severity, records.c.status)
    counts = connection.execute(
        select(*parts, func.count()).select_from(mine).where(theirs).group_by(*parts)
    ).all()
    total = connection.execute(select(func.count()).select_from(mine).where(*asked)).scalar()
    return Page(
        tuple(RecordLine(*row) for row in lines), total, tuple(tuple(row) for row in counts)
    )


def _asked(wanted: Wanted) -> list[Any]:
    asked: list[Any] = []
    if wanted.kinds:
        asked.append(records.c.kind.in_(sorted(wanted.kinds)))
    if wanted.still_open:
        asked.append(records.c.status != CLOSED)
    for column, value in (
        (records.c.severity, wanted.severity),
        (records.c.status, wanted.status),
    ):
        if value is not None:
            asked.append(column == value)
    if wanted.since is not None:
        asked.append(records.c.opened_at >= wanted.since)
    if wanted.until is not None:
        asked.append(records.c.opened_at < wanted.until)
    return asked
