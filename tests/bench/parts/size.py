"""How big the run-time environment is: exactly what the lock file gives without the dev group.

Bytecode is compiled first, since the first start would write it anyway; the figure that is judged
is the space taken on the disk, the largest of the ways to count.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import places
from tests.bench.disk import room
from tests.bench.figures import MEGA, Figure
from tests.bench.stock import environment

LIMIT_MB = 800


def measure(quick: bool) -> list[Figure]:
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="size-") as temporary:
        target = Path(temporary) / "venv"
        sync = [places.uv(), "sync", "--frozen", "--no-dev", "--compile-bytecode"]
        places.run(sync, UV_PROJECT_ENVIRONMENT=str(target))
        ours = room(target)
    figures = [
        Figure("run-time environment, on disk", ours.disk / MEGA, "MB", LIMIT_MB),
        Figure("run-time environment, lengths of files", ours.apparent / MEGA, "MB"),
    ]
    if not quick:
        stock = room(environment.environment())
        figures.append(Figure("stock environment, on disk", stock.disk / MEGA, "MB"))
        figures.append(Figure("stock environment, lengths of files", stock.apparent / MEGA, "MB"))
    return figures
