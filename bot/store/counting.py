"""How much waits and how much went wrong, for `doctor` and whoever looks after the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.tables import DEAD, FAILED, WAITING, inbox, outbox


@dataclass(frozen=True)
class Counts:
    """The ages are those of the message and the reply that have waited longest, if any wait."""

    waiting: int
    failed: int
    outgoing: int
    dead: int
    unanswered: timedelta | None
    undelivered: timedelta | None


def counts(connection: Connection, now: datetime) -> Counts:
    row = (
        connection.execute(
            select(
                _number(inbox, WAITING),
                _number(inbox, FAILED),
                _number(outbox, WAITING),
                _number(outbox, DEAD),
                _oldest(inbox, inbox.c.received_at),
                _oldest(outbox, outbox.c.created_at),
            )
        )
    ).one()
    waiting, failed, outgoing, dead, heard, answered = row
    unanswered = None if heard is None else now - heard
    undelivered = None if answered is None else now - answered
    return Counts(waiting, failed, outgoing, dead, unanswered, undelivered)


def _number(table: Any, status: Any) -> Any:
    return select(func.count()).where(table.c.status == status).scalar_subquery()


def _oldest(table: Any, moment: Any) -> Any:
    return (
        select(moment)
        .where(table.c.status == WAITING)
        .order_by(table.c.id)
        .limit(1)
        .scalar_subquery()
    )
