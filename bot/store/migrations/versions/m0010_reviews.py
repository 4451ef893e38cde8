"""When a settled record is looked at again, and when one is to be erased.

Decisions from before keep their review dates sealed: a reader still sees them in the register, and
the minder reminds of those that are decided from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("review_on", "erase_on"):
        op.add_column("records", sa.Column(name, sa.Date))
        only = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_records_{name}", "records", [name], sqlite_where=only, postgresql_where=only
        )
