"""The chat page, with files on their way, and the desk: who is signed in, and with what.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _chat()
    _desk_doors()
    _desk_exports()


def _chat() -> None:
    op.create_table(
        "web_chats",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_web_chats"),
    )
    op.create_index("ix_web_chats_last_at", "web_chats", ["last_at"])
    op.create_table(
        "uploads",
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("handle", name="pk_uploads"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["web_chats.conversation"], name="fk_uploads_conversation"
        ),
    )
    op.create_index("ix_uploads_conversation", "uploads", ["conversation"])
    op.create_index("ix_uploads_sent_at", "uploads", ["sent_at"])
    op.create_index("ix_inbox_conversation", "inbox", ["conversation", "received_at"])
    op.create_index("ix_outbox_conversation", "outbox", ["conversation", "created_at"])


def _desk_doors() -> None:
    op.create_table(
        "desk_sessions",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_desk_sessions"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_desk_sessions_reader_id"),
    )
    op.create_index("ix_desk_sessions_reader_id", "desk_sessions", ["reader_id"])
    op.create_index("ix_desk_sessions_last_at", "desk_sessions", ["last_at"])
    op.create_table(
        "desk_factors",
        sa.Column("reader_id", RowNumber, autoincrement=False, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", name="pk_desk_factors"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_desk_factors_reader_id"),
    )
    op.create_table(
        "desk_tries",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_desk_tries"),
    )
    op.create_index("ix_desk_tries_last_at", "desk_tries", ["last_at"])
    op.create_table(
        "desk_setups",
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_desk_setups"),
    )


def _desk_exports() -> None:
    op.create_table(
        "desk_exports",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_exports"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_desk_exports_reader_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_exports_reader_id", "desk_exports", ["reader_id"])
