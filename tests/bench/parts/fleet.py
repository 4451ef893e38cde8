"""Four bots on one PostgreSQL database, one after another killed at random, then counted.

The counting is the tests' own (`tests/resilience/fleet.py`), which run it with fewer kills.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from tests.bench import places
from tests.bench.figures import Figure
from tests.bench.parts.kill import DATABASES, FAULTS

KILLS, FEWER = 100, 10


def measure(quick: bool) -> list[Figure]:
    kills = FEWER if quick else KILLS
    with DATABASES["PostgreSQL"]() as url:
        begun = time.perf_counter()
        argv = [sys.executable, "-W", "ignore", "-m", "tests.resilience.fleet", url, str(kills)]
        ended = subprocess.run(argv, cwd=places.ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise places.BenchError(f"The fleet ended with {ended.returncode}: {last}")
    outcome = json.loads(ended.stdout)
    after, sent = f"four bots, {kills} kills", outcome["sent"]
    return [
        Figure(
            f"{after}: answered exactly once",
            outcome["answered_once"],
            f"of {sent:,}",
            sent,
            at_least=True,
        ),
        *(Figure(f"{after}: {said}", outcome[key], "", 0) for key, said in FAULTS.items()),
        Figure(f"{after}: replies delivered again", outcome["delivered_again"], ""),
        Figure(f"{after}: took", seconds, "s"),
    ]
