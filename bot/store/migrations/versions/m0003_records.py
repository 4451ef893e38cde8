"""Who may receive records, and the records that were handed over.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("recovery_public", sa.LargeBinary, nullable=False),
        sa.Column("set_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("school", name="pk_schools"),
    )
    _readers()
    _records()


def _readers() -> None:
    op.create_table(
        "readers",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("private_key_sealed", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("argon_passes", sa.BigInteger, nullable=False),
        sa.Column("argon_memory", sa.BigInteger, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readers"),
        sa.UniqueConstraint("public_key", name="uq_readers_public_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_readers_school", "readers", ["school"])
    op.create_table(
        "reader_channels",
        sa.Column("reader_id", RowNumber, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "channel", name="pk_reader_channels"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_reader_channels_reader_id"),
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("reference", name="uq_records_reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_school", "records", ["school", "id"])
    op.create_table(
        "record_keys",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("reader_id", RowNumber),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_keys"),
        sa.UniqueConstraint("record_id", "reader_id", name="uq_record_keys_record_id_reader_id"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_keys_record_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_record_keys_reader_id"),
    )
    op.create_index("ix_record_keys_reader_id", "record_keys", ["reader_id"])
