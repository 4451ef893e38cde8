"""`python -m tests.bench [--quick] [PART ...]`: measure, print the table, keep the results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, timezone

from bot.errors import BotError
from tests.bench import places
from tests.bench.figures import Figure, table
from tests.bench.parts import (
    cold_start,
    encoding,
    fairness,
    growth,
    kill,
    memory,
    packs,
    size,
    stock,
    training,
    turns,
)
from tests.bench.results import keep

Part = Callable[[bool], list[Figure]]

PARTS: dict[str, Part] = {
    "size": size.measure,
    "cold-start": cold_start.measure,
    "memory": memory.measure,
    "encoding": encoding.measure,
    "training": training.measure,
    "turns": turns.measure,
    "stock": stock.measure,
    "growth": growth.measure,
    "fairness": fairness.measure,
    "kill": kill.measure,
    "packs": packs.measure,
}


def main() -> int:
    asked = _arguments()
    found: list[Figure] = []
    broken: list[str] = []
    for name in asked.parts or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            figures = PARTS[name](asked.quick)
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
    asked = parser.parse_args()
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are: {', '.join(PARTS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
