"""The migrations build what the queries expect, and the queries find their indexes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex

from bot.store import (  # noqa: F401  # their tables belong to `metadata`
    Store,
    case_tables,
    desk_tables,
    web_tables,
)
from bot.store.inbox import NEXT_FREE
from bot.store.migrations import FOLDER, HEAD
from bot.store.outbox import FIRST_OF_EACH
from bot.store.tables import metadata
from tests.conftest import Clock


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == HEAD


async def test_migrations_lead_to_the_tables(store: Store) -> None:
    def differences(at: Connection) -> list[Any]:
        # SQLite's own table, and an index with a direction, which its inspector can't read.
        on_sqlite = {"sqlite_sequence", "ix_outbox_waiting"}
        names = on_sqlite if at.dialect.name == "sqlite" else set()
        options = {
            "compare_type": True,
            "include_object": lambda _item, name, *_: name not in names,
        }
        return list(compare_metadata(MigrationContext.configure(at, opts=options), metadata))

    assert await store._database.read(differences) == []


async def test_migrations_lead_to_the_indexes(tmp_path: Path, key_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    store = await Store.open(url, key_path, now=clock, new_id=lambda: "id")

    def written(at: Connection) -> set[str]:
        found = at.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'index'").scalars()
        return {" ".join(sql.split()) for sql in found if sql}

    stand = await store._database.read(written)
    await store.close()

    wanted = [index for table in metadata.tables.values() for index in table.indexes]
    assert stand == {
        " ".join(str(CreateIndex(index).compile(dialect=sqlite.dialect())).split())
        for index in wanted
    }


@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        (NEXT_FREE, {"ix_inbox_waiting", "ix_inbox_waiting_conversation"}),
        (FIRST_OF_EACH, {"ix_outbox_waiting", "ix_outbox_waiting_conversation"}),
    ],
)
async def test_asking_for_work_looks_at_waiting_rows_only(
    query: Any, indexes: set[str], tmp_path: Path, key_path: Path, clock: Clock
) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    store = await Store.open(url, key_path, now=clock, new_id=lambda: "id")

    def plan(at: Connection) -> list[str]:
        compiled = query.compile(at)
        values = ("1",) * len(compiled.positiontup)
        steps = at.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        return [str(step.detail) for step in steps]

    steps = await store._database.read(plan)
    await store.close()

    # The schools of the last few turns are a list of fixed length, looked through whole.
    of_few = "SCAN anon_1"
    scans = [step for step in steps if step.startswith("SCAN") and step != of_few]
    assert not [*scans, *(step for step in steps if "TEMP B-TREE" in step)]
    assert indexes == {index for index in indexes if any(f" {index} " in step for step in steps)}
