"""Training from scratch, as a whole process: imports, reading, training, saving."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench import places
from tests.bench.figures import Figure, median
from tests.bench.stock import environment

LIMIT_SECONDS = 60


def measure(quick: bool) -> list[Figure]:
    times = 1 if quick else 3
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="training-") as temporary:
        folder = Path(temporary)
        ours = tuple(_ours(folder / str(number)) for number in range(times))
        figures = [
            Figure("training, median", median(ours), "s", LIMIT_SECONDS, samples=ours),
        ]
        if not quick:
            figures.append(Figure("training of stock's small bot", _stock(folder), "s"))
    return figures


def _ours(folder: Path) -> float:
    command = places.signpost("train", "--force", "--model-dir", str(folder))
    begun = time.perf_counter()
    places.run(list(command.argv))
    return time.perf_counter() - begun


def _stock(folder: Path) -> float:
    environment.environment()
    begun = time.perf_counter()
    environment.train(folder / "stock.tar.gz")
    return time.perf_counter() - begun
