"""How a record ends: its readers are told, and when their time is over it is erased.

A tombstone says that there was such a record and when, so that whoever asks for it later learns
that it was erased by rule and not lost. Three things keep a record although its time is over: a
legal hold, a review that is still to come, and that nobody can be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.cases.retention import Kept, Tombstone, Why, erase_day, notice
from bot.store import audit, parts, telling
from bot.store.audit import Act
from bot.store.case_tables import open_actions, part_keys, record_parts, tombstones
from bot.store.sealing import Sealer
from bot.store.tables import record_keys, records
from bot.store.watch_tables import alerts, watchers, watches

AT_ONCE = 200

Before = Mapping[str, datetime]
"""For each kind of record, before when it was closed if its time is over."""


def over(connection: Connection, school: str, before: Before, today: date) -> list[Kept]:
    """All whose time is over, and what becomes of each now."""
    found = connection.execute(
        select(records).where(_over(school, before)).order_by(records.c.closed_at, records.c.id)
    )
    return [
        Kept(row.reference, row.kind, row.closed_at, _why(connection, row, today), row.erase_on)
        for row in found
    ]


def announce(
    connection: Connection,
    sealer: Sealer,
    school: str,
    school_name: str,
    before: Before,
    now: datetime,
    today: date,
) -> int:
    """Tell the readers of some records that these are erased; how many records those are."""
    query = select(records).where(_over(school, before), _free(today), records.c.erase_on.is_(None))
    count, on = 0, erase_day(now)
    rows = connection.execute(query.order_by(records.c.id).with_for_update()).all()
    for row in rows:
        if not (told := _readers(connection, row)):
            continue
        connection.execute(update(records).where(records.c.id == row.id).values(erase_on=on))
        which = (row.id, row.reference, row.school)
        for reader in told:
            text = notice(row.reference, school_name, on)
            telling.tell(connection, sealer, which, reader, text, 0, now)
        act = Act(audit.BOT, "announced to be erased", row.reference, on.isoformat())
        audit.write(connection, sealer, now, act)
        count += 1
        if count == AT_ONCE:
            break
    return count


def forget(
    connection: Connection, sealer: Sealer, school: str, before: Before, now: datetime, today: date
) -> list[str]:
    """Erase what was announced for today; the references, AT_ONCE at the most."""
    found = connection.execute(
        select(records)
        .where(_over(school, before), _free(today), records.c.erase_on <= today)
        .order_by(records.c.closed_at, records.c.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for row in found:
        _erase(connection, row, now)
    if found:
        acts = [Act(audit.BOT, "erased", row.reference) for row in found]
        audit.write(connection, sealer, now, *acts)
    return [row.reference for row in found]


def spare(connection: Connection, school: str, before: Before, today: date) -> int:
    """Take back what was announced and is to stay now, since the school keeps it for longer."""
    announced = and_(records.c.school == school, records.c.erase_on.is_not(None))
    kept = connection.execute(
        update(records)
        .where(announced, or_(~_over(school, before), ~_free(today)))
        .values(erase_on=None)
        .execution_options(synchronize_session=False)
    )
    return int(kept.rowcount)


def _over(school: str, before: Before) -> Any:
    kinds = [
        and_(records.c.kind == kind, records.c.closed_at < moment)
        for kind, moment in before.items()
    ]
    return and_(records.c.school == school, records.c.closed_at.is_not(None), or_(*kinds))


def _free(today: date) -> Any:
    reviewed = or_(records.c.review_on.is_(None), records.c.review_on <= today)
    return and_(~records.c.held, reviewed)


def _why(connection: Connection, row: Any, today: date) -> Why:
    if row.held:
        return "held"
    if row.review_on is not None and row.review_on > today:
        return "review"
    if row.erase_on is not None:
        return "announced"
    return "time-over" if _readers(connection, row) else "nobody-to-ask"


def _readers(connection: Connection, row: Any) -> list[int]:
    """Those who hold it and hear of it."""
    holders = parts.owners(connection, row.id, row.school)
    return [one for one in holders if one is not None and telling.ways(connection, one)]


def _erase(connection: Connection, row: Any, now: datetime) -> None:
    theirs = select(record_parts.c.id).where(record_parts.c.record_id == row.id)
    connection.execute(delete(part_keys).where(part_keys.c.part_id.in_(theirs)))
    connection.execute(delete(record_parts).where(record_parts.c.record_id == row.id))
    for table in (alerts, open_actions, watchers, watches):
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
    """What is held isn't erased, and is announced anew when it is let go."""
    connection.execute(
        update(records).where(records.c.id == state["id"]).values(held=held, erase_on=None)
    )


def erased(connection: Connection, school: str) -> list[Tombstone]:
    """What is left of all that was erased by rule, the newest first."""
    found = select(
        tombstones.c.reference,
        tombstones.c.kind,
        tombstones.c.opened_at,
        tombstones.c.closed_at,
        tombstones.c.erased_at,
    ).where(tombstones.c.school == school)
    rows = connection.execute(found.order_by(tombstones.c.erased_at.desc(), tombstones.c.reference))
    return [Tombstone(*row) for row in rows]
