"""Indexes for whatever a reader's list can be narrowed to: a kind, a severity, a time."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_records_kind", "records", ["kind", "id"])
    op.create_index("ix_records_severity", "records", ["severity", "id"])
    op.create_index("ix_records_opened_at", "records", ["opened_at", "id"])
