"""A database opens only with its own key, and says plainly what is wrong with it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.store import ServerKey, Store
from tests.conftest import Clock, PostgresServer
from tests.store.people import HELLO, claimed, says

BRIEFLY = timedelta(milliseconds=50)
NewId = Callable[[], str]


@asynccontextmanager
async def opened(url: str, key_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(url, key_path, now=Clock(), new_id=lambda: "id", patience=BRIEFLY)
    try:
        yield store
    finally:
        await store.close()


async def trouble(url: str, key_path: Path) -> str:
    """What the store says instead of opening."""
    with pytest.raises(StoreError) as raised:
        async with opened(url, key_path):
            pass
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


async def test_a_database_opens_again_with_its_key(database_url: str, key_path: Path) -> None:
    async with opened(database_url, key_path) as store:
        await store.accept(says("hello"))
    key = key_path.read_bytes()
    async with opened(database_url, key_path) as store:
        assert (await claimed(store)).arrival.text == "hello"

    assert key_path.read_bytes() == key


async def test_a_new_database_takes_the_key_that_is_there(
    database_url: str, key_path: Path
) -> None:
    ServerKey.create(key_path)
    key = key_path.read_bytes()
    async with opened(database_url, key_path):
        pass

    assert key_path.read_bytes() == key


async def test_a_wrong_key_is_refused(database_url: str, key_path: Path, tmp_path: Path) -> None:
    async with opened(database_url, key_path):
        pass
    other = tmp_path / "other.key"
    ServerKey.create(other)

    assert f"{other} doesn't belong to" in await trouble(database_url, other)


async def test_a_missing_key_is_not_replaced(database_url: str, key_path: Path) -> None:
    async with opened(database_url, key_path):
        pass
    key_path.unlink()

    assert f"key file {key_path} is missing" in await trouble(database_url, key_path)
    assert not key_path.exists()


async def test_a_database_without_its_mark_is_refused_once_it_holds_something(
    tmp_path: Path, key_path: Path
) -> None:
    file = tmp_path / "signpost.db"
    async with opened(f"sqlite:///{file}", key_path) as store:
        await store.accept(says("hello"))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DELETE FROM meta")

    assert "not the mark of its key" in await trouble(f"sqlite:///{file}", key_path)


@pytest.mark.parametrize("content", [b"hello\n", b"\xff" * 44, b"QUJD\n"])
async def test_a_damaged_key_is_refused(content: bytes, database_url: str, key_path: Path) -> None:
    key_path.write_bytes(content)

    assert f"key file {key_path} is damaged" in await trouble(database_url, key_path)
    assert key_path.read_bytes() == content


async def test_a_key_that_a_crash_left_empty_is_made_again_for_an_empty_database(
    database_url: str, key_path: Path
) -> None:
    key_path.touch()
    async with opened(database_url, key_path) as store:
        await store.accept(says("hello"))
    key_path.write_bytes(b"")

    assert f"key file {key_path} is damaged" in await trouble(database_url, key_path)


def test_two_that_start_at_once_share_one_key(database_url: str, key_path: Path) -> None:
    program = OPEN_ONLY.format(database_url, str(key_path))
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]

    assert [one.wait(timeout=60) for one in both] == [7, 7]


OPEN_ONLY = """
import asyncio, pathlib, datetime
from bot.store import Store
now = lambda: datetime.datetime.now(datetime.timezone.utc)
asyncio.run(Store.open({!r}, pathlib.Path({!r}), now=now, new_id=str))
raise SystemExit(7)
"""


async def test_a_key_that_cannot_be_written_leaves_no_half_made_database(
    database_url: str, tmp_path: Path, key_path: Path
) -> None:
    said = await trouble(database_url, tmp_path / "no" / "such" / "folder" / "key")

    assert "can't be written" in said
    async with opened(database_url, key_path) as store:
        assert await store.accept(says("hello")) is not None


def test_a_key_is_for_its_owner_only_and_never_written_over(key_path: Path) -> None:
    key = ServerKey.create(key_path)

    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    assert ServerKey.load(key_path) == key
    assert key_path.read_bytes().count(b"\n") == 1
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(key)
    with pytest.raises(StoreError, match="exists already"):
        ServerKey.create(key_path)


async def test_the_database_file_is_for_its_owner_only(tmp_path: Path, key_path: Path) -> None:
    file = tmp_path / "signpost.db"
    async with opened(f"sqlite:///{file}", key_path) as store:
        await store.accept(says("hello"))
        modes = {path.name: path.stat().st_mode for path in tmp_path.glob("signpost.db*")}

    assert "signpost.db-wal" in modes
    assert {stat.S_IMODE(mode) for mode in modes.values()} == {0o600}


async def test_a_read_only_file(tmp_path: Path, key_path: Path) -> None:
    file = tmp_path / "signpost.db"
    async with opened(f"sqlite:///{file}", key_path):
        pass

    # Root may write to any file, so the mode is asked of SQLite and not of the file system.
    said = await trouble(f"sqlite:///file:{file}?mode=ro&uri=true", key_path)
    assert "can be read but not written" in said
    assert str(file) in said


async def test_a_locked_file_is_waited_for_and_then_named(tmp_path: Path, key_path: Path) -> None:
    file = tmp_path / "signpost.db"
    url = f"sqlite:///{file}"
    async with opened(url, key_path) as store:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="held by another program"):
                await store.accept(says("hello", update="1"))
            assert "held by another program" in await trouble(url, key_path)
            assert (await store.counts()).waiting == 0
        assert await store.accept(says("hello", update="1")) is not None


async def test_a_full_disk_loses_nothing_that_was_accepted(tmp_path: Path, key_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'signpost.db'}", key_path) as store:
        await store.accept(says("small"))
        await limit_pages(store, 40)
        with pytest.raises(StoreError, match="no room left"):
            await store.accept(says("x" * 400_000, update="big"))
        claim = await claimed(store)
        assert claim.arrival.text == "small"
        with pytest.raises(StoreError, match="no room left"):
            await store.finish(claim, b"m" * 400_000, [HELLO])
        assert await store.replies_to(claim.inbox_id) == []
        await limit_pages(store, 100_000)
        await store.finish(claim, b"m" * 400_000, [HELLO])
        assert await store.accept(says("x" * 400_000, update="big")) is not None


async def limit_pages(store: Store, pages: int) -> None:
    """Let SQLite think that the disk ends here."""
    await store._database.write(
        lambda at: at.exec_driver_sql(f"PRAGMA max_page_count={pages}").all()
    )


@pytest.mark.parametrize("content", [b"This is a letter, and no database. " * 200, b"SQLite"])
async def test_something_else_than_a_database(
    content: bytes, tmp_path: Path, key_path: Path
) -> None:
    file = tmp_path / "signpost.db"
    file.write_bytes(content)

    assert f"The database {file} is damaged" in await trouble(f"sqlite:///{file}", key_path)
    assert file.read_bytes() == content
    assert not key_path.exists()


async def test_a_damaged_file(tmp_path: Path, key_path: Path) -> None:
    file = tmp_path / "signpost.db"
    async with opened(f"sqlite:///{file}", key_path) as store:
        for _ in range(50):
            await store.accept(says("x" * 1000))
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)

    assert f"The database {file} is damaged" in await trouble(f"sqlite:///{file}", key_path)


async def test_a_database_of_a_newer_version(tmp_path: Path, key_path: Path) -> None:
    file = tmp_path / "signpost.db"
    async with opened(f"sqlite:///{file}", key_path):
        pass
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "made by a newer Signpost" in await trouble(f"sqlite:///{file}", key_path)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://school/db", "oracle:///x"])
async def test_an_address_of_no_known_kind(url: str, key_path: Path) -> None:
    assert "SIGNPOST_DATABASE_URL must look like" in await trouble(url, key_path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str, key_path: Path) -> None:
    assert "would lose what it was told" in await trouble(url, key_path)


async def test_a_folder_that_is_not_there(tmp_path: Path, key_path: Path) -> None:
    assert "can't be opened" in await trouble(f"sqlite:///{tmp_path}/a/b/s.db", key_path)


async def test_a_server_that_is_not_there(key_path: Path) -> None:
    said = await trouble("postgresql://ann:secret@127.0.0.1:1/school", key_path)

    assert "school on 127.0.0.1 doesn't answer" in said
    assert "secret" not in said
    assert "ann" not in said


async def test_a_name_that_the_server_does_not_know(
    postgres: PostgresServer, key_path: Path
) -> None:
    url = postgres.fresh()
    assert "doesn't exist on that server" in await trouble(
        url.replace("/signpost_", "/absent_"), key_path
    )
    assert "refuses this account" in await trouble(url.replace("postgres@", "nobody@"), key_path)


async def test_a_read_only_server(postgres: PostgresServer, key_path: Path) -> None:
    url = postgres.fresh()
    name = url.split("/")[3].split("?")[0]
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    assert "can be read but not written" in await trouble(url, key_path)
    assert not key_path.exists()


async def test_a_locked_server(postgres: PostgresServer, key_path: Path) -> None:
    url = postgres.fresh()
    async with opened(url, key_path) as store, opened(url, key_path) as other:
        held, release = asyncio.Event(), asyncio.Event()
        holding = asyncio.create_task(hold(other, held, release))
        await held.wait()
        with pytest.raises(StoreError, match="held by another program"):
            await store.accept(says("hello", update="1"))
        release.set()
        await holding
        assert await store.accept(says("hello", update="1")) is not None


async def hold(store: Store, held: asyncio.Event, release: asyncio.Event) -> None:
    from bot.store.engine import Postgres

    database = store._database
    assert isinstance(database, Postgres)
    async with database._engine.begin() as connection:
        await connection.exec_driver_sql("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        held.set()
        await release.wait()


@pytest.mark.parametrize(
    ("code", "said"),
    [("disk_full", "no room left"), ("data_corrupted", "is damaged"), ("io_error", "its disk")],
)
async def test_what_a_server_reports(
    code: str, said: str, postgres: PostgresServer, key_path: Path
) -> None:
    url = postgres.fresh()
    async with opened(url, key_path) as store:
        await store._database.write(lambda at: at.exec_driver_sql(REFUSE.format(code)).close())
        await store._database.write(lambda at: at.exec_driver_sql(ALWAYS).close())
        with pytest.raises(StoreError, match=said) as raised:
            await store.accept(says("hello", who="sentinel"))
        assert "sentinel" not in str(raised.value)


REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'sentinel' USING ERRCODE = '{}'; END $$
"""
ALWAYS = "CREATE TRIGGER refuse BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION refuse()"


async def test_a_server_that_drops_its_connections_is_found_again(
    postgres: PostgresServer, key_path: Path
) -> None:
    url = postgres.fresh()
    name = url.split("/")[3].split("?")[0]
    async with opened(url, key_path) as store:
        await store.accept(says("hello", update="1"))
        postgres.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        with pytest.raises(StoreError, match="doesn't answer"):
            await store.accept(says("hello", update="2"))
        assert await store.accept(says("hello", update="2")) is not None


def test_a_process_that_forgets_to_close_still_ends(tmp_path: Path, key_path: Path) -> None:
    program = OPEN_ONLY.format(f"sqlite:///{tmp_path / 'signpost.db'}", str(key_path))
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)

    assert ended.returncode == 7


async def test_a_transaction_that_lost_a_deadlock_is_done_again(
    postgres: PostgresServer, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    store = await Store.open(postgres.fresh(), key_path, now=clock, new_id=new_id)
    tries = []

    def lose_once(connection: Connection) -> str:
        tries.append(connection)
        if len(tries) == 1:
            connection.exec_driver_sql("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")
        return "done"

    try:
        assert await store._database.write(lose_once) == "done"
    finally:
        await store.close()
    assert len(tries) == 2
