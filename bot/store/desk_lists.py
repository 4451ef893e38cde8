"""What the inbox counts of what waits: by kind and severity, beside the sections of the list.

Each question begins at the reader's own keys, so no count can tell of a record that they were kept
from. It looks at the newest that wait and no further, so that it costs the same at any size.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select, union_all
from sqlalchemy.engine import Connection

from bot.cases.entries import Task
from bot.store.case_tables import open_actions
from bot.store.lists import MOST, STAGE
from bot.store.tables import record_keys, records

MOST_TASKS = 20

Counted = tuple[str, str, int]
"""A kind, a severity, and how many there are."""


def waiting(connection: Connection, reader: int) -> tuple[Counted, ...]:
    """What isn't settled, among the newest `MOST` that are new and as many that are open."""
    newest = union_all(_newest(reader, "new"), _newest(reader, "open")).subquery()
    rows = connection.execute(
        select(records.c.kind, records.c.severity, func.count())
        .select_from(newest.join(records, records.c.id == newest.c.record_id))
        .group_by(records.c.kind, records.c.severity)
    )
    return tuple((kind, severity, number) for kind, severity, number in rows)


def tasks(connection: Connection, reader: int, today: date) -> list[Task]:
    """What a reader has to do, and what others have left undone of the records that they share.

    The soonest first. What was settled with its record isn't asked for any more.
    """
    late = open_actions.c.due_on < today
    columns = records.c.reference, records.c.kind, open_actions.c.reader_id, open_actions.c.due_on
    rows = connection.execute(
        _shared(select(*columns), reader)
        .join(records, records.c.id == open_actions.c.record_id)
        .where(or_(open_actions.c.reader_id == reader, late))
        .order_by(open_actions.c.due_on.is_(None), open_actions.c.due_on, records.c.id)
        .limit(MOST_TASKS)
    )
    return [Task(*row) for row in rows]


def late_tasks(connection: Connection, reader: int, today: date) -> int:
    """How many of those are late, whoever was to do them."""
    late = _shared(select(open_actions.c.record_id), reader).where(open_actions.c.due_on < today)
    counted = select(func.count()).select_from(late.limit(MOST).subquery())
    number: int = connection.execute(counted).scalar_one()
    return number


def _shared(query: Any, reader: int) -> Any:
    """Actions in records that this reader holds a key to, and that aren't closed."""
    return query.select_from(open_actions).where(
        exists().where(
            record_keys.c.record_id == open_actions.c.record_id,
            record_keys.c.reader_id == reader,
            record_keys.c.stage != STAGE["closed"],
        )
    )


def _newest(reader: int, stage: Any) -> Any:
    mine = (record_keys.c.reader_id == reader) & (record_keys.c.stage == STAGE[stage])
    newest = select(record_keys.c.record_id).where(mine)
    # In brackets of its own, since SQLite takes no limit inside a union.
    return select(newest.order_by(record_keys.c.record_id.desc()).limit(MOST).subquery())
