"""The tables, and the indexes that the queue's few questions need.

Nearly every row of a school's database is one that is finished. The indexes of the queue hold only
the rows that wait, so that asking for work costs the same in the tenth year as on the first day. A
database uses such an index only when the question names the status as a literal: see `WAITING`.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.engine import Dialect

WAITING = literal_column("'waiting'")
FAILED = literal_column("'failed'")
DEAD = literal_column("'dead'")


class Moment(TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 comes without types
    """An aware moment. SQLite keeps no zone, so what it is given is always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        moment = value.astimezone(timezone.utc)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if dialect.name == "sqlite" else value


# SQLite gives out row numbers by itself for its own INTEGER only.
RowNumber = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)


def _among(status: Any, name: str, *columns: Any) -> Index:
    """An index over the rows of one status only."""
    return _where(f"status = {status.name}", name, *columns)


def _where(condition: str, name: str, *columns: Any) -> Index:
    only = text(condition)
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)


meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("memory", LargeBinary),
    Column("locked_by", Text),
    Column("locked_until", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("turns", BigInteger, nullable=False),
    Column("updated_at", Moment, nullable=False),
    # Since when a form of this person waits to be finished, and when they were reminded of it.
    Column("draft_since", Moment),
    Column("reminded_at", Moment),
    Index(
        "ix_conversations_draft",
        "updated_at",
        sqlite_where=text("draft_since IS NOT NULL"),
        postgresql_where=text("draft_since IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("conversation", Text, ForeignKey("conversations.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("failure", Text),
    UniqueConstraint("channel", "update_id"),
    _among(WAITING, "ix_inbox_waiting", "status", "id"),
    _among(WAITING, "ix_inbox_waiting_conversation", "conversation", "id"),
    _among(FAILED, "ix_inbox_failed", "status"),
    # A number is never given twice, even after old rows are erased: replies are named after it.
    sqlite_autoincrement=True,
)

gaps = Table(
    "gaps",
    metadata,
    # No foreign key: a message and the question it leaves unanswered are kept for different times.
    Column("inbox_id", RowNumber, primary_key=True, autoincrement=False),
    Column("school", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("topic", Text),
    Column("words", LargeBinary, nullable=False),
    Column("asked_at", Moment, nullable=False),
    # When whoever owns the policy had done something about it.
    Column("dealt_at", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("inbox_id", RowNumber, ForeignKey("inbox.id"), index=True),
    Column("conversation", Text, ForeignKey("conversations.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("locked_by", Text),
    Column("locked_until", Moment),
    Column("not_before", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("failure", Text),
    # Its words are erased as soon as it has been sent.
    Column("fleeting", Boolean, server_default=false()),
    _among(WAITING, "ix_outbox_waiting", "channel", text("priority DESC"), "id"),
    _among(WAITING, "ix_outbox_waiting_conversation", "conversation", "id"),
    _among(DEAD, "ix_outbox_dead", "status"),
    sqlite_autoincrement=True,
)

schools = Table(
    "schools",
    metadata,
    Column("school", Text, primary_key=True),
    Column("recovery_public", LargeBinary, nullable=False),
    Column("set_at", Moment, nullable=False),
)

readers = Table(
    "readers",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("school", Text, nullable=False, index=True),
    Column("name", LargeBinary, nullable=False),
    Column("roles", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("private_key_sealed", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("argon_passes", BigInteger, nullable=False),
    Column("argon_memory", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
    # Monday is 0: "01234" is a school week, and so is nothing.
    Column("working_days", Text),
    Column("away_from", Moment),
    Column("away_until", Moment),
    Column("cover", RowNumber),
    # Nobody who is added later gets the number, and the alerts, of somebody who left.
    sqlite_autoincrement=True,
)

reader_channels = Table(
    "reader_channels",
    metadata,
    Column("reader_id", RowNumber, ForeignKey("readers.id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("place", Integer, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("reference", Text, nullable=False, unique=True),
    # These few stand in clear because the work needs them; whom it is about does not.
    Column("school", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    # How often its status was moved, so that two readers don't move it past each other.
    Column("moves", Integer, nullable=False, server_default="0"),
    Column("moved_by", RowNumber),
    Column("moved_at", Moment),
    # How many parts there are, a digest of all in their order, and the server key's mark on it.
    Column("parts", Integer, nullable=False, server_default="0"),
    Column("head", LargeBinary),
    Column("mark", LargeBinary),
    # Both sealed with the server key: who never gets a key, and where the reporter is reached.
    Column("excluded", LargeBinary),
    Column("conversation", LargeBinary),
    Column("thread", LargeBinary, index=True),
    # Of what the reporter sent, sealed like these, so that they can be told it as a proof.
    Column("fingerprint", LargeBinary),
    Column("seen_at", Moment),
    Column("seen_by", RowNumber),
    Column("next_due", Moment),
    Column("closed_at", Moment),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("rekey_due", Boolean, nullable=False, server_default=false()),
    # When what was decided is looked at again, and from when on it may be erased.
    Column("review_on", Date),
    Column("erase_on", Date),
    Index("ix_records_school", "school", "id"),
    # What a list can be narrowed to, each in the order of its pages.
    Index("ix_records_kind", "kind", "id"),
    Index("ix_records_severity", "severity", "id"),
    Index("ix_records_opened_at", "opened_at", "id"),
    _where("next_due IS NOT NULL", "ix_records_next_due", "next_due"),
    _where("rekey_due", "ix_records_rekey_due", "id"),
    _where("review_on IS NOT NULL", "ix_records_review_on", "review_on"),
    _where("erase_on IS NOT NULL", "ix_records_erase_on", "erase_on"),
    _where("closed_at IS NOT NULL", "ix_records_closed", "school", "kind", "closed_at"),
    sqlite_autoincrement=True,
)

record_keys = Table(
    "record_keys",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("record_id", RowNumber, ForeignKey("records.id"), nullable=False),
    # Nobody's is the recovery sheet's.
    Column("reader_id", RowNumber, ForeignKey("readers.id")),
    Column("sealed_key", LargeBinary, nullable=False),
    # Copied from the record, so that a reader's list is read in its order from one index.
    Column("stage", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment),
    UniqueConstraint("record_id", "reader_id"),
    Index("ix_record_keys_stage", "reader_id", "stage", "record_id"),
    _where("due_at IS NOT NULL", "ix_record_keys_due", "reader_id", "due_at"),
)
