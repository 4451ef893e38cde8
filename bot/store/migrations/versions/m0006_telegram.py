"""What the Telegram channel needs: a lease, the updates as they came, the chats and messages.

A migration is history: it spells its tables out, and doesn't change when `telegram_tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _fetching()
    _chats()


def _fetching() -> None:
    op.create_table(
        "pollers",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pollers"),
    )
    op.create_table(
        "updates",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("update_id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
        sa.UniqueConstraint("channel", "update_id", name="uq_updates_channel_update_id"),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_updates_waiting", "updates", ["id"], sqlite_where=waiting, postgresql_where=waiting
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("chat", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_chats"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_chats_conversation"
        ),
    )
    op.create_table(
        "chat_messages",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("message", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("has_buttons", sa.Boolean, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "message", name="pk_chat_messages"),
    )
    op.create_index("ix_chat_messages_at", "chat_messages", ["at"])
