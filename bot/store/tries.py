"""Tries that may go wrong, counted under a name: signing in, recovering, codes of invitations.

One table and one way to count for all of them. A count begins anew an hour after it began, so that
a few slips a day never add up. Names are hashed with the server key before they come here: the
table doesn't tell who has tried what, nor from which address.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.engine import Connection

from bot.store.desk_tables import tries
from bot.store.inbox import INSERT

WINDOW = timedelta(hours=1)


def at_once(made: int) -> timedelta:
    """For tries that are limited by their number alone."""
    return timedelta(0)


def take(
    connection: Connection, name: str, now: datetime, wait: Callable[[int], timedelta] = at_once
) -> datetime | None:
    """Count a try before it is made; when to come back if it may not be made yet."""
    first = INSERT[connection.dialect.name](tries).values(
        name=name, tries=0, since=now, not_before=now
    )
    connection.execute(first.on_conflict_do_nothing(index_elements=["name"]))
    mine = tries.c.name == name
    row = connection.execute(select(tries).where(mine).with_for_update()).one()
    if row.not_before > now:
        later: datetime = row.not_before
        return later
    made, since = (1, now) if _is_over(row, now) else (row.tries + 1, row.since)
    connection.execute(
        update(tries).where(mine).values(tries=made, since=since, not_before=now + wait(made))
    )
    return None


def made(connection: Connection, name: str, now: datetime) -> int:
    """How many tries count under a name."""
    row = connection.execute(select(tries).where(tries.c.name == name)).first()
    return 0 if row is None or _is_over(row, now) else int(row.tries)


def forget(connection: Connection, name: str) -> None:
    connection.execute(delete(tries).where(tries.c.name == name))


def forget_old(connection: Connection, now: datetime) -> None:
    """Erase what counts no longer."""
    over = and_(tries.c.since <= now - WINDOW, tries.c.not_before <= now)
    connection.execute(delete(tries).where(over))


def _is_over(row: Any, now: datetime) -> bool:
    return bool(row.since <= now - WINDOW)
