"""The table of policy editions: what each school's pack said, from when on.

A policy is public, so nothing here is sealed. An edition is kept so that a school can see what has
changed since; it is never answered from.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from bot.store.tables import Moment, metadata

pack_editions = Table(
    "pack_editions",
    metadata,
    Column("school", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("noted_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
