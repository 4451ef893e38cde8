"""Where the database is, read from its address, with a name for it that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy.exc
from sqlalchemy.engine import URL, make_url

from bot.errors import StoreError

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+asyncpg"}


@dataclass(frozen=True)
class Place:
    """`name` has no user and no password in it; `file` is None for a server."""

    url: URL
    name: str
    file: Path | None

    @classmethod
    def of(cls, address: str) -> Place:
        try:
            url = make_url(address)
            backend = url.get_backend_name()
            url = url.set(drivername=DRIVERS[backend])
        except (sqlalchemy.exc.ArgumentError, KeyError, ValueError):
            raise StoreError(
                "The database address can't be used; SIGNPOST_DATABASE_URL must look like "
                "sqlite:///signpost.db or postgresql://user:password@host/name."
            ) from None
        if backend == "postgresql":
            host = url.host or url.query.get("host", "localhost")
            return cls(url, f"{url.database} on {host}", None)
        if not url.database or url.database == ":memory:":
            raise StoreError(
                "A database in memory would lose what it was told; name a file in "
                "SIGNPOST_DATABASE_URL, such as sqlite:///signpost.db."
            )
        return cls(url, url.database, _file(url.database))


def _file(name: str) -> Path:
    # SQLite's own form, such as file:/srv/signpost.db?mode=ro.
    return Path(name.removeprefix("file:"))
