"""Charts as pictures in the page: drawn here of plain numbers, with no script and no style in them.

Each stands beside a table of the same numbers, which is what a screen reader is given; so the
picture itself is hidden from it. Colours and letters are the style sheet's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import log

from markupsafe import Markup, escape

NOT_TOLD = "–"

COLUMN, TALL, TOP, FOOT = 44, 84, 20, 36
ROW, WIDE, BAR = 46, 320, 14

TICKS = (
    ("1 hour", timedelta(hours=1)),
    ("1 day", timedelta(days=1)),
    ("1 week", timedelta(weeks=1)),
)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=90)


def columns(
    numbers: Sequence[int | None], names: Sequence[tuple[str, str]], highest: int
) -> Markup:
    """One upright bar a number, with its name below it in two lines; `highest` is the same for all
    charts that stand together.
    """
    height = TOP + TALL + FOOT
    parts: list[Markup] = []
    for place, (number, name) in enumerate(zip(numbers, names, strict=True)):
        left, middle = place * COLUMN, place * COLUMN + COLUMN // 2
        high = round(TALL * (number or 0) / max(highest, 1), 1)
        bar = Markup('<rect class="bar-part" x="{}" y="{}" width="{}" height="{}" rx="2"/>')
        if high:
            parts.append(bar.format(left + 8, TOP + TALL - high, COLUMN - 16, high))
        said = NOT_TOLD if number is None else str(number)
        parts.append(_text(middle, TOP + TALL - high - 5, said, "middle"))
        for line, part in enumerate(name):
            at = TOP + TALL + 15 + line * 15
            parts.append(_text(middle, at, part, "middle", quiet=True))
    base = Markup('<line class="line" x1="0" y1="{0}" x2="{1}" y2="{0}"/>')
    parts.append(base.format(TOP + TALL, COLUMN * len(numbers)))
    return _picture(COLUMN * len(numbers), height, parts)


def rows(numbers: Sequence[tuple[str, int]]) -> Markup:
    """One bar a line, its name above it."""
    highest = max((number for _, number in numbers), default=1)
    parts: list[Markup] = []
    for place, (name, number) in enumerate(numbers):
        top = place * ROW
        long = round((WIDE - 44) * number / highest, 1)
        parts.append(_text(0, top + 15, name))
        parts.append(_rect("bar-part", 0, top + 22, long))
        parts.append(_text(long + 8, top + 34, str(number)))
    return _picture(WIDE, ROW * len(numbers), parts)


def durations(lines: Sequence[tuple[str, timedelta | None, timedelta | None]]) -> Markup:
    """For each name two bars, such as until it was seen and until it was closed.

    From a minute to three months, each step as many times as long as the one before.
    """
    tall = ROW + 12
    parts: list[Markup] = []
    for said, moment in TICKS:
        at = _along(moment)
        rule = Markup('<line class="line" x1="{0}" y1="18" x2="{0}" y2="{1}"/>')
        parts.append(rule.format(at, 22 + tall * len(lines)))
        parts.append(_text(at, 12, said, "middle", quiet=True))
    for place, (name, *pair) in enumerate(lines):
        top = 22 + place * tall
        parts.append(_text(0, top + 15, name))
        for number, (kind, taken) in enumerate(zip(("bar-part", "second"), pair, strict=True)):
            line = top + 22 + number * (BAR + 2)
            if taken is None:
                parts.append(_text(0, line + 11, NOT_TOLD, quiet=True))
            else:
                parts.append(_rect(kind, 0, line, max(_along(taken), 3)))
    return _picture(WIDE, 22 + tall * len(lines), parts)


def _along(taken: timedelta) -> float:
    within = min(max(taken, SHORTEST), LONGEST)
    return round(WIDE * log(within / SHORTEST) / log(LONGEST / SHORTEST), 1)


def _rect(kind: str, left: float, top: float, long: float) -> Markup:
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>')
    return rect.format(kind, left, top, long, BAR)


def _text(
    left: float, top: float, said: str, anchor: str = "start", *, quiet: bool = False
) -> Markup:
    text = Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>')
    kind = Markup(' class="quiet"') if quiet else ""
    return text.format(left, top, anchor, kind, escape(said))


def _picture(wide: float, high: float, parts: Iterable[Markup]) -> Markup:
    svg = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" '
        'focusable="false">{}</svg>'
    )
    return svg.format(wide, high, wide, high, Markup("").join(parts))
