"""Brings words to the reporter of a record, through the conversation that it came from.

What a reader wrote is erased from the outbox once it was sent. Where there is no conversation, such
as after a report by telephone, nothing can be brought, and whoever calls is told so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.messages import Reply
from bot.store import outbox as outgoing
from bot.store import thread
from bot.store.sealing import Sealer
from bot.store.tables import conversations, outbox


def reach(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    key: str,
    reply: Reply,
    now: datetime,
) -> bool:
    """Whether it is on its way; `key` is its own for ever, and the same is never said twice."""
    where = thread.conversation_of(sealer, state)
    channel = connection.execute(
        select(conversations.c.channel).where(conversations.c.id == where)
    ).scalar()
    if where is None or channel is None:
        return False
    if connection.execute(select(outbox.c.id).where(outbox.c.key == key)).first() is None:
        # What a button means is looked up when it is pressed, so it has to stay.
        fleeting = not reply.buttons
        outgoing.tell(connection, sealer, key, where, channel, reply, 0, now, fleeting=fleeting)
    return True
