"""A few random kills while reports are handed over; `make bench` does two hundred on each."""

from __future__ import annotations

import json
import subprocess
import sys

KILLS = 6
FAULTS = (
    "stored_twice",
    "files_missing",
    "confirmed_not_stored",
    "alerts_missing",
    "seen_too_early",
    "seen_forgotten",
    "audit_faults",
    "drafts_left",
)


def test_each_report_is_stored_once_and_alerted(database_url: str) -> None:
    argv = [sys.executable, "-m", "tests.resilience.reporting", database_url, str(KILLS)]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    outcome = json.loads(ended.stdout)
    assert outcome["stored_once"] == outcome["sent"] > KILLS
    assert {name: outcome[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
