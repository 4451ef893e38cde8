"""How a message is spelt: hashed character n-grams, which know names, slips and half words.

What a sentence means, the encoder tells. But it reads "insta" and "parnet" in pieces, and a name it
has never met as noise; a few letters in a row are what such words have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language.weights import Floats

LONGEST = 5
"""Letters of the longest n-gram; the shortest has two."""
BUCKETS = 4_096
"""N-grams share this many columns by a hash that is the same in every process."""
STEP, MIX = np.uint32(0x01000193), np.uint32(0x85EBCA6B)
"""Odd numbers with their bits spread out, so that like n-grams get unlike columns."""
READ = 400
"""Characters whose spelling counts; what a longer message is about, its sentence numbers tell."""
WEIGHT = 0.3
"""Length of a row beside that of the sentence's numbers, which is 1."""


def rarity(texts: Sequence[str]) -> Floats:
    """What each column counts: n-grams that many examples have tell little."""
    counts = np.zeros(BUCKETS)
    for text in texts:
        counts[_grams(text)[0]] += 1
    found: Floats = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    return found


def spelled(text: str, rare: Floats) -> tuple[NDArray[np.int_], Floats]:
    """Columns and values of a text's n-grams: damped counts, rare ones up, of length `WEIGHT`."""
    columns, counts = _grams(text)
    values = (1 + np.log(counts)) * rare[columns]
    values *= WEIGHT / np.linalg.norm(values)
    return columns, values.astype(np.float32)


def matrix(texts: Sequence[str], rare: Floats) -> Any:
    """A row of n-grams for each text, as a sparse matrix."""
    from scipy.sparse import csr_matrix

    rows = [spelled(text, rare) for text in texts]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(texts), BUCKETS))


def beside(*parts: Any) -> Any:
    """Rows of n-grams and whatever is weighed with them, side by side, as one sparse matrix."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([csr_matrix(part) for part in parts]).tocsr()


@lru_cache(maxsize=64)  # a message is spelt once for danger, and again for what it asks
def _grams(text: str) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    spaced = f" {' '.join(text[:READ].lower().split())} "
    letters = np.frombuffer(spaced.encode("utf-32-le", "replace"), np.uint32)
    hashed, found = letters, []
    for length in range(2, LONGEST + 1):
        hashed = hashed[:-1] * STEP + letters[length - 1 :]
        found.append(hashed)
    mixed = np.concatenate(found) * MIX
    return np.unique((mixed >> np.uint32(15)) % BUCKETS, return_counts=True)
