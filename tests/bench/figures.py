"""A measured figure, the limit it must keep, and the table that shows both.

Percentiles are nearest-rank: the p99 of a run is a time that some message really took.
Megabytes are 10^6 bytes, which is the stricter reading of every limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MEGA = 1_000_000
HEADINGS = ("figure", "limit", "measured", "")

Verdict = Literal["ok", "short", ""]


@dataclass(frozen=True)
class Figure:
    """`limit` is the most allowed, or with `at_least` the least; None means for comparison only.

    `samples` are the single measurements behind the figure, kept for whoever doubts it.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    samples: tuple[float, ...] = ()

    @property
    def verdict(self) -> Verdict:
        if self.limit is None:
            return ""
        kept = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "ok" if kept else "short"


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all samples don't exceed."""
    if not samples:
        raise ValueError("no samples")
    if not 0 < share <= 1:
        raise ValueError("the share must be above 0 and at most 1")
    return sorted(samples)[math.ceil(share * len(samples)) - 1]


def median(samples: Sequence[float]) -> float:
    return percentile(samples, 0.5)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text, one each, in columns."""
    rows = [HEADINGS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(figure: Figure) -> tuple[str, str, str, str]:
    limit = ""
    if figure.limit is not None:
        limit = f"{'>=' if figure.at_least else '<='} {figure.limit:,g} {figure.unit}"
    return figure.name, limit, f"{_number(figure.measured)} {figure.unit}", figure.verdict


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, limit, measured, verdict = row
    cells = (
        name.ljust(widths[0]),
        limit.rjust(widths[1]),
        measured.rjust(widths[2]),
        verdict.ljust(widths[3]),
    )
    return "  ".join(cells).rstrip()
