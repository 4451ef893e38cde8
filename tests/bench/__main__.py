"""`python -m tests.bench [--quick] [--hour] [--data DIR] [PART ...]`: measure, print, keep it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from bot.errors import BotError
from tests.bench import places
from tests.bench.figures import Figure, table
from tests.bench.parts import (
    cold_start,
    crowd,
    desk,
    encoding,
    fairness,
    fleet,
    growth,
    hostile,
    kill,
    memory,
    packs,
    public,
    questions,
    records,
    reporting,
    size,
    soak,
    stock,
    telegram,
    throughput,
    training,
    turns,
    urgent,
    web,
)
from tests.bench.results import keep

Part = Callable[[bool], list[Figure]]

PARTS: dict[str, Part] = {
    "size": size.measure,
    "cold-start": cold_start.measure,
    "memory": memory.measure,
    "crowd": crowd.measure,
    "encoding": encoding.measure,
    "training": training.measure,
    "turns": turns.measure,
    "stock": stock.measure,
    "growth": growth.measure,
    "fairness": fairness.measure,
    "throughput": throughput.measure,
    "kill": kill.measure,
    "fleet": fleet.measure,
    "telegram": telegram.measure,
    "reporting": reporting.measure,
    "records": records.measure,
    "packs": packs.measure,
    "questions": questions.measure,
    "urgent": urgent.measure,
    "web": web.measure,
    "desk": desk.measure,
    "hostile": hostile.measure,
    "soak": soak.measure,
}
WITH_DATA = "public"
"""Measured on public data that isn't part of the project, when `--data` says where it lies."""


def main() -> int:
    asked = _arguments()
    found: list[Figure] = []
    broken: list[str] = []
    parts = dict(PARTS)
    if asked.hour:
        parts["soak"] = partial(soak.measure, hour=True)
    if asked.data:
        parts[WITH_DATA] = partial(public.measure, asked.data)
    for name in asked.parts or parts:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            figures = parts[name](asked.quick)
        except BotError as error:
            broken.append(f"{name}: {error}")
            continue
        keep(places.RESULTS, name, figures, quick=asked.quick, when=datetime.now(timezone.utc))
        found += figures
    if found:
        print(table(found))
    for line in broken:
        print(f"not measured: {line}", file=sys.stderr)
    return 1 if broken or any(figure.verdict == "short" for figure in found) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, rougher figures")
    parser.add_argument("--hour", action="store_true", help="let the soak last an hour")
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"public data, for {WITH_DATA}")
    asked = parser.parse_args()
    known = [*PARTS, WITH_DATA] if asked.data else [*PARTS]
    if unknown := [part for part in asked.parts if part not in known]:
        if unknown[0] == WITH_DATA:
            parser.error(f"{WITH_DATA} needs --data with the folder of the public data")
        parser.error(f"there is no part {unknown[0]!r}; the parts are: {', '.join(PARTS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
