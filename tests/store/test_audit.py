"""The chain shows any row that was changed, removed, moved or added, also the last ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
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
LENGTH = 30
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


def change(at: Connection, number: int, column: str, to: Any) -> None:
    at.execute(update(rows).where(rows.c.number == number).values({column: to}))


def swap(at: Connection, number: int, other: int) -> None:
    for before, after in ((number, -1), (other, number), (-1, other)):
        change(at, before, "number", after)


def close_the_gap(at: Connection, number: int) -> None:
    """Remove a row, and number those behind it anew."""
    at.execute(delete(rows).where(rows.c.number == number))
    for behind in range(number + 1, LENGTH + 1):
        change(at, behind, "number", behind - 1)


def other(value: Any) -> list[Any]:
    """What somebody might put there instead."""
    if value is None:
        return [b"other"]
    if isinstance(value, datetime):
        return [value - timedelta(microseconds=1), value + timedelta(days=1)]
    if isinstance(value, int):
        return [value + 1000, -value]
    if isinstance(value, str):
        return ["", value + " ", value.upper()]
    return [b"", value[:-1], value[:-1] + bytes([value[-1] ^ 1])]


@dataclass
class Tampering:
    """One chain that is tampered with over and over, and put back each time."""

    at: Connection
    kept: list[dict[str, Any]]

    def found(self, tamper: Callable[[Connection], None]) -> tuple[str, ...]:
        assert audit.verify(self.at, SEALER).faults == ()
        tamper(self.at)
        faults = audit.verify(self.at, SEALER).faults
        self.at.execute(delete(rows))
        self.at.execute(insert(rows), self.kept)
        return faults


@pytest.fixture(scope="module")
def tampering() -> Iterator[Tampering]:
    with chain() as at:
        yield Tampering(at, [dict(row._mapping) for row in at.execute(select(rows))])


@pytest.mark.parametrize("column", [column.name for column in rows.c])
def test_each_column_of_each_row_is_watched(tampering: Tampering, column: str) -> None:
    for row in tampering.kept:
        number = row["number"]
        for value in (*other(row[column]), *([None] if column == "detail" else [])):
            if value == row[column]:
                continue
            faults = tampering.found(partial(change, number=number, column=column, to=value))
            assert any(f"{number}" in fault for fault in faults), (number, value)


def test_each_row_that_is_taken_away_is_missed(tampering: Tampering) -> None:
    for number in range(1, LENGTH + 1):
        gone = delete(rows).where(rows.c.number == number)
        (fault, *_) = tampering.found(lambda at, gone=gone: at.execute(gone))  # type: ignore[misc]
        assert fault == f"Row {number} is missing."
        faults = tampering.found(partial(close_the_gap, number=number))
        # Of the last row, nothing but the end that is kept apart can tell.
        expected = "is missing" if number == LENGTH else "was changed"
        assert f"Row {number} {expected}" in faults[0]


def test_any_two_rows_that_change_places_are_found(tampering: Tampering) -> None:
    for one, another in combinations(range(1, LENGTH + 1), 2):
        faults = tampering.found(partial(swap, number=one, other=another))
        assert f"Row {one} was changed or put in another's place." in faults
        assert f"Row {another} was changed or put in another's place." in faults


def test_each_row_that_is_played_again_is_found(tampering: Tampering) -> None:
    for row in tampering.kept:
        again = insert(rows).values({**row, "number": LENGTH + 1})
        faults = tampering.found(lambda at, again=again: at.execute(again))  # type: ignore[misc]
        assert f"Row {LENGTH + 1} and what follows were not written by Signpost." in faults


@pytest.mark.parametrize("left", range(LENGTH))
def test_rows_cut_off_at_the_end_are_missed(tampering: Tampering, left: int) -> None:
    cut = delete(rows).where(rows.c.number > left)
    (fault,) = tampering.found(lambda at: at.execute(cut))
    assert f"{left + 1}" in fault
    assert "missing" in fault


def test_an_older_end_does_not_go_with_a_shorter_chain() -> None:
    """Who kept a copy of the end as it was can cut the chain there: the paper note tells."""
    with chain(LENGTH - 1) as at:
        noted = audit.verify(at, SEALER).last
        older = at.execute(select(meta.c.value)).scalar_one()
        audit.write(at, SEALER, NOW, Act("reader 1", "exported", "SP-1"))
        later = audit.verify(at, SEALER).last
        at.execute(delete(rows).where(rows.c.number == LENGTH))
        at.execute(update(meta).values(value=older))
        found = audit.verify(at, SEALER)
        assert (found.faults, found.last) == ((), noted)
        assert found.last != later


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
