"""`kill -9` while reports are handed over and alerts go out, on both databases; then a count.

The counting is the tests' own (`tests/resilience/reporting.py`), which run it with fewer kills.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.bench import places
from tests.bench.figures import Figure
from tests.bench.parts.kill import DATABASES

KILLS, FEWER = 200, 20
FAULTS = {
    "stored_twice": "reports stored twice",
    "files_missing": "reports without their file",
    "confirmed_not_stored": "reports confirmed and not stored",
    "alerts_missing": "alerts that never came",
    "seen_too_early": "reports said to be seen before they were",
    "seen_forgotten": "reports seen, and not said to be",
    "audit_faults": "faults in the audit",
    "drafts_left": "drafts of files left",
}


def measure(quick: bool) -> list[Figure]:
    figures = []
    for name, database in DATABASES.items():
        with database() as url:
            outcome = _kill(url, FEWER if quick else KILLS)
        after, sent = f"{name}, {outcome['kills']} kills in reports", outcome["sent"]
        once = outcome["stored_once"]
        figures += [
            Figure(f"{after}: stored once", once, f"of {sent:,}", sent, at_least=True),
            *(Figure(f"{after}: {said}", outcome[key], "", 0) for key, said in FAULTS.items()),
            Figure(f"{after}: alerts sent again", outcome["alerts_again"], ""),
        ]
    return figures


def _kill(url: str, kills: int) -> dict[str, Any]:
    argv = [sys.executable, "-m", "tests.resilience.reporting", url, str(kills)]
    ended = subprocess.run(argv, cwd=places.ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise places.BenchError(f"The killing ended with {ended.returncode}: {last}")
    outcome: dict[str, Any] = json.loads(ended.stdout)
    return outcome
