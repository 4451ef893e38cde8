"""Alembic's entry: it runs on the connection it is handed and opens none of its own."""

from __future__ import annotations

from alembic import context

from bot.store import (  # noqa: F401  # their tables belong to `metadata`
    case_tables,
    desk_tables,
    enrolment_tables,
    telegram_tables,
    watch_tables,
    web_tables,
)
from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
