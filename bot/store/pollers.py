"""Who fetches from a channel: one process at a time, by a lease in a row.

Telegram hands updates to whoever asks, so two that ask would each get some, and answer them out of
order. The same process sends, because Telegram's limits hold for all that a bot sends. The holder
renews its lease as it works; when it dies, another takes over once that ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.engine import Connection

from bot.store.inbox import INSERT
from bot.store.telegram_tables import pollers


def lead(connection: Connection, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take the lease, or renew it; False while it is somebody else's."""
    values = {"holder": holder, "until": now + lease}
    taken = connection.execute(
        INSERT[connection.dialect.name](pollers)
        .values(name=name, **values)
        .on_conflict_do_update(
            index_elements=["name"],
            set_=values,
            where=or_(pollers.c.holder == holder, pollers.c.until <= now),
        )
    )
    return bool(taken.rowcount == 1)


def leave(connection: Connection, name: str, holder: str) -> None:
    """Let the next one in at once, instead of when the lease ends."""
    connection.execute(delete(pollers).where(pollers.c.name == name, pollers.c.holder == holder))


def led(connection: Connection, name: str, now: datetime) -> bool:
    """Whether somebody fetches now."""
    leads = select(pollers.c.name).where(pollers.c.name == name, pollers.c.until > now)
    return connection.execute(leads).first() is not None
