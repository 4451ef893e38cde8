"""What follows a record: parts, the audit chain, drafts of evidence, tombstones.

A migration is history: it spells its tables out, and doesn't change when `tables` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Moment = sa.DateTime(timezone=True)
RowNumber = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _columns()
    _audit()
    _parts()
    op.create_table(
        "draft_evidence",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("inbox_id", RowNumber, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft_evidence"),
        sa.UniqueConstraint("inbox_id", "place", name="uq_draft_evidence_inbox_id_place"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_draft_evidence_conversation"
        ),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="fk_draft_evidence_inbox_id"),
    )
    op.create_index("ix_draft_evidence_conversation", "draft_evidence", ["conversation"])
    op.create_table(
        "tombstones",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("erased_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_school", "tombstones", ["school"])


def _columns() -> None:
    for column in (
        sa.Column("moves", sa.Integer, nullable=False, server_default="0"),
        sa.Column("moved_by", RowNumber),
        sa.Column("moved_at", Moment),
        sa.Column("parts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("head", sa.LargeBinary),
        sa.Column("mark", sa.LargeBinary),
        sa.Column("excluded", sa.LargeBinary),
        sa.Column("conversation", sa.LargeBinary),
        sa.Column("thread", sa.LargeBinary),
        sa.Column("seen_at", Moment),
        sa.Column("seen_by", RowNumber),
        sa.Column("next_due", Moment),
        sa.Column("closed_at", Moment),
        sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("rekey_due", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("records", column)
    op.create_index("ix_records_thread", "records", ["thread"])
    for name, columns, only in (
        ("ix_records_next_due", ["next_due"], "next_due IS NOT NULL"),
        ("ix_records_rekey_due", ["id"], "rekey_due"),
        ("ix_records_closed", ["school", "kind", "closed_at"], "closed_at IS NOT NULL"),
    ):
        where = sa.text(only)
        op.create_index(name, "records", columns, sqlite_where=where, postgresql_where=where)
    op.add_column("record_keys", sa.Column("stage", sa.Integer, nullable=False, server_default="0"))
    op.add_column("record_keys", sa.Column("due_at", Moment))
    op.drop_index("ix_record_keys_reader_id", "record_keys")
    op.create_index("ix_record_keys_stage", "record_keys", ["reader_id", "stage", "record_id"])
    where = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_record_keys_due",
        "record_keys",
        ["reader_id", "due_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.add_column("outbox", sa.Column("fleeting", sa.Boolean, server_default=sa.false()))
    op.add_column("readers", sa.Column("working_days", sa.Text))
    op.add_column("readers", sa.Column("away_from", Moment))
    op.add_column("readers", sa.Column("away_until", Moment))
    op.add_column("readers", sa.Column("cover", RowNumber))


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("detail", sa.LargeBinary),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_object", "audit", ["object", "number"])


def _parts() -> None:
    op.create_table(
        "record_parts",
        sa.Column("id", RowNumber, autoincrement=True, nullable=False),
        sa.Column("record_id", RowNumber, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_parts"),
        sa.UniqueConstraint("record_id", "number", name="uq_record_parts_record_id_number"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_parts_record_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "part_keys",
        sa.Column("id", RowNumber, nullable=False),
        sa.Column("part_id", RowNumber, nullable=False),
        sa.Column("reader_id", RowNumber),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_part_keys"),
        sa.UniqueConstraint("part_id", "reader_id", name="uq_part_keys_part_id_reader_id"),
        sa.ForeignKeyConstraint(["part_id"], ["record_parts.id"], name="fk_part_keys_part_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["readers.id"], name="fk_part_keys_reader_id"),
    )
    op.create_index("ix_part_keys_reader_id", "part_keys", ["reader_id"])
