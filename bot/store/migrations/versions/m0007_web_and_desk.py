"""The chat page: whose conversation a browser holds, and files on their way.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    _chat()


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
