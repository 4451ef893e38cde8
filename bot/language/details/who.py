"""Who the other person is: not the writer, not who was told, not whose picture it is.

Who did something is told in too many ways for patterns: "added by one of my year 10s", "his nan has
had a go", "the lad who left last summer". So it is learnt from the examples in `nlu/details/who`,
from what a message means and how it is spelt. Whoever isn't clear is asked about.
"""

from __future__ import annotations

import logging
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.errors import ModelError
from bot.language import spelling, tuning
from bot.language.encoder import shared_encoder
from bot.language.topics import shares_of
from bot.language.weights import Floats

EXAMPLES = tuning.FOLDER / "details" / "who"
FILE = tuning.FOLDER / "details" / "who.npz"
ARRAYS = ("meaning", "spelling", "bias", "rarity")
NOBODY = "none"
SURE = 0.6
"""How likely somebody has to be: it is shown and can be put right, and what isn't told is asked."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WhoModel:
    """Arrays that turn a message's numbers and spelling into shares; `fitting` makes them."""

    labels: tuple[str, ...]
    meaning: Floats
    spelling: Floats
    bias: Floats
    rarity: Floats
    made_from: str

    def shares(self, text: str, sentence: Floats) -> dict[str, float]:
        """How likely each of them is meant."""
        columns, values = spelling.spelled(text, self.rarity)
        scores = sentence @ self.meaning + values @ self.spelling[columns] + self.bias
        return dict(zip(self.labels, map(float, shares_of(scores)), strict=True))

    def save(self, path: Path) -> None:
        small = {name: getattr(self, name).astype(np.float16) for name in ARRAYS}
        labels, made_from = np.array(self.labels), np.array(self.made_from)
        np.savez_compressed(path, labels=labels, made_from=made_from, **small)

    @classmethod
    def load(cls, path: Path = FILE) -> WhoModel:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                arrays = {name: kept[name].astype(np.float32) for name in ARRAYS}
                labels = tuple(map(str, kept["labels"]))
                return cls(labels, **arrays, made_from=str(kept["made_from"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                f"{path.name} can't be used, so nobody is known from a first message: take it from "
                "the repository again, or make it anew with `make tune`."
            ) from None


def other_person(text: str) -> str | None:
    """Who did it, got in touch, or is close to the writer; nothing if that isn't clear."""
    model = _model()
    if model is None or not text.strip():
        return None
    shares = model.shares(text, shared_encoder().encode([text])[0])
    likeliest = max(shares, key=lambda who: shares[who])
    return None if likeliest == NOBODY or shares[likeliest] < SURE else likeliest


@cache
def _model() -> WhoModel | None:
    try:
        return WhoModel.load()
    except ModelError as error:
        log.error("%s", error)
        return None


def fingerprint() -> str:
    """A hash of all that the arrays are made from."""
    return tuning.hashed([*sorted(EXAMPLES.glob("*.txt")), tuning.FILE])
