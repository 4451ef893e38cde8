"""Forms that wait to be finished: since when, and whether their person was reminded.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversations", sa.Column("draft_since", Moment))
    op.add_column("conversations", sa.Column("reminded_at", Moment))
    op.create_index(
        "ix_conversations_draft",
        "conversations",
        ["updated_at"],
        sqlite_where=sa.text("draft_since IS NOT NULL"),
        postgresql_where=sa.text("draft_since IS NOT NULL"),
    )
