"""Who has seen a record, and when: by the button under an alert, by its link, or by opening it.

Nothing is said to be seen that wasn't: it is written when a person does something, in the same
transaction as what they did. The first time counts; whoever presses again is told when that was.
Somebody with a copy, or without a key, has seen it for themselves only: its receiver hasn't.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.cases.seeing import Seen
from bot.errors import UnknownRecord
from bot.store import audit, marks, telling, watching
from bot.store.audit import Act
from bot.store.sealing import Sealer
from bot.store.tables import readers, record_keys, records
from bot.store.watch_tables import alerts, watchers, watches


def by_token(connection: Connection, sealer: Sealer, token: str, now: datetime) -> Seen:
    row = connection.execute(
        select(records.c.reference, records.c.id, alerts.c.reader_id)
        .join(alerts, alerts.c.record_id == records.c.id)
        .join(readers, readers.c.id == alerts.c.reader_id)
        .where(alerts.c.token == telling.digest(token), readers.c.active)
    ).first()
    if row is None:
        raise UnknownRecord(
            "This doesn't belong to an alert that is still open. Nothing was marked as seen; open "
            "the record in Signpost instead."
        )
    state = marks.locked(connection, sealer, row.reference)
    at, first = _note(connection, sealer, state, row.reader_id, now)
    return Seen(row.reference, row.reader_id, at, first)


def by_opening(
    connection: Connection, sealer: Sealer, reference: str, reader: int, now: datetime
) -> None:
    """A reader has the record before them. What they opened with the recovery sheet is theirs."""
    state = marks.locked(connection, sealer, reference)
    _note(connection, sealer, state, reader, now)


def _note(
    connection: Connection, sealer: Sealer, state: dict[str, Any], reader: int, now: datetime
) -> tuple[datetime, bool]:
    mine = (watchers.c.record_id == state["id"]) & (watchers.c.reader_id == reader)
    row = connection.execute(select(watchers).where(mine)).first()
    if row is None or row.seen_at is not None:
        # Somebody to whom a key was given later isn't in the line, and settles nothing for it.
        return (now if row is None else row.seen_at), False
    connection.execute(update(watchers).where(mine).values(seen_at=now))
    only_copy = watching.part_of(connection, state["id"], reader) == "copy"
    if not only_copy and state["seen_at"] is None and _keyed(connection, state["id"], reader):
        _settle(connection, sealer, state, reader, now)
    audit.write(connection, sealer, now, Act(audit.reader(reader), "seen", state["reference"]))
    return now, True


def _settle(
    connection: Connection, sealer: Sealer, state: dict[str, Any], reader: int, now: datetime
) -> None:
    """The record counts as seen: the line rests, and the time to settle it runs."""
    unmoved = state["status"] == "received"
    changes: dict[str, Any] = {"seen_at": now, "seen_by": reader}
    if state["status"] != "closed":
        changes["next_due"] = now
    marks.write(connection, sealer, state, **changes, **({"status": "seen"} if unmoved else {}))
    number = state["id"]
    if unmoved:
        connection.execute(
            update(record_keys).where(record_keys.c.record_id == number).values(stage=1)
        )
    connection.execute(
        update(watches)
        .where(watches.c.record_id == number)
        .values(rounds=0, since=now, nobody_at=None)
    )


def _keyed(connection: Connection, number: int, reader: int) -> bool:
    found = select(record_keys.c.id).where(
        record_keys.c.record_id == number, record_keys.c.reader_id == reader
    )
    return connection.execute(found).first() is not None
