"""A backup of everything: all rows at one moment, and the server key that opens them.

Tables are read as the database has them, and not as this version would make them, so that a backup
brings back what was there. Restoring builds the tables of the backup's own version first, fills
them, and then brings them up to date. Either kind of database takes a backup of the other.

What is sealed to readers stays sealed. The backup as a whole opens with a key of its own, which
should lie elsewhere than the backups: whoever has both has what the server has.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import MetaData, Table, delete, func, insert, inspect, select, text
from sqlalchemy.engine import Connection

from bot.errors import BackupError
from bot.store.keys import ServerKey
from bot.store.migrations import migrate, version
from bot.store.opening import complete
from bot.store.sealing import Sealer
from bot.store.tables import meta, records
from bot.store.vault import Writer, lines

AT_ONCE = 500
LAST = "last backup"
OF_THE_MACHINERY = ("alembic_version", "sqlite_sequence")
"""Tables that hold no row of ours; what they say is in a backup in its own way."""


@dataclass(frozen=True)
class Summary:
    """What a backup holds: when it was made, and how many rows of each table."""

    made_at: datetime
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write(
    connection: Connection, out: BinaryIO, server: ServerKey, key: ServerKey, now: datetime
) -> None:
    """Everything as it stands at one moment; what is written meanwhile is in the next backup."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    writer = Writer(out, key.secret)
    counted: dict[str, int] = {}
    tables = _tables(connection)
    writer.line(
        {
            "version": version(connection),
            "made_at": now.isoformat(),
            "server_key": base64.b64encode(server.secret).decode(),
            "next": _numbers(connection, tables),
        }
    )
    for table in tables:
        writer.line({"table": table.name, "columns": [column.name for column in table.columns]})
        counted[table.name] = 0
        found = connection.execution_options(stream_results=True).execute(select(table))
        for row in found.yield_per(AT_ONCE):
            writer.line([_plain(value) for value in row])
            counted[table.name] += 1
    writer.line({"rows": counted})
    writer.close()


def note(connection: Connection, now: datetime) -> None:
    """Remember that a backup was made and read back."""
    connection.execute(delete(meta).where(meta.c.name == LAST))
    connection.execute(insert(meta).values(name=LAST, value=now.isoformat().encode()))


def overdue(
    connection: Connection, now: datetime, after: timedelta
) -> tuple[bool, datetime | None]:
    """Whether records have been without a backup for so long; and when the last one was made."""
    kept = connection.execute(select(meta.c.value).where(meta.c.name == LAST)).scalar()
    last = None if kept is None else datetime.fromisoformat(bytes(kept).decode())
    since = now - after
    old = select(records.c.id).where(records.c.opened_at < since).limit(1)
    recent = last is not None and last >= since
    return not recent and connection.execute(old).first() is not None, last


def check(source: BinaryIO, key: ServerKey) -> Summary:
    """Read a whole backup, and hold what it says it has against what is there."""
    made_at, said, table = None, None, ""
    counted: dict[str, int] = {}
    for line in lines(source, key.secret):
        if isinstance(line, list):
            counted[table] += 1
        elif "table" in line:
            table = line["table"]
            counted[table] = 0
        elif "rows" in line:
            said = line["rows"]
        else:
            made_at = datetime.fromisoformat(line["made_at"])
    if made_at is None or said != counted:
        raise BackupError("The backup doesn't hold what it says it holds; make another one.")
    return Summary(made_at, counted)


def restore(connection: Connection, source: BinaryIO, key: ServerKey, place: str) -> bytes:
    """Fill an empty database, in the caller's transaction; returns the server key."""
    every = lines(source, key.secret)
    head = next(every)
    _make_room(connection, place, head["version"])
    migrate(connection, place, head["version"])
    known = {table.name: table for table in _tables(connection)}
    for table, rows in _batches(every, known):
        connection.execute(insert(table), rows)
    _set_numbers(connection, head["next"])
    secret = base64.b64decode(head["server_key"])
    complete(connection, Sealer(ServerKey(secret)), migrate(connection, place))
    return secret


def _tables(connection: Connection) -> list[Table]:
    """All tables as they are, each after those that it points to."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name not in OF_THE_MACHINERY]


def _make_room(connection: Connection, place: str, needed: str) -> None:
    """Nothing is ever written over: the database is new, or was opened once and not used."""
    tables = _tables(connection)
    if not tables:
        return
    # A database that was opened once has its mark, and nothing else.
    used = [table for table in tables if table.name != "meta" and _any(connection, table)]
    if used or version(connection) != needed:
        raise BackupError(
            f"The database {place} isn't a new one, so nothing was restored. Name one that isn't "
            "there yet, or is empty, in SIGNPOST_DATABASE_URL."
        )
    connection.execute(text("DELETE FROM meta"))


def _any(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _batches(
    every: Iterator[Any], known: Mapping[str, Table]
) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    table: Table | None = None
    columns: list[str] = []
    rows: list[dict[str, Any]] = []
    for line in every:
        full = len(rows) == AT_ONCE
        if rows and table is not None and (full or not isinstance(line, list)):
            yield table, rows
            rows = []
        if isinstance(line, list):
            rows.append(dict(zip(columns, map(_value, line), strict=True)))
        elif "table" in line:
            table, columns = known[line["table"]], line["columns"]


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        # SQLite keeps no zone; what it is given is always UTC.
        return {"moment": value.replace(tzinfo=value.tzinfo or timezone.utc).isoformat()}
    return value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    if "bytes" in plain:
        return base64.b64decode(plain["bytes"])
    return datetime.fromisoformat(plain["moment"]).astimezone(timezone.utc)


def _numbers(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The last row number that each table has given out, also to a row that is gone."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row.name: row.seq for row in found}
    given = {}
    for table in tables:
        if sequence := _sequence(connection, table.name):
            row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608  # the database's own name
            given[table.name] = row.last_value if row.is_called else 0
    return given


def _set_numbers(connection: Connection, given: Mapping[str, int]) -> None:
    for name, last in given.items():
        if last == 0:
            continue
        if connection.dialect.name == "sqlite":
            values = {"last": last, "name": name}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)
        elif sequence := _sequence(connection, name):
            connection.execute(select(func.setval(sequence, last)))


def _sequence(connection: Connection, table: str) -> str | None:
    if "id" not in {column["name"] for column in inspect(connection).get_columns(table)}:
        return None
    found: str | None = connection.execute(
        select(func.pg_get_serial_sequence(table, "id"))
    ).scalar()
    return found


def put_key(path: Path, secret: bytes) -> None:
    """The server key of a restored database, where there is none yet or the same one."""
    if path.exists():
        if ServerKey.load(path).secret != secret:
            raise BackupError(
                f"The key file {path} belongs to another database, so nothing was restored. Move "
                "it away, or name another in SIGNPOST_KEY_FILE."
            )
        return
    ServerKey.create(path, secret)
