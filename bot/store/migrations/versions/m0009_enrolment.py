"""Who may speak as whom: invitations, memberships, blocked people and wrong codes.

A migration is history: it spells its tables out, and doesn't change when `enrolment_tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _invitations()
    _people()


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("invited_as", sa.Text, nullable=False),
        sa.Column("reader_id", RowNumber),
        sa.Column("uses_left", sa.Integer, nullable=False),
        sa.Column("ends", Moment, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("mark", name="uq_invitations_mark"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_invitations_reader_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_school", "invitations", ["school"])


def _people() -> None:
    op.create_table(
        "memberships",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("invitation_id", RowNumber),
        sa.PrimaryKeyConstraint("person", "school", name="pk_memberships"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name="fk_memberships_invitation_id"
        ),
    )
    op.create_table(
        "blocked",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_blocked"),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_codes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wrong_codes_at", "wrong_codes", ["at"])
