"""What was said doesn't stay for ever: lines that were dealt with are erased when they are old.

By then whatever was handed over is a record, and an unfinished form was wiped long ago. What could
not be answered or delivered stays until an administrator has dealt with it, and alerts to readers,
which say nothing of a record, are the minder's.

When nothing hangs on a conversation any more, its row goes as well, and with it the number that a
person's chat has at Telegram. Somebody who belongs to a school, or who handed over a record that is
still kept, can still be reached.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.engine import Connection

from bot.store import thread
from bot.store.case_tables import draft_evidence
from bot.store.enrolment_tables import memberships
from bot.store.sealing import Sealer
from bot.store.tables import conversations, inbox, outbox, records
from bot.store.telegram_tables import chat_messages, chats
from bot.store.web_tables import uploads, web_chats

AT_ONCE = 500
ALERTS = "alert:%"
"""What is said to readers of records stands in conversations of such names."""


def forget_words(connection: Connection, before: datetime) -> int:
    """Erase lines that were dealt with before then, AT_ONCE of each side; how many there were."""
    said = select(outbox.c.id).where(
        outbox.c.status == "sent", outbox.c.sent_at < before, ~outbox.c.conversation.like(ALERTS)
    )
    heard = select(inbox.c.id).where(
        inbox.c.status == "done",
        inbox.c.finished_at < before,
        ~exists().where(outbox.c.inbox_id == inbox.c.id),
        ~exists().where(draft_evidence.c.inbox_id == inbox.c.id),
    )
    connection.execute(
        update(conversations)
        .where(
            conversations.c.memory.is_not(None),
            conversations.c.draft_since.is_(None),
            conversations.c.locked_by.is_(None),
            conversations.c.updated_at < before,
        )
        .values(memory=None)
    )
    # Replies first: each hangs on what it answers.
    return _erase(connection, outbox, said) + _erase(connection, inbox, heard)


def _erase(connection: Connection, table: Any, old: Any) -> int:
    numbers = connection.execute(old.order_by(table.c.id).limit(AT_ONCE)).scalars().all()
    if not numbers:
        return 0
    return int(connection.execute(delete(table).where(table.c.id.in_(numbers))).rowcount)


def forget_conversations(connection: Connection, sealer: Sealer, before: datetime) -> int:
    """Erase silent conversations on which nothing hangs, AT_ONCE; how many there were."""
    alone = conversations.c.id.not_like(ALERTS) & conversations.c.memory.is_(None)
    for table in (inbox, outbox, draft_evidence, web_chats, uploads):
        alone &= ~exists().where(table.c.conversation == conversations.c.id)
    alone &= ~exists().where(memberships.c.person == conversations.c.id)
    silent = select(conversations.c.id).where(
        conversations.c.updated_at < before, conversations.c.locked_by.is_(None), alone
    )
    gone = [
        name
        for name in connection.execute(silent).scalars().all()
        if not _has_record(connection, sealer, name)
    ][:AT_ONCE]
    for table, column in (
        (chat_messages, chat_messages.c.conversation),
        (chats, chats.c.conversation),
        (conversations, conversations.c.id),
    ):
        connection.execute(delete(table).where(column.in_(gone)))
    return len(gone)


def _has_record(connection: Connection, sealer: Sealer, conversation: str) -> bool:
    tied = select(records.c.id).where(records.c.thread == thread.mark(sealer, conversation))
    return connection.execute(tied.limit(1)).first() is not None
