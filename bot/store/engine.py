"""One database, SQLite or PostgreSQL, set up so that a commit is a commit.

The room's queries are plain functions of a connection. PostgreSQL runs them on SQLAlchemy's asyncio
engine. SQLite runs them on one connection in one thread of its own: its writers would queue for the
file anyway, and here they queue in order instead of sleeping on each other's lock. A transaction
costs one change of thread; an asyncio driver for SQLite makes about ten, half of a turn's time.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from bot.errors import StoreError
from bot.store.faults import FAULTS, collided, explain
from bot.store.place import Place

Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]

RULES = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
CONNECTIONS = 10
CONNECT_SECONDS = 10
MOST_TRIES = 5
RULE_PAUSE = 0.01
"""Seconds between two tries to set a rule that another program's lock forbids."""


class Database(Protocol):
    async def write(self, work: Work[Answer]) -> Answer: ...

    async def alone(self, work: Work[Answer]) -> Answer:
        """A write of a single statement, which is a transaction without being told so."""

    async def read(self, work: Work[Answer]) -> Answer: ...

    async def close(self) -> None: ...


def connect(place: Place, patience: timedelta) -> Database:
    """`patience` is how long another program's lock is waited for."""
    return Postgres(place, patience) if place.file is None else SQLite(place, place.file, patience)


class Postgres:
    def __init__(self, place: Place, patience: timedelta) -> None:
        self._place = place
        self._engine = create_async_engine(
            place.url,
            future=True,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_size=CONNECTIONS,
            max_overflow=0,
            connect_args={
                "timeout": CONNECT_SECONDS,
                "server_settings": {
                    "application_name": "signpost",
                    "lock_timeout": str(int(patience.total_seconds() * 1000)),
                    # A server set to answer before the disk has it would break our promise.
                    "synchronous_commit": "on",
                },
            },
        )

        self._alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def write(self, work: Work[Answer]) -> Answer:
        return await self._run(self._engine, work)

    async def alone(self, work: Work[Answer]) -> Answer:
        return await self._run(self._alone, work)

    async def _run(self, engine: Any, work: Work[Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            try:
                async with engine.begin() as connection:
                    answer: Answer = await connection.run_sync(work)
                    return answer
            except FAULTS as error:
                # The server has undone the whole transaction, and the next try meets other rows.
                if not (collided(error) and tries < MOST_TRIES):
                    raise explain(error, self._place.name) from error

    read = write

    async def close(self) -> None:
        await self._engine.dispose()


class SQLite:
    def __init__(self, place: Place, file: Path, patience: timedelta) -> None:
        self._place = place
        _make_private(file)
        self._thread = ThreadPoolExecutor(1, "store")
        self._writing = create_engine(
            place.url,
            future=True,
            # Values stay out of error messages, whoever prints them.
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            # No isolation level: Python's sqlite3 would begin transactions late, in its own way.
            connect_args={"timeout": patience.total_seconds(), "isolation_level": None},
        )
        event.listen(self._writing, "connect", partial(_set_rules, patience))
        event.listen(self._writing, "begin", _begin)
        self._reading = self._writing.execution_options(reading=True)

    async def write(self, work: Work[Answer]) -> Answer:
        return await self._run(self._writing, work)

    alone = write

    async def read(self, work: Work[Answer]) -> Answer:
        return await self._run(self._reading, work)

    async def _run(self, engine: Any, work: Work[Answer]) -> Answer:
        def transaction() -> Answer:
            with engine.begin() as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)
        except FAULTS as error:
            raise explain(error, self._place.name) from error

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._writing.dispose)
        self._thread.shutdown()


def _make_private(file: Path) -> None:
    """Nobody else on the machine reads the file; SQLite gives its side files the same mode."""
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise StoreError(
            f"The database {file} can't be opened ({error.strerror}); "
            "check its folder and this account's rights."
        ) from error


def _set_rules(patience: timedelta, connection: Any, _record: Any) -> None:
    for rule in RULES:
        _set(rule, connection, time.monotonic() + patience.total_seconds())


def _set(rule: str, connection: Any, until: float) -> None:
    # Where two programs start on a new file at once, SQLite refuses the second its change to WAL
    # without waiting, whatever timeout the connection has.
    while True:
        try:
            connection.execute(f"PRAGMA {rule}")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(RULE_PAUSE)


def _begin(connection: Connection) -> None:
    # Two transactions that read first and write later can't both be let in: SQLite would refuse
    # the second at once, whatever the patience. So whoever may write says so at the start.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
