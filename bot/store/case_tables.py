"""The tables of casework: what follows a record, what comes with it, and who did what.

Entries and evidence are both parts of a record: sealed alike, numbered in one line, and given to
the same readers. What is known of them without a key is that they exist.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables import Moment, RowNumber, metadata

audit = Table(
    "audit",
    metadata,
    # Given out by the chain's head and not by the database, so that there are no gaps.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_audit_object", "object", "number"),
)

record_parts = Table(
    "record_parts",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("record_id", RowNumber, ForeignKey("records.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sort", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    UniqueConstraint("record_id", "number"),
    sqlite_autoincrement=True,
)

part_keys = Table(
    "part_keys",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("part_id", RowNumber, ForeignKey("record_parts.id"), nullable=False),
    # Nobody's is the recovery sheet's.
    Column("reader_id", RowNumber, ForeignKey("readers.id"), index=True),
    Column("sealed_key", LargeBinary, nullable=False),
    UniqueConstraint("part_id", "reader_id"),
)

open_actions = Table(
    "open_actions",
    metadata,
    # Who has something to do for a record until when; what it is stands in that part of the record.
    Column("record_id", RowNumber, ForeignKey("records.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reader_id", RowNumber, ForeignKey("readers.id"), nullable=False),
    Column("due_on", Date),
    Index("ix_open_actions_reader_id", "reader_id"),
    Index("ix_open_actions_due_on", "due_on"),
)

draft_evidence = Table(
    "draft_evidence",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("conversation", Text, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("inbox_id", RowNumber, ForeignKey("inbox.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("inbox_id", "place"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("school", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("erased_at", Moment, nullable=False),
)
