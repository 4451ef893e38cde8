"""What the desk's overviews need: questions that are dealt with, and each edition of a pack.

A migration is history: it spells its tables out, and doesn't change when `view_tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("gaps", sa.Column("dealt_at", Moment))
    op.create_table(
        "pack_editions",
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("noted_at", Moment, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("school", "hash", name="pk_pack_editions"),
    )
