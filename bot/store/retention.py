"""How a record ends: erased when its class has been kept long enough, with a tombstone left.

The tombstone says that there was such a record and when, so that whoever asks for it later learns
that it was erased by rule and not lost. A record under legal hold stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.store import audit
from bot.store.audit import Act
from bot.store.case_tables import part_keys, record_parts, tombstones
from bot.store.sealing import Sealer
from bot.store.tables import record_keys, records
from bot.store.watch_tables import alerts, watchers, watches

AT_ONCE = 200


def forget(
    connection: Connection, sealer: Sealer, school: str, kind: str, before: datetime, now: datetime
) -> list[str]:
    """Erase what was closed before then and isn't held; the references, AT_ONCE at the most."""
    found = connection.execute(
        select(records)
        .where(
            records.c.school == school,
            records.c.kind == kind,
            records.c.closed_at < before,
            ~records.c.held,
        )
        .order_by(records.c.closed_at)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for row in found:
        _erase(connection, row, now)
    if found:
        acts = [Act(audit.BOT, "erased", row.reference) for row in found]
        audit.write(connection, sealer, now, *acts)
    return [row.reference for row in found]


def _erase(connection: Connection, row: Any, now: datetime) -> None:
    theirs = select(record_parts.c.id).where(record_parts.c.record_id == row.id)
    connection.execute(delete(part_keys).where(part_keys.c.part_id.in_(theirs)))
    connection.execute(delete(record_parts).where(record_parts.c.record_id == row.id))
    for table in (alerts, watchers, watches):
        connection.execute(delete(table).where(table.c.record_id == row.id))
    connection.execute(delete(record_keys).where(record_keys.c.record_id == row.id))
    connection.execute(delete(records).where(records.c.id == row.id))
    connection.execute(
        insert(tombstones).values(
            reference=row.reference,
            school=row.school,
            kind=row.kind,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            erased_at=now,
        )
    )


def hold(connection: Connection, state: dict[str, Any], held: bool) -> None:
    connection.execute(update(records).where(records.c.id == state["id"]).values(held=held))


def erased(connection: Connection, reference: str) -> datetime | None:
    """When a record was erased by rule, if it was."""
    at: datetime | None = connection.execute(
        select(tombstones.c.erased_at).where(tombstones.c.reference == reference)
    ).scalar()
    return at
