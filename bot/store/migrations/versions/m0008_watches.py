"""How far each record was passed, who was told of it, and who has seen it.

Records from before have no line to be passed down, so the minder leaves them alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _watches()
    _watchers()
    _alerts()


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("nobody_at", Moment),
        sa.PrimaryKeyConstraint("record_id", name="pk_watches"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_watches_record_id"),
    )
    only = sa.text("nobody_at IS NOT NULL")
    op.create_index(
        "ix_watches_nobody", "watches", ["record_id"], sqlite_where=only, postgresql_where=only
    )


def _watchers() -> None:
    op.create_table(
        "watchers",
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("copied", sa.Boolean, nullable=False),
        sa.Column("seen_at", Moment),
        sa.PrimaryKeyConstraint("record_id", "reader_id", name="pk_watchers"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_watchers_record_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_watchers_reader_id"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.Column("noted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("key", name="pk_alerts"),
        sa.UniqueConstraint("token", name="uq_alerts_token"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_alerts_record_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_alerts_reader_id"),
    )
    op.create_index("ix_alerts_record_id", "alerts", ["record_id", "reader_id", "told_at"])
