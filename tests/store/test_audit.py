"""The chain shows any row that was changed, removed, moved or added, also the last ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

from bot.errors import NotYours
from bot.store import Store, audit
from bot.store.audit import Act
from bot.store.case_tables import audit as rows
from bot.store.keys import ServerKey
from bot.store.sealing import Sealer
from bot.store.tables import meta, metadata
from tests.cases.people import record
from tests.conftest import Clock
from tests.store.readers import School

SEALER = Sealer(ServerKey(bytes(32)))
LENGTH = 8
NOW = Clock().moment


def chain(length: int = LENGTH) -> Connection:
    """A database in memory with a chain of so many rows."""
    engine = create_engine("sqlite://", future=True, poolclass=StaticPool)
    connection = engine.connect()
    metadata.create_all(connection, tables=[meta, rows])
    audit.begin(connection, SEALER)
    for number in range(length):
        act = Act("reader 1", "viewed", f"SP-{number % 3}", "why" if number % 2 else None)
        audit.write(connection, SEALER, NOW + timedelta(hours=number), act)
    return connection


CHANGES: dict[str, Any] = {
    "at": NOW - timedelta(days=1),
    "actor": "reader 2",
    "action": "stored",
    "object": "SP-other",
    "detail": b"other",
    "hash": bytes(32),
    "number": 1000,
}


def change(at: Connection, number: int, column: str) -> str:
    at.execute(update(rows).where(rows.c.number == number).values({column: CHANGES[column]}))
    return str(number)


def remove(at: Connection, number: int, column: str) -> str:
    at.execute(delete(rows).where(rows.c.number == number))
    return str(number)


def swap(at: Connection, number: int, column: str) -> str:
    """With the row after it, the last one with the first."""
    other = number % LENGTH + 1
    for before, after in ((number, -1), (other, number), (-1, other)):
        at.execute(update(rows).where(rows.c.number == before).values(number=after))
    return str(min(number, other))


def close_the_gap(at: Connection, number: int, column: str) -> str:
    """Remove a row, and number those behind it anew."""
    at.execute(delete(rows).where(rows.c.number == number))
    for behind in range(number + 1, LENGTH + 1):
        at.execute(update(rows).where(rows.c.number == behind).values(number=behind - 1))
    return str(number)


def repeat(at: Connection, number: int, column: str) -> str:
    """Play a row again at the end."""
    row = at.execute(select(rows).where(rows.c.number == number)).one()
    at.execute(insert(rows).values({**row._mapping, "number": LENGTH + 1}))
    return str(LENGTH + 1)


@given(
    st.integers(1, LENGTH),
    st.sampled_from((change, remove, swap, close_the_gap, repeat)),
    st.sampled_from(sorted(CHANGES)),
)
def test_any_row_that_was_tampered_with_is_found_and_named(
    number: int, tamper: Callable[[Connection, int, str], str], column: str
) -> None:
    with chain() as at:
        assert audit.verify(at, SEALER).faults == ()
        named = tamper(at, number, column)
        assert any(named in fault for fault in audit.verify(at, SEALER).faults)


@given(st.integers(0, LENGTH - 1))
def test_rows_cut_off_at_the_end_are_missed(left: int) -> None:
    with chain() as at:
        at.execute(delete(rows).where(rows.c.number > left))
        (fault,) = audit.verify(at, SEALER).faults
        assert f"{left + 1}" in fault
        assert "missing" in fault


@pytest.mark.parametrize("to", [None, b"", bytes(72)])
def test_a_broken_end_is_found_and_the_chain_goes_on(to: bytes | None) -> None:
    with chain() as at:
        where = meta.c.name == audit.HEAD
        at.execute(delete(meta).where(where) if to is None else update(meta).values(value=to))
        assert "end" in audit.verify(at, SEALER).faults[0]
        audit.write(at, SEALER, NOW, Act("reader 1", "viewed", "SP-1"))
        found = audit.verify(at, SEALER)
        assert found.rows == LENGTH + 2
        (fault,) = found.faults
        assert f"Before row {LENGTH + 1}" in fault


def test_without_the_server_key_no_chain_can_be_made() -> None:
    with chain() as at:
        other = audit.verify(at, Sealer(ServerKey(bytes(31) + b"1")))
        assert len(other.faults) == LENGTH + 1


async def test_each_deed_leaves_a_row_and_no_word(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    lead, head = await school.add("Lucy Coull", "dsl"), await school.add("Ian Rowden", "head")
    told = record("incident", "pupil", "Sentinel Pupil", severity="routine", words="sentinel words")
    await school.hand_in(told)
    await school.read(told.reference, lead)
    with pytest.raises(NotYours):
        await school.read(told.reference, head)
    await store.remove_reader(head)

    history = await store.casework.history(told.reference)
    assert [(row.actor, row.action) for row in reversed(history)] == [
        ("bot", "stored"),
        (f"reader {lead}", "seen"),
        (f"reader {lead}", "viewed"),
        (f"reader {head}", "refused to view"),
    ]
    assert history[0].detail == "NotYours"
    found = await store.casework.verify_audit()
    assert (found.rows, found.faults) == (7, ())

    def everything(at: Connection) -> str:
        return str(at.execute(select(rows)).all())

    assert "entinel" not in await store._database.read(everything)


async def test_many_writers_keep_one_chain(
    database_url: str, key_path: Path, new_id: Callable[[], str], clock: Clock
) -> None:
    stores = [await Store.open(database_url, key_path, now=clock, new_id=new_id) for _ in range(3)]
    school = await School.opened(stores[0])
    lead = await school.add("Lucy Coull", "dsl")

    async def act(store: Store) -> None:
        for _ in range(5):
            await store.casework.exported("SP-2222-2222", lead, "for the LADO")

    await asyncio.gather(*(act(store) for store in stores for _ in range(3)))
    found = await stores[0].casework.verify_audit()
    assert (found.rows, found.faults) == (46, ())
    for store in stores:
        await store.close()


def test_a_moment_is_kept_as_it_was_hashed() -> None:
    with chain(0) as at:
        moment = datetime.fromisoformat("2026-07-01T12:00:00.123456+01:00")
        audit.write(at, SEALER, moment, Act("bot", "stored", "SP-1"))
        assert audit.verify(at, SEALER).faults == ()
