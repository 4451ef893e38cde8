"""What has to hold of a run of kills, whatever was killed."""

from __future__ import annotations

import json
import subprocess
import sys


def all_answered_once(module: str, url: str, kills: int) -> None:
    """Run a module's kills in a program of its own: it forks, and wants no threads beside it."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, url, f"{kills}"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    outcome = json.loads(ended.stdout)
    assert outcome["sent"] > kills
    assert outcome["answered_once"] == outcome["sent"]
    assert outcome["replies"] >= outcome["sent"]
    for fault in ("lost", "doubled", "out_of_order", "failed", "undelivered"):
        assert outcome[fault] == 0, outcome
