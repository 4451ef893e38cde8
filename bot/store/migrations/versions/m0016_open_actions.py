"""Who has something to do for a record, and until when, so that the inbox can say it is late.

Actions from before stand in their records as they did, and can be ticked off there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"

RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "open_actions",
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.PrimaryKeyConstraint("record_id", "number", name="pk_open_actions"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_open_actions_record_id_records"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name="fk_open_actions_reader_id_readers"
        ),
    )
    op.create_index("ix_open_actions_reader_id", "open_actions", ["reader_id"])
    op.create_index("ix_open_actions_due_on", "open_actions", ["due_on"])
