"""A search of last resort: which of some texts come nearest to a question in meaning.

It finds what is alike and knows nothing of what is right, so whoever shows it must say so.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from bot.language.encoder import Encoder
from bot.language.weights import Floats

FOUND = 3
ALIKE = 0.35
"""Below this likeness, a text and a question have hardly more in common than any two."""
KEPT = 32
"""Collections whose numbers are kept: a school's clauses take a second to read and 200 kB."""


class Search:
    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._read: OrderedDict[str, Floats] = OrderedDict()

    async def nearest(self, name: str, texts: Sequence[str], question: str) -> list[int]:
        """The places of the nearest texts, the nearest first. `name` changes when they do."""
        rows = self._read.get(name)
        if rows is None:
            # In another thread, so that other conversations go on meanwhile.
            rows = await asyncio.to_thread(self._encoder.encode, texts)
            self._read[name] = rows
            if len(self._read) > KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end(name)
        # Rounded, or equal texts would be ordered by the last bit of their products.
        alike = np.round(rows @ self._encoder.encode([question])[0], 5)
        best = np.argsort(-alike, kind="stable")[:FOUND]
        return [int(place) for place in best if alike[place] >= ALIKE]
