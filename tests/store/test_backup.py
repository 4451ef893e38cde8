"""The drill: run, back up, lose everything, restore, and the same records open again."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BackupError
from bot.messages import Gap, Reply
from bot.store import ServerKey, Store
from bot.store.backup import check, put_key, restore, write
from bot.store.engine import connect
from bot.store.place import Place
from bot.store.vault import DAMAGED, NOT_OURS, OTHER_KEY, Writer, lines
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import claimed, says
from tests.store.readers import School

KEY = b"k" * 32
PHRASE = "the green bicycle by the bins"
QUESTION = "what about drones"
PATIENCE = timedelta(seconds=5)
Fresh = Callable[[str], str]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """The address of another new database, of either kind."""
    numbers = iter(range(100))

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'fresh-{next(numbers)}.db'}"
        url: str = request.getfixturevalue("postgres").fresh()
        return url

    return make


@asynccontextmanager
async def opened(url: str, key_path: Path, clock: Clock) -> AsyncIterator[Store]:
    store = await Store.open(url, key_path, now=clock, new_id=lambda: "id")
    try:
        yield store
    finally:
        await store.close()


@dataclass
class Used:
    """A database that was used: a reader, a record, an open message, an unanswered question."""

    url: str
    key_path: Path
    clock: Clock
    reader: int
    recovery: bytes
    reference: str
    audited: str
    """What `audit verify` prints, and an administrator keeps on paper."""

    async def back_up(self, key: ServerKey) -> bytes:
        out, place = io.BytesIO(), Place.of(self.url)
        database = connect(place, PATIENCE)
        server = ServerKey.load(self.key_path)
        await database.read(lambda at: write(at, out, server, key, self.clock()))
        await database.close()
        return out.getvalue()

    async def reads(self, url: str, key_path: Path) -> None:
        """All of it is in that database too."""
        async with opened(url, key_path, self.clock) as store:
            audit = await store.casework.verify_audit()
            assert (audit.last, audit.faults) == (self.audited, ())
            school = School(store, self.recovery)
            opened_record = await school.read(self.reference, self.reader)
            assert opened_record.record.words == PHRASE
            assert (await school.read(self.reference, None)).record.words == PHRASE
            assert [kept.gap.words for kept in await store.gaps(SCHOOL)] == [QUESTION]
            assert (await claimed(store)).arrival.text == "still waiting"
            assert await store.accept(says("new", update="new")) == 4, "no number is given twice"


@pytest.fixture
async def used(database_url: str, key_path: Path, clock: Clock) -> Used:
    async with opened(database_url, key_path, clock) as store:
        school = await School.opened(store)
        reader = await school.add("Ann Lee", "dsl")
        await school.hand_in(record("incident", "pupil", words=PHRASE))
        await store.accept(says(QUESTION, update="2"))
        await store.finish(await claimed(store), b"", [Reply("?")], Gap("unknown", None, QUESTION))
        await store.accept(says("still waiting", update="3"))
        (line,) = await store.records(SCHOOL)
        audited = (await store.casework.verify_audit()).last
    return Used(database_url, key_path, clock, reader, school.recovery, line.reference, audited)


async def bring_back(backup: bytes, url: str, key_path: Path, key: bytes = KEY) -> None:
    place = Place.of(url)
    database = connect(place, PATIENCE)
    try:
        source = io.BytesIO(backup)
        await database.write(
            lambda at: put_key(key_path, restore(at, source, ServerKey(key), place.name))
        )
    finally:
        await database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_was_lost_is_there_again_on_either_kind(
    kind: str, used: Used, fresh: Fresh, tmp_path: Path
) -> None:
    backup = await used.back_up(ServerKey(KEY))
    assert PHRASE.encode() not in backup and b"drones" not in backup
    assert check(io.BytesIO(backup), ServerKey(KEY)).rows["records"] == 1

    url, key_path = fresh(kind), tmp_path / "restored.key"
    await bring_back(backup, url, key_path)
    assert key_path.read_bytes() == used.key_path.read_bytes()
    await used.reads(url, key_path)


async def test_a_database_that_was_only_opened_takes_a_backup(
    used: Used, fresh: Fresh, tmp_path: Path
) -> None:
    backup = await used.back_up(ServerKey(KEY))
    url = fresh("sqlite")
    async with opened(url, tmp_path / "unused.key", used.clock):
        pass
    await bring_back(backup, url, tmp_path / "restored.key")
    await used.reads(url, tmp_path / "restored.key")


async def test_nothing_is_written_over(used: Used, fresh: Fresh, tmp_path: Path) -> None:
    backup = await used.back_up(ServerKey(KEY))
    with pytest.raises(BackupError, match="isn't a new one"):
        await bring_back(backup, used.url, used.key_path)
    await used.reads(used.url, used.key_path)


async def test_another_databases_key_is_left_alone_and_nothing_is_restored(
    used: Used, fresh: Fresh, tmp_path: Path
) -> None:
    backup, url = await used.back_up(ServerKey(KEY)), fresh("sqlite")
    other = ServerKey.create(tmp_path / "other.key")
    with pytest.raises(BackupError, match="belongs to another database"):
        await bring_back(backup, url, tmp_path / "other.key")
    assert ServerKey.load(tmp_path / "other.key") == other
    await bring_back(backup, url, tmp_path / "restored.key")


def vault(count: int = 3) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, KEY)
    for number in range(count):
        writer.line([number, "x" * 1000])
    writer.close()
    return out.getvalue()


def read(whole: bytes, key: bytes = KEY) -> int:
    return sum(1 for _ in lines(io.BytesIO(whole), key))


def test_a_vault_gives_back_its_lines() -> None:
    assert read(vault()) == 3
    assert read(vault(0)) == 0


@given(st.integers(0, len(vault()) - 1))
@settings(max_examples=200)
def test_a_backup_that_was_cut_short_is_seen(length: int) -> None:
    with pytest.raises(BackupError):
        read(vault()[:length])


@given(st.integers(0, len(vault()) - 1), st.integers(1, 255))
@settings(max_examples=200)
def test_a_changed_byte_is_seen(place: int, change: int) -> None:
    whole = bytearray(vault())
    whole[place] ^= change
    with pytest.raises(BackupError):
        read(bytes(whole))


@pytest.mark.parametrize(
    ("whole", "key", "says"),
    [
        (b"PK\x03\x04 a zip file", KEY, NOT_OURS),
        (vault() + b"more", KEY, DAMAGED),
        (vault(), b"o" * 32, OTHER_KEY),
    ],
)
def test_each_refusal_says_what_it_is(whole: bytes, key: bytes, says: str) -> None:
    with pytest.raises(BackupError, match=says):
        read(whole, key)
