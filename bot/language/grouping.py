"""Puts questions together that ask the same, for a person who reads many of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.encoder import Encoder

ALIKE = 0.6
"""Likeness from which two questions are taken for one: "can we have a page for the hamster" and
"is the class pet allowed an account" are at 0.65, two questions on photographs at 0.5."""


def grouped(texts: Sequence[str], encoder: Encoder) -> list[list[int]]:
    """The places of the texts, in groups; the largest group first, the oldest text leading it."""
    rows = encoder.encode(texts)
    groups: list[list[int]] = []
    for place, row in enumerate(rows):
        likeness = [float(rows[group[0]] @ row) for group in groups]
        best = max(range(len(groups)), key=likeness.__getitem__, default=None)
        if best is not None and likeness[best] >= ALIKE:
            groups[best].append(place)
        else:
            groups.append([place])
    return sorted(groups, key=lambda group: -len(group))
