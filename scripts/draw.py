# /// script
# requires-python = "==3.10.*"
# dependencies = ["matplotlib==3.9.2"]
# ///
"""Draw what `make bench BENCH=questions` found: `risk-coverage.png` and `confusion.png`.

In an environment of its own: the bot's leaves matplotlib out, though Rasa asks for it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt


def risk_coverage(certain: list[list[float]], path: Path) -> None:
    """How many answers would be wrong if only the surest so many were given."""
    order = sorted(certain, key=lambda one: -one[0])
    wrong, shares, risks = 0, [], []
    for count, (_, right) in enumerate(order, 1):
        wrong += not right
        shares.append(100 * count / len(order))
        risks.append(100 * wrong / count)
    _, axes = plt.subplots(figsize=(7, 4.5))
    axes.plot(shares, risks, color="#1d4e89")
    axes.axhline(2, color="#b33", linewidth=0.8, linestyle="--", label="2% wrong")
    axes.set_xlabel("questions answered, the surest first (%)")
    axes.set_ylabel("of these, wrong (%)")
    axes.set_title("Risk against coverage, own questions")
    axes.legend(frameon=False)
    axes.grid(alpha=0.2)
    plt.tight_layout()
    plt.savefig(path, dpi=150)


def confusion(taken: list[tuple[tuple[str, str], int]], path: Path) -> None:
    """Which topics are taken for which, for those that it happens to most."""
    rows = sorted({wanted for (wanted, _), _ in taken})
    columns = sorted({said for (_, said), _ in taken})
    grid = [[0] * len(columns) for _ in rows]
    for (wanted, said), count in taken:
        grid[rows.index(wanted)][columns.index(said)] = count
    _, axes = plt.subplots(figsize=(1.5 + 0.35 * len(columns), 1.5 + 0.35 * len(rows)))
    axes.imshow(grid, cmap="Blues")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    for row, line in enumerate(grid):
        for column, count in enumerate(line):
            if count:
                axes.text(column, row, str(count), ha="center", va="center", fontsize=7)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    axes.set_title("Topics most often taken for another")
    plt.tight_layout()
    plt.savefig(path, dpi=150)


if __name__ == "__main__":
    source = Path(sys.argv[1])
    found = json.loads(source.read_text("utf-8"))
    risk_coverage(found["certain"], source.parent / "risk-coverage.png")
    confusion(found["taken"], source.parent / "confusion.png")
