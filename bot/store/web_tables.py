"""The tables of the chat page: whose conversation a browser holds, and files on their way.

What was said isn't kept here a second time: a page that is loaded again shows what the inbox and
the outbox hold, so that erasing it there erases it everywhere.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from bot.store.tables import Moment, inbox, metadata, outbox

web_chats = Table(
    "web_chats",
    metadata,
    # The hash of what the browser has; who reads the database can't take a conversation over.
    Column("conversation", Text, primary_key=True),
    Column("school", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

uploads = Table(
    "uploads",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("conversation", Text, ForeignKey("web_chats.conversation"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("sent_at", Moment, nullable=False, index=True),
)

# With the moment and not the number: SQLite would take an index over conversation and number for
# the queue's own questions, and leave the small one over what waits alone.
Index("ix_inbox_conversation", inbox.c.conversation, inbox.c.received_at)
Index("ix_outbox_conversation", outbox.c.conversation, outbox.c.created_at)
