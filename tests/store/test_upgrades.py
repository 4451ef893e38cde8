"""A database that an older Signpost made is brought up to date, and everything in it opens.

`databases/` holds databases as the versions of that number wrote them, with their server key; they
are made by those versions and never made anew. A version that is left out there is built here from
the newest of them: its own tables, filled with what fits of the newer one's rows.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, insert, select
from sqlalchemy.engine import Connection

from bot.store import ServerKey, Store, opening
from bot.store.backup import _numbers, _set_numbers, put_key, restore, write
from bot.store.engine import connect
from bot.store.migrations import FOLDER, HEAD, migrate, version
from bot.store.place import Place
from tests.cases.people import SCHOOL
from tests.conftest import Clock
from tests.store.people import claimed, says
from tests.store.readers import School

DATABASES = Path(__file__).with_name("databases")
KEPT = sorted(path.name.partition(".")[0] for path in DATABASES.glob("*.db.gz"))
EVERY = sorted(path.name[1:5] for path in (FOLDER / "versions").glob("m*.py"))
BUILT = [one for one in EVERY if one not in KEPT and one < KEPT[-1]]
SHEET = bytes(range(32))
"""The private half of the recovery key in these databases."""
PATIENCE = timedelta(seconds=5)
RECORDS, CASEWORK = "0003", opening.CASEWORK


@pytest.fixture
def old(tmp_path: Path, key_path: Path) -> Callable[[str], Path]:
    """A copy of a kept database, with its key where the tests keep theirs."""
    key_path.write_bytes((DATABASES / "server.key").read_bytes())
    key_path.chmod(0o600)

    def unpacked(revision: str) -> Path:
        file = tmp_path / f"{revision}.db"
        file.write_bytes(gzip.decompress((DATABASES / f"{revision}.db.gz").read_bytes()))
        return file

    return unpacked


async def opens(url: str, key_path: Path, clock: Clock, revision: str) -> None:
    """Everything that a version could hold is there, and the bot goes on working with it."""
    store = await Store.open(url, key_path, now=clock, new_id=lambda: "id")
    try:
        assert await store._database.read(version) == HEAD
        waiting = await claimed(store)
        assert waiting.arrival.text == "still waiting"
        assert [reply.text for reply in await store.replies_to(1)] == ["Ask the office."]
        if revision >= "0002":
            assert [kept.gap.words for kept in await store.gaps(SCHOOL)] == ["what about drones"]
        if revision >= RECORDS:
            school = School(store, SHEET)
            (line,) = await store.records(SCHOOL)
            (reader,) = await store.readers(SCHOOL)
            for who in (reader.id, None):
                opened = await school.read(line.reference, who)
                assert opened.record.words == "the green bicycle by the bins"
        assert (await store.casework.verify_audit()).faults == ()
        assert await store.accept(says("new", update="new")) is not None
    finally:
        await store.close()


def test_every_version_is_looked_at() -> None:
    assert EVERY[-1] == HEAD
    assert set(KEPT) | set(BUILT) >= {one for one in EVERY if one <= KEPT[-1]}
    assert {"0001", "0002", "0003"} <= set(KEPT)


@pytest.mark.parametrize("revision", KEPT)
async def test_a_kept_database_opens(
    revision: str, old: Callable[[str], Path], key_path: Path, clock: Clock
) -> None:
    await opens(f"sqlite:///{old(revision)}", key_path, clock, revision)


@pytest.mark.parametrize("revision", BUILT)
async def test_a_built_database_opens(
    revision: str, old: Callable[[str], Path], database_url: str, key_path: Path, clock: Clock
) -> None:
    newest, database = old(KEPT[-1]), connect(Place.of(database_url), PATIENCE)
    await database.write(lambda at: _build(at, newest, database_url, revision))
    await database.close()
    await opens(database_url, key_path, clock, revision)


def _build(at: Connection, newest: Path, place: str, revision: str) -> None:
    migrate(at, place, revision)
    with create_engine(f"sqlite:///{newest}", future=True).connect() as source:
        _fill(at, source, revision)


def _fill(at: Connection, source: Connection, revision: str) -> None:
    newer, older = MetaData(), MetaData()
    newer.reflect(source)
    older.reflect(at)
    for table in older.sorted_tables:
        if table.name in newer.tables and table.name != "alembic_version":
            columns = [one.name for one in table.columns]
            rows = source.execute(select(*(newer.tables[table.name].c[one] for one in columns)))
            for row in rows.mappings():
                if revision < CASEWORK and row.get("name") == "audit head":
                    continue
                at.execute(insert(table).values(**row))
    given = _numbers(source, [])
    _set_numbers(at, {name: last for name, last in given.items() if name in older.tables})


@pytest.mark.parametrize("revision", KEPT)
async def test_its_backup_opens_on_the_other_kind(
    revision: str,
    old: Callable[[str], Path],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    key_path: Path,
    clock: Clock,
) -> None:
    """As made by that version: the tables are read as they are, and brought up to date later."""
    out, place = io.BytesIO(), Place.of(f"sqlite:///{old(revision)}")
    server, key = ServerKey.load(key_path), ServerKey(b"k" * 32)
    database = connect(place, PATIENCE)
    await database.read(lambda at: write(at, out, server, key, clock()))
    await database.close()

    url: str = request.getfixturevalue("postgres").fresh()
    again, restored = Place.of(url), tmp_path / "restored.key"
    database = connect(again, PATIENCE)
    source = io.BytesIO(out.getvalue())
    await database.write(lambda at: put_key(restored, restore(at, source, key, again.name)))
    await database.close()
    await opens(url, restored, clock, revision)
