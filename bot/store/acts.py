"""The audit as one reader may see it: the rows of what they hold a key to, and of their school.

A row tells that a record exists. So it is shown to whoever has a key to that record, and to nobody
else: not to whom it is about, nor to an administrator. No row's number leaves this module, because
a gap between two of them would show that there are others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.engine import Connection

from bot.cases.people import Reader
from bot.store import audit as chain
from bot.store.audit import AuditRow
from bot.store.case_tables import audit
from bot.store.sealing import Sealer
from bot.store.tables import readers, record_keys, records

MANY = 1000
"""Keys from which it is quicker to walk back along the chain than to look up each record."""


@dataclass(frozen=True)
class WantedActs:
    """What somebody looks for; what is left out is not asked about."""

    reference: str = ""
    reader: int | None = None
    start: int = 0
    limit: int = 50


def visible(
    connection: Connection, sealer: Sealer, viewer: Reader, wanted: WantedActs
) -> list[AuditRow]:
    """A page of what this reader may see, the newest first."""
    whole = wanted.start + wanted.limit
    found = list(_of_records(connection, viewer, wanted, whole)) if viewer.receives else []
    if not wanted.reference:
        found += _of_people(connection, viewer, wanted, whole)
    found.sort(key=lambda row: -row.number)
    return [chain.opened(sealer, row) for row in found[wanted.start : whole]]


def _of_records(
    connection: Connection, viewer: Reader, wanted: WantedActs, whole: int
) -> Sequence[Any]:
    mine = (
        select(records.c.reference)
        .join(record_keys, record_keys.c.record_id == records.c.id)
        .where(record_keys.c.reader_id == viewer.id, records.c.school == viewer.school)
    )
    query = _narrowed(select(audit), wanted)
    if wanted.reference:
        query = query.where(audit.c.object == wanted.reference)
    if wanted.reference or _holds_many(connection, viewer):
        held = exists().where(
            records.c.reference == audit.c.object,
            records.c.school == viewer.school,
            record_keys.c.record_id == records.c.id,
            record_keys.c.reader_id == viewer.id,
        )
        query = query.where(held)
    else:
        query = query.where(audit.c.object.in_(mine))
    found: Sequence[Any] = connection.execute(query.limit(whole)).all()
    return found


def _holds_many(connection: Connection, viewer: Reader) -> bool:
    some = select(record_keys.c.id).where(record_keys.c.reader_id == viewer.id).limit(MANY)
    return bool(
        connection.execute(select(func.count()).select_from(some.subquery())).scalar() == MANY
    )


def _of_people(
    connection: Connection, viewer: Reader, wanted: WantedActs, whole: int
) -> Sequence[Any]:
    """What was done with the school's readers, its recovery sheet and its questions."""
    numbers = connection.execute(
        select(readers.c.id).where(readers.c.school == viewer.school)
    ).scalars()
    things = [chain.reader(number) for number in numbers]
    things += [viewer.school, chain.of_school(viewer.school)]
    query = _narrowed(select(audit).where(audit.c.object.in_(things)), wanted)
    found: Sequence[Any] = connection.execute(query.limit(whole)).all()
    return found


def _narrowed(query: Any, wanted: WantedActs) -> Any:
    if wanted.reader is not None:
        query = query.where(audit.c.actor == chain.reader(wanted.reader))
    return query.order_by(audit.c.number.desc())
