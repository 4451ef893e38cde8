"""The tables of the minder: how far each record was passed, who was told, and who has seen it.

What stands here in clear is who may be told of which record, in what order, and when they were and
looked. Keys to records tell most of that already; nothing here says what a record is about.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from bot.store.tables import Moment, RowNumber, metadata

watches = Table(
    "watches",
    metadata,
    Column("record_id", RowNumber, ForeignKey("records.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    # When it was last found that everybody had been told and nobody had looked.
    Column("nobody_at", Moment),
    Index(
        "ix_watches_nobody",
        "record_id",
        sqlite_where=text("nobody_at IS NOT NULL"),
        postgresql_where=text("nobody_at IS NOT NULL"),
    ),
)

watchers = Table(
    "watchers",
    metadata,
    Column("record_id", RowNumber, ForeignKey("records.id"), primary_key=True),
    Column("reader_id", RowNumber, ForeignKey("readers.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("copied", Boolean, nullable=False),
    Column("seen_at", Moment),
)

alerts = Table(
    "alerts",
    metadata,
    # The outbox row's own, which stays when that row is erased.
    Column("key", Text, primary_key=True),
    Column("record_id", RowNumber, ForeignKey("records.id"), nullable=False),
    Column("reader_id", RowNumber, ForeignKey("readers.id"), nullable=False),
    Column("way", Text, nullable=False),
    # Only a digest: whoever reads the database can't say "seen" in somebody's place.
    Column("token", LargeBinary, nullable=False, unique=True),
    Column("told_at", Moment, nullable=False),
    Column("noted", Boolean, nullable=False, server_default=false()),
    Index("ix_alerts_record_id", "record_id", "reader_id", "told_at"),
)
