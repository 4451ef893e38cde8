"""Four bots on one database, a few random kills; `make bench BENCH=fleet` does many."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import PostgresServer

KILLS = 6


def test_four_bots_share_the_work_and_lose_nothing(postgres: PostgresServer) -> None:
    # In a program of its own: it forks, and that wants a process without threads.
    ended = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "tests.resilience.fleet"),
            *(postgres.fresh(), f"{KILLS}"),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    outcome = json.loads(ended.stdout)
    assert outcome["sent"] > KILLS
    assert outcome["answered_once"] == outcome["sent"]
    assert outcome["replies"] >= outcome["sent"]
    for fault in ("lost", "doubled", "out_of_order", "failed", "undelivered"):
        assert outcome[fault] == 0, outcome
