"""How a reader's records ran, in numbers: how many of each kind, and how soon they were looked at.

Each question begins at the reader's own keys. So a record that somebody is kept from is in none of
the numbers that they see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.cases.people import Reader
from bot.cases.workflow import NOTED
from bot.store.tables import record_keys, records

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Course:
    """One record's times."""

    severity: str
    opened_at: datetime
    seen_at: datetime | None
    closed_at: datetime | None


def kinds(
    connection: Connection, reader: Reader, stretches: Sequence[Stretch]
) -> Sequence[Mapping[str, int]]:
    """For each stretch of time, how many records of each kind came in.

    In one look at the reader's records, which are many where a school has used it for years.
    """
    if not stretches:
        return []
    within = [
        func.count().filter(records.c.opened_at >= begins, records.c.opened_at < ends)
        for begins, ends in stretches
    ]
    first, last = min(begins for begins, _ in stretches), max(ends for _, ends in stretches)
    each = _mine(select(records.c.kind, *within), reader)
    each = each.where(records.c.opened_at >= first, records.c.opened_at < last)
    found: list[dict[str, int]] = [{} for _ in stretches]
    for kind, *numbers in connection.execute(each.group_by(records.c.kind)):
        for place, number in enumerate(numbers):
            if number:
                found[place][kind] = number
    return found


def times(connection: Connection, reader: Reader, since: datetime, limit: int) -> list[Course]:
    """The newest records since then, and no more than `limit`; what waits for nobody takes none."""
    columns = records.c.severity, records.c.opened_at, records.c.seen_at, records.c.closed_at
    query = _mine(select(*columns), reader).where(
        records.c.opened_at >= since, records.c.kind.not_in(sorted(NOTED))
    )
    rows = connection.execute(query.order_by(records.c.id.desc()).limit(limit))
    return [Course(*row) for row in rows]


def references(connection: Connection, reader: Reader, since: datetime, limit: int) -> list[str]:
    """Which those are."""
    query = _mine(select(records.c.reference), reader).where(records.c.opened_at >= since)
    found = connection.execute(query.order_by(records.c.id.desc()).limit(limit))
    return list(found.scalars())


def _mine(query: Any, reader: Reader) -> Any:
    held = query.select_from(records.join(record_keys, record_keys.c.record_id == records.c.id))
    return held.where(record_keys.c.reader_id == reader.id, records.c.school == reader.school)
