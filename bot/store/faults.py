"""What a database says when it can't, in words that a person can act on.

SQLite tells its faults apart by message only (before Python 3.11), PostgreSQL by a five-letter
code. Neither text is passed on: a server's message can quote what is in a row.
"""

from __future__ import annotations

import asyncio
import sqlite3

import asyncpg
import sqlalchemy.exc

from bot.errors import StoreError

FAULTS = (
    sqlalchemy.exc.SQLAlchemyError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncio.TimeoutError,
    OSError,
)

LOCKED = "is held by another program; wait until that has finished, or close it, and try again"
READ_ONLY = "can be read but not written; give this account the right to write there"
FULL = "has no room left; free some space on its disk and try again"
DAMAGED = "is damaged or isn't a database; restore it from a backup"
UNOPENED = "can't be opened; check that its folder exists and that this account may use it"
UNREADABLE = "can't be read from or written to its disk; check the disk"
UNREACHABLE = "doesn't answer; check that the server runs and that SIGNPOST_DATABASE_URL is right"
REFUSED = "refuses this account; check the name, password and rights in SIGNPOST_DATABASE_URL"
ABSENT = "doesn't exist on that server; create it, or correct SIGNPOST_DATABASE_URL"
CROWDED = "has too many connections; close other programs that use it, or raise its limit"
UNKNOWN = "failed ({}); run `python -m bot doctor`"

SQLITE = {
    "locked": LOCKED,
    "readonly": READ_ONLY,
    "full": FULL,
    "malformed": DAMAGED,
    "not a database": DAMAGED,
    "unable to open": UNOPENED,
    "disk i/o": UNREADABLE,
}

# Whole codes first, then classes of codes by their first two letters.
POSTGRES = {
    "25006": READ_ONLY,
    "3D000": ABSENT,
    "42501": REFUSED,
    "53100": FULL,
    "53300": CROWDED,
    "55P03": LOCKED,
    "08": UNREACHABLE,
    "28": REFUSED,
    "40": LOCKED,
    "57": UNREACHABLE,
    "58": UNREADABLE,
    "XX": DAMAGED,
}


COLLIDED = {"40001", "40P01"}
"""Two transactions stood in each other's way, and PostgreSQL ended this one."""


def collided(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return getattr(cause, "sqlstate", None) in COLLIDED


def explain(error: BaseException, place: str) -> StoreError:
    return StoreError(f"The database {place} {_trouble(error)}.")


def _trouble(error: BaseException) -> str:
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return LOCKED
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        words = str(cause).lower()
        return next((SQLITE[sign] for sign in SQLITE if sign in words), _unknown(cause))
    code = getattr(cause, "sqlstate", None)
    if code:
        return POSTGRES.get(code) or POSTGRES.get(code[:2]) or UNKNOWN.format(code)
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return UNREACHABLE
    if isinstance(cause, (OSError, asyncio.TimeoutError, asyncpg.InterfaceError)):
        return UNREACHABLE
    return _unknown(cause)


def _unknown(cause: object) -> str:
    return UNKNOWN.format(type(cause).__name__)
