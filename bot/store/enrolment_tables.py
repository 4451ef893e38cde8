"""The tables of enrolment: invitations, and who accepted one.

A person goes by the name of their conversation, which doesn't show their number at Telegram. Of an
invitation there is only the hash of its code.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from bot.store.tables import Moment, RowNumber, metadata

invitations = Table(
    "invitations",
    metadata,
    Column("id", RowNumber, primary_key=True, autoincrement=True),
    Column("mark", LargeBinary, nullable=False, unique=True),
    Column("school", Text, nullable=False, index=True),
    Column("invited_as", Text, nullable=False),
    Column("reader_id", RowNumber, ForeignKey("readers.id")),
    Column("uses_left", Integer, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    metadata,
    Column("person", Text, primary_key=True),
    Column("school", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("invitation_id", RowNumber, ForeignKey("invitations.id")),
)

blocked = Table(
    "blocked",
    metadata,
    Column("person", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
