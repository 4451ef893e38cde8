"""What must be true before a database is used: its tables are current and the key is its own.

Both are settled in one transaction that nobody else can be inside of, so that two processes which
start at the same moment on a new database end up with one set of tables and one key.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.store import audit, marks
from bot.store.keys import ServerKey
from bot.store.migrations import migrate
from bot.store.place import Place
from bot.store.sealing import Sealer, SealError
from bot.store.tables import conversations, meta

CASEWORK = "0005"
"""The version of the tables since which there is a chain of audit rows, and marks on records."""

CANARY = b"signpost"
CANARY_PLACE = ("meta", "canary", "value")
# Any number will do, as long as every Signpost asks PostgreSQL for the same one.
OPENING_LOCK = 5_164_907


def prepare(connection: Connection, place: Place, key_path: Path) -> Sealer:
    if place.file is None:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({OPENING_LOCK})"))
    before = migrate(connection, place.name)
    canary = connection.execute(select(meta.c.value).where(meta.c.name == "canary")).scalar()
    if canary is None:
        return _begin(connection, place, key_path)
    if not key_path.exists():
        raise StoreError(
            f"The database {place.name} holds conversations but its key file {key_path} is "
            "missing; put the key file back, or name a new database."
        )
    sealer = Sealer(ServerKey.load(key_path))
    try:
        sealer.open(canary, *CANARY_PLACE)
    except SealError:
        raise StoreError(
            f"The key file {key_path} doesn't belong to the database {place.name}; "
            "use the key that was made with it."
        ) from None
    # Written anew each time, because a database that can't be written looks well until one tries.
    connection.execute(update(meta).where(meta.c.name == "canary").values(value=_mark(sealer)))
    complete(connection, sealer, before)
    return sealer


def complete(connection: Connection, sealer: Sealer, before: str | None) -> None:
    """What a database of that older version lacks after its migration, and only the key can add."""
    if before is None or before < CASEWORK:
        audit.begin(connection, sealer)
        marks.mark_all(connection, sealer)


def _begin(connection: Connection, place: Place, key_path: Path) -> Sealer:
    """A new database takes the key that is there, or else gets a new one."""
    if connection.execute(select(conversations.c.id).limit(1)).first():
        raise StoreError(
            f"The database {place.name} holds conversations but not the mark of its key; "
            "restore it from a backup."
        )
    if key_path.exists() and key_path.stat().st_size == 0:
        # What a crash leaves between making the file and writing the key, which sealed nothing yet.
        key_path.unlink()
    key = ServerKey.load(key_path) if key_path.exists() else ServerKey.create(key_path)
    sealer = Sealer(key)
    connection.execute(insert(meta).values(name="canary", value=_mark(sealer)))
    audit.begin(connection, sealer)
    return sealer


def _mark(sealer: Sealer) -> bytes:
    return sealer.seal(CANARY, *CANARY_PLACE)
