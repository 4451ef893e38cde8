"""A few random kills on either database; `make bench` does two hundred of each."""

from __future__ import annotations

import json
import subprocess
import sys

KILLS = 8


def test_every_accepted_message_is_answered_exactly_once(database_url: str) -> None:
    # In a program of its own: it forks, and that wants a process without threads.
    ended = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "tests.resilience.killing",
            database_url,
            f"{KILLS}",
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
