"""What can't start says why in one sentence, ends with 1, and loses nothing that was kept."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.dialogue.training import model_path
from bot.messages import Arrival
from bot.policy.library import Library
from bot.store import Counts, Store
from tests.store.readers import takes_records
from tests.verbs.calling import ROOT, SENTINEL, Bot, Ended, ended, talking

QUESTION = f"{SENTINEL}, can I accept it?\n"
FULL = """CREATE TRIGGER full BEFORE INSERT ON inbox
BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"""


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=timezone.utc)


class Kept:
    """A database that somebody has written to, and its key."""

    def __init__(self, folder: Path) -> None:
        self.file, self.key = folder / "kept.db", folder / "kept.key"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    async def begin(self) -> None:
        store = await self._open()
        await store.accept(Arrival("web", "u1", "web:ann", "welbeck", "staff", "hello"))
        await store.close()

    async def counts(self) -> Counts:
        store = await self._open()
        try:
            return await store.counts()
        finally:
            await store.close()

    async def _open(self) -> Store:
        return await Store.open(self.url, self.key, now=now, new_id=lambda: "id")

    def run(self, sql: str) -> None:
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute(sql)

    @contextmanager
    def held(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield


class Faults:
    """A bot for each fault, all started side by side, since most of a start is waiting for it."""

    def __init__(self, folder: Path, content: Path) -> None:
        self._folder = folder
        self._settings = {
            "SIGNPOST_CONTENT_DIR": str(content),
            "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
        }
        self.kept: dict[str, Kept] = {}
        self.bots: dict[str, Bot] = {}

    def bot(self, name: str) -> Bot:
        folder = self._folder / name
        folder.mkdir()
        kept = Kept(folder)
        asyncio.run(kept.begin())
        self.kept[name] = kept
        settings = {**self._settings, "SIGNPOST_KEY_FILE": str(kept.key)}
        self.bots[name] = Bot(folder, settings)
        return self.bots[name]


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory, content_dir: Path) -> Faults:
    return Faults(tmp_path_factory.mktemp("faults"), content_dir)


@pytest.fixture(scope="module")
def endings(faults: Faults) -> dict[str, Ended]:
    running = {}

    def begin(name: str, *verb: str, url: str = "", **settings: str) -> None:
        bot = faults.bots[name]
        where = "--database", url or faults.kept[name].url
        running[name] = bot.start(*(verb or talking("ask")), *where, **settings)

    for name in ("no key", "locked", "read-only", "full", "corrupt model", "school", "no content"):
        faults.bot(name)

    faults.kept["no key"].key.rename(faults.kept["no key"].key.with_suffix(".away"))
    begin("no key")
    begin("read-only", url=f"sqlite:///file:{faults.kept['read-only'].file}?mode=ro&uri=true")
    faults.kept["full"].run(FULL)
    begin("full")
    models = faults.bots["corrupt model"].folder / "models"
    models.mkdir()
    model = model_path(models)
    model.write_bytes(model_path(ROOT / "models").read_bytes()[:10_000])
    begin("corrupt model", model_dir=str(models))
    begin("school", *talking("ask", school="hogwarts"))
    begin("no content", content_dir=str(models))
    with faults.kept["locked"].held():
        begin("locked")
        return {name: ended(process, QUESTION) for name, process in running.items()}


def test_with_a_model_that_can_not_be_read_it_starts_for_urgent_help(
    endings: dict[str, Ended],
) -> None:
    """An ordinary question is said to be unanswered, and the log says what to do."""
    found = endings["corrupt model"]
    assert found.status == 0
    assert "couldn't answer your message" in found.out
    assert "can only give urgent help" in found.err and "make train" in found.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no key", ["kept.key is missing", "put the key file back"]),
        ("locked", ["kept.db is held by another program", "try again"]),
        ("read-only", ["kept.db can be read but not written"]),
        ("full", ["kept.db has no room left"]),
        ("school", ["no school called 'hogwarts'", "welbeck"]),
        ("no content", ["topics.yml"]),
    ],
)
def test_one_sentence_says_what_is_wrong_and_nothing_is_lost(
    name: str, words: list[str], endings: dict[str, Ended], faults: Faults
) -> None:
    complaint = endings[name].complaint
    for word in words:
        assert word in complaint
    assert SENTINEL not in complaint
    assert endings[name].out == ""
    kept = faults.kept[name]
    if name == "no key":
        assert not kept.key.exists(), "a key was made that opens nothing"
        kept.key.with_suffix(".away").rename(kept.key)
    counts = asyncio.run(kept.counts())
    assert (counts.waiting, counts.failed) == (1, 0)


def test_a_wrong_setting(bot: Bot) -> None:
    assert "SIGNPOST_WORKERS can't be used" in bot.call("packs", "check", workers="x").complaint


def test_a_misspelt_setting(bot: Bot) -> None:
    assert "SIGNPOST_WORKRES is not a setting" in bot.call("packs", "check", workres="3").complaint


def test_an_unreadable_env_file(bot: Bot) -> None:
    (bot.folder / ".env").write_bytes(b"SIGNPOST_KEY_FILE=\xff\xfe")
    assert ".env can't be read" in bot.call("packs", "check").complaint


def test_an_unknown_role(bot: Bot) -> None:
    complaint = bot.call(*talking("ask", role="governor")).complaint
    assert "no role 'governor'" in complaint
    assert "staff, parent" in complaint


def test_an_unknown_verb_is_refused(bot: Bot) -> None:
    ended = bot.call("sing")
    assert ended.status == 2
    assert "sing" in ended.err
    assert "Traceback" not in ended.err


class TestPacks:
    def test_good_ones_are_counted(self, bot: Bot) -> None:
        ended = bot.call("packs", "check")
        assert (ended.status, ended.err) == (0, "")
        assert "welbeck" in ended.out

    def test_a_wrong_one_is_named_with_file_and_line(self, bot: Bot, content_dir: Path) -> None:
        copy = bot.folder / "content"
        shutil.copytree(content_dir, copy)
        topics = copy / "topics.yml"
        topics.write_text(topics.read_text("utf-8") + "\nsomething_else: true\n", "utf-8")
        ended = bot.call("packs", "check", content_dir=str(copy))
        assert ended.status == 1
        assert "topics.yml" in ended.err
        assert "something_else" in ended.err
        assert "Traceback" not in ended.err


class TestDoctor:
    def test_an_installation_is_sound_once_each_school_has_readers(self, bot: Bot) -> None:
        new = bot.call("doctor")
        assert (new.status, new.err) == (1, ""), new
        wrong = [line for line in new.out.splitlines() if not line.startswith("ok ")]
        assert [line.split()[:2] for line in wrong] == [["WRONG", "reports:"]]
        assert "nobody to receive reports at blean" in wrong[0]

        async def staffed() -> None:
            database, key = bot.folder / "own.db", bot.folder / "own.key"
            store = await Store.open(
                f"sqlite:///{database}",
                key,
                now=now,
                new_id=lambda: "id",
            )
            for school in Library.load(ROOT / "policy_content").schools():
                await takes_records(store, school)
            await store.close()

        asyncio.run(staffed())
        mail = {"smtp_url": "smtp://mail.school.example", "mail_from": "bot@school.example"}
        ended = bot.call("doctor", database_url="sqlite:///own.db", key_file="own.key", **mail)
        assert (ended.status, ended.err) == (0, ""), ended
        assert {line.split()[0] for line in ended.out.splitlines()} == {"ok"}

    def test_everything_that_is_wrong_is_named(self, bot: Bot) -> None:
        folder = str(bot.folder / "nowhere")
        ended = bot.call(
            "doctor",
            model_dir=folder,
            content_dir=folder,
            database_url="postgresql://ann:hush@127.0.0.1:1/school",
        )
        assert ended.status == 1
        wrong = [line.split()[1] for line in ended.out.splitlines() if line.startswith("WRONG")]
        assert wrong == ["model:", "policies:", "database:"]
        assert "hush" not in ended.out + ended.err
        assert "Traceback" not in ended.err


class TestTraining:
    def test_a_model_that_is_up_to_date_is_left_alone(self, bot: Bot) -> None:
        model = model_path(ROOT / "models")
        before = hashlib.sha256(model.read_bytes()).hexdigest(), model.stat().st_mtime_ns
        ended = bot.call("train")
        assert (ended.status, ended.out, ended.err) == (0, "", "")
        assert (hashlib.sha256(model.read_bytes()).hexdigest(), model.stat().st_mtime_ns) == before

    def test_one_that_is_missing_is_made_and_old_ones_go(self, bot: Bot) -> None:
        models = bot.folder / "models"
        models.mkdir()
        (models / "signpost-0000000000000000.tar.gz").write_bytes(b"from before")
        (models / "mine.tar.gz").write_bytes(b"not ours")
        ended = bot.call("train", model_dir=str(models))
        assert (ended.status, ended.out) == (0, ""), ended
        assert "Training the model" in ended.err
        made = model_path(models)
        assert sorted(path.name for path in models.iterdir()) == ["mine.tar.gz", made.name]
        first = bot.call(*talking("ask"), said="hello", model_dir=str(models)).lines[0]
        assert first["outcome"] == "chat"
