"""What the sentence model has learnt of our topics: thin products beside its weights.

`scripts/tune.py` makes the file from the examples; the published model stays as it is, and without
the file it is used just so. An encoder that has seen an example is too sure of it, so one example
in six is never shown to it: those are the ones by which training judges how sure it may be.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open  # type: ignore[attr-defined]  # untyped

from bot.errors import ModelError

FOLDER = Path(__file__).resolve().parents[2] / "nlu"
FILE = FOLDER / "tuning.safetensors"
SECOND = FOLDER / "second-opinion.safetensors"
"""Learnt likewise from another beginning, for messages that the first isn't sure of."""

EVERY = 6


def left_out(text: str) -> bool:
    """Whether an example is kept from the tuning: decided by its own text, so for good."""
    return zlib.crc32(text.encode()[::-1]) % EVERY == 0


def hashed(paths: Iterable[Path], named: Callable[[Path], str] = lambda path: path.name) -> str:
    """A short hash of these files and their names, which tells what something was made from."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(named(path).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


class Directions(NamedTuple):
    """What a topic's messages have in common, as weights on a sentence's numbers."""

    weights: NDArray[np.float64]
    lean: NDArray[np.float64]


class Tuning:
    def __init__(
        self, learnt: Mapping[str, NDArray[np.float16]], labels: Sequence[str] = ()
    ) -> None:
        self._learnt = learnt
        self._labels = labels

    @classmethod
    def load(cls, path: Path = FILE) -> Tuning | None:
        if not path.exists():
            return None
        try:
            with safe_open(path, "numpy") as file:  # type: ignore[attr-defined,no-untyped-call]
                labels = json.loads((file.metadata() or {}).get("labels", "[]"))
                return cls({name: file.get_tensor(name) for name in file.keys()}, labels)  # noqa: SIM118
        except (OSError, ValueError, SafetensorError):
            raise _broken(path.name) from None

    def tuned(self, matrix: NDArray[np.float32], layer: int, part: str) -> NDArray[np.float32]:
        """A weight matrix, a row for each number that comes out, with what was learnt added."""
        try:
            up, down = (
                self._learnt[f"{layer}.{part}.{side}"].astype(np.float32) for side in ("up", "down")
            )
            moved: NDArray[np.float32] = matrix + up @ down
        except (KeyError, ValueError):
            raise _broken(FILE.name) from None
        return moved

    def directions(self) -> dict[str, Directions]:
        """What was learnt of each label; a label that is newer than the file isn't there."""
        try:
            rows, lean = (self._learnt[name].astype(np.float64) for name in ("directions", "lean"))
            pairs = zip(self._labels, rows, lean, strict=True)
            return {label: Directions(row, of) for label, row, of in pairs}
        except (KeyError, ValueError):
            raise _broken(FILE.name) from None


def _broken(name: str) -> ModelError:
    return ModelError(
        f"{name} can't be used: take it from the repository again, or make it anew with "
        "`make tune`."
    )
