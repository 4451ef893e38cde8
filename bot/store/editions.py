"""The editions of each school's pack that were in use here, so that they can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.store.inbox import INSERT
from bot.store.view_tables import pack_editions


@dataclass(frozen=True)
class Edition:
    """`body` is whatever the policy room made of it, and knows how to read."""

    hash: str
    noted_at: datetime
    body: bytes


def note(connection: Connection, school: str, name: str, body: bytes, now: datetime) -> None:
    """Keep an edition, unless it was in use before."""
    row = INSERT[connection.dialect.name](pack_editions).values(
        school=school, hash=name, noted_at=now, body=body
    )
    connection.execute(row.on_conflict_do_nothing(index_elements=["school", "hash"]))


def noted(connection: Connection) -> set[tuple[str, str]]:
    """Which editions are kept, of all schools."""
    rows = connection.execute(select(pack_editions.c.school, pack_editions.c.hash))
    return {(row.school, row.hash) for row in rows}


def of(connection: Connection, school: str, limit: int) -> list[Edition]:
    """A school's, the newest first."""
    rows = connection.execute(
        select(pack_editions.c.hash, pack_editions.c.noted_at, pack_editions.c.body)
        .where(pack_editions.c.school == school)
        .order_by(pack_editions.c.noted_at.desc(), pack_editions.c.hash)
        .limit(limit)
    )
    return [Edition(*row) for row in rows]
