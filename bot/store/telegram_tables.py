"""The tables of the Telegram channel: who fetches, what was fetched, and which chat is whose.

What Telegram sends is kept as it came before anybody reads it, since it hands each update out once.
The body is emptied as soon as the update is settled; the row stays for two days, so that the same
update isn't taken twice. Chat numbers are sealed: a conversation's name doesn't show them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables import WAITING, Moment, RowNumber, metadata

_waiting = text(f"status = {WAITING.name}")

pollers = Table(
    "pollers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("body", LargeBinary),
    Column("status", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("failure", Text),
    UniqueConstraint("channel", "update_id"),
    Index("ix_updates_waiting", "id", sqlite_where=_waiting, postgresql_where=_waiting),
    sqlite_autoincrement=True,
)

chats = Table(
    "chats",
    metadata,
    Column("conversation", Text, ForeignKey("conversations.id"), primary_key=True),
    Column("chat", LargeBinary, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("conversation", Text, primary_key=True),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("has_buttons", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_chat_messages_at", "at"),
)
