"""What could not be answered, delivered or read, for the administrator to try again or let go.

Nothing is shown of what was said: only when, on which channel, and the kind of failure. What is let
go loses its words; that there was something stays, so that a channel can't bring it a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.store import audit
from bot.store.engine import Database
from bot.store.outbox import ERASED
from bot.store.sealing import Sealer
from bot.store.tables import DEAD, FAILED, inbox, outbox
from bot.store.telegram_tables import updates

ASIDE = "aside"
Kind = Literal["message", "reply", "update"]
"""Not answered; not delivered; not understood by its channel."""


@dataclass(frozen=True)
class Stuck:
    """One thing that waits for the administrator. `why` is the kind of failure."""

    kind: Kind
    number: int
    channel: str
    since: datetime
    why: str


class StuckThings:
    """The store's door for them; each method is one committed transaction."""

    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def listed(self) -> list[Stuck]:
        return await self._database.read(_listed)

    async def again(self) -> int:
        """Try all of it once more, as if it had just come; how much that is."""
        return await self._database.write(lambda at: self._noted(at, "tried again", _again))

    async def drop(self) -> int:
        """Let all of it go, with its words; how much that was."""
        return await self._database.write(lambda at: self._noted(at, "let go", _drop))

    def _noted(
        self, at: Connection, action: str, work: Callable[[Connection, datetime], int]
    ) -> int:
        count = work(at, self._now())
        if count:
            act = audit.Act(audit.ADMINISTRATOR, action, f"{count} that were stuck")
            audit.write(at, self._sealer, self._now(), act)
        return count


def _listed(at: Connection) -> list[Stuck]:
    failed = select(inbox).where(inbox.c.status == FAILED).order_by(inbox.c.id)
    dead = select(outbox).where(outbox.c.status == DEAD).order_by(outbox.c.id)
    aside = select(updates).where(updates.c.status == ASIDE).order_by(updates.c.id)
    found = [_one("message", row, row.received_at) for row in at.execute(failed)]
    found += [_one("reply", row, row.created_at) for row in at.execute(dead)]
    return found + [_one("update", row, row.received_at) for row in at.execute(aside)]


def _one(kind: Kind, row: Any, since: datetime) -> Stuck:
    return Stuck(kind, row.id, row.channel, since, row.failure or "unknown")


def _again(at: Connection, now: datetime) -> int:
    failed = select(inbox.c.id).where(inbox.c.status == FAILED)
    # What the person was told instead of an answer has the names that the answer will have.
    at.execute(delete(outbox).where(outbox.c.inbox_id.in_(failed)))
    new = {"status": "waiting", "finished_at": None, "failure": None}
    tries = {"attempts": 0, "not_before": now}
    return (
        _changed(at, update(inbox).where(inbox.c.status == FAILED), **new, **tries)
        + _changed(at, update(outbox).where(outbox.c.status == DEAD), status="waiting", **tries)
        + _changed(at, update(updates).where(updates.c.status == ASIDE), **new)
    )


def _drop(at: Connection, now: datetime) -> int:
    done = {"status": "done", "finished_at": now}
    return (
        _changed(at, update(inbox).where(inbox.c.status == FAILED), body=ERASED, **done)
        + int(at.execute(delete(outbox).where(outbox.c.status == DEAD)).rowcount)
        + _changed(at, update(updates).where(updates.c.status == ASIDE), body=None, **done)
    )


def _changed(at: Connection, which: Any, **values: Any) -> int:
    return int(at.execute(which.values(**values)).rowcount)
