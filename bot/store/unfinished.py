"""Forms that were begun and left: reminded of once, and wiped when they have waited too long.

A draft stands in its conversation's memory, encrypted, where only its own dialogue can read it. So
nothing here knows what a draft says, and what is wiped is the whole memory, with the files and the
words of the messages it was made of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.messages import Reply
from bot.store import drafts, outbox
from bot.store.engine import Database
from bot.store.sealing import Sealer
from bot.store.tables import conversations


class Drafts:
    """The store's door for drafts; each method is one committed transaction."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now
        self._new_id = new_id

    async def remind(self, silent_since: datetime, reply: Reply) -> int:
        """Say `reply`, once, to all whose draft has been silent since then; how many there were."""

        def reminded(at: Connection) -> int:
            now, count = self._now(), 0
            for row in at.execute(_waiting(silent_since, reminded=False)):
                # Only if nobody wrote, or reminded them, since they were found.
                taken = at.execute(
                    update(conversations)
                    .where(*_unchanged(row), conversations.c.reminded_at.is_(None))
                    .values(reminded_at=now)
                )
                if taken.rowcount == 1:
                    key = f"draft-{self._new_id()}"
                    outbox.tell(at, self._sealer, key, row.id, row.channel, reply, 0, now)
                    count += 1
            return count

        return await self._database.write(reminded)

    async def wipe(self, silent_since: datetime) -> list[str]:
        """Wipe the drafts that have been silent since then; the conversations they were in."""

        def wiped(at: Connection) -> list[str]:
            found = []
            for row in at.execute(_waiting(silent_since, reminded=None)):
                gone = at.execute(
                    update(conversations)
                    .where(*_unchanged(row))
                    .values(memory=None, draft_since=None, reminded_at=None)
                )
                if gone.rowcount == 1:
                    drafts.hush(at, row.id)
                    drafts.wipe(at, row.id)
                    found.append(row.id)
            return found

        return await self._database.write(wiped)


def _waiting(silent_since: datetime, reminded: bool | None) -> Any:
    waiting = select(conversations.c.id, conversations.c.channel, conversations.c.fence).where(
        conversations.c.draft_since.is_not(None),
        conversations.c.updated_at <= silent_since,
        conversations.c.locked_by.is_(None),
    )
    return waiting if reminded is None else waiting.where(conversations.c.reminded_at.is_(None))


def _unchanged(row: Any) -> tuple[Any, Any]:
    """The fence grows with every turn."""
    return conversations.c.id == row.id, conversations.c.fence == row.fence
