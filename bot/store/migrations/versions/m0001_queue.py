"""The queue: conversations, what came in, what goes out, and the proof of the key.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("memory", sa.LargeBinary),
        sa.Column("locked_by", sa.Text),
        sa.Column("locked_until", Moment),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("turns", sa.BigInteger, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    _inbox()
    _outbox()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("update_id", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("finished_at", Moment),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("channel", "update_id", name="uq_inbox_channel_update_id"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_inbox_conversation"
        ),
        sqlite_autoincrement=True,
    )
    _index("ix_inbox_waiting", "inbox", ["status", "id"], "waiting")
    _index("ix_inbox_waiting_conversation", "inbox", ["conversation", "id"], "waiting")
    _index("ix_inbox_failed", "inbox", ["status"], "failed")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("inbox_id", RowNumber),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("uncertain", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("locked_by", sa.Text),
        sa.Column("locked_until", Moment),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="fk_outbox_inbox_id"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_outbox_conversation"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])
    first = ["channel", sa.text("priority DESC"), "id"]
    _index("ix_outbox_waiting", "outbox", first, "waiting")
    _index("ix_outbox_waiting_conversation", "outbox", ["conversation", "id"], "waiting")
    _index("ix_outbox_dead", "outbox", ["status"], "dead")


def _index(name: str, table: str, columns: list[object], status: str) -> None:
    only = sa.text(f"status = '{status}'")
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
