"""Where the bench finds things, and how it calls Signpost and uv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.errors import BotError
from tests.bench.process import Command

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".bench"
RESULTS = CACHE / "results.json"

SCHOOL = "welbeck"
ROLE = "staff"


class BenchError(BotError):
    """A figure can't be measured here."""


def signpost(*verb: str) -> Command:
    """One of Signpost's own verbs, in the Python that runs the bench."""
    return Command("signpost", (sys.executable, "-m", "bot", *verb), ROOT)


def talking(verb: str) -> Command:
    """`ask` or `converse`, a line of JSON a message."""
    return signpost(verb, "--school", SCHOOL, "--role", ROLE, "--json")


def uv() -> str:
    """The uv that the Makefile uses."""
    script = ROOT / "scripts" / "uv.sh"
    found = subprocess.run(["sh", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        raise BenchError("There is no uv to build an environment with; `make bench` fetches one.")
    return str(ROOT / found.stdout.strip())


def run(argv: list[str], **environment: str) -> None:
    """Run a preparing command to its end; nothing of the environment outside leads it astray."""
    outside = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        done = subprocess.run(
            argv,
            cwd=ROOT,
            env={**outside, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as error:
        raise BenchError(f"{argv[0]} can't be run ({type(error).__name__}).") from None
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchError(f"`{' '.join(argv[:4])} ...` ended with {done.returncode}: {last}")
