"""The tables of the desk: who is signed in, second factors, tries and set-up links.

Tokens are kept as their hash, so that nobody who reads the database can use one. What opens a
record isn't here at all: a private key lives in the memory of the process that opened it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from bot.store.tables import Moment, RowNumber, metadata

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("reader_id", RowNumber, ForeignKey("readers.id"), nullable=False, index=True),
    # Somebody without a second factor is let in as far as setting one up.
    Column("whole", Boolean, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

desk_factors = Table(
    "desk_factors",
    metadata,
    Column("reader_id", RowNumber, ForeignKey("readers.id"), primary_key=True, autoincrement=False),
    # Sealed to the reader's own key: the server can't work out a code before the passphrase came.
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)

tries = Table(
    "tries",
    metadata,
    Column("name", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Moment, nullable=False, index=True),
    Column("not_before", Moment, nullable=False),
)

desk_setups = Table(
    "desk_setups",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("made_at", Moment, nullable=False),
)
