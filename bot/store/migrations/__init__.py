"""How a database becomes what this version needs, step by step, from empty or from an older one.

Alembic takes a quarter of a second to import, so it is left alone when there is nothing to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from bot.errors import StoreError

HEAD = "0016"
FOLDER = Path(__file__).parent


def migrate(connection: Connection, place: str, to: str = HEAD) -> str | None:
    """Bring the database up to a version, inside the caller's transaction: all of it or nothing.

    Returns what it was before; nothing for a new one.
    """
    if (before := version(connection)) == to:
        return before
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(
            f"The database {place} was made by a newer Signpost; install that version again."
        ) from error
    return before


def version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
