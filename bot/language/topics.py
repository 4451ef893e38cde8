"""The trained arrays that tell which topic a message is about.

A linear model over two views of the message: the sentence encoder's numbers, which know meaning,
and its spelling. Who asks shifts the scores: a parent rarely asks about induction. Reading a
message needs NumPy alone; how the arrays are made stands in `fitting`.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.language import spelling
from bot.language.certainty import Landscape, Trust, signals
from bot.language.weights import Floats

ROLES = ("staff", "parent")
OUTSIDE = "outside/"


class Example(NamedTuple):
    text: str
    label: str
    role: str | None


class Read(NamedTuple):
    """`ranking` is every label with its probability, the most likely first."""

    ranking: list[tuple[str, float]]
    trust: float
    familiarity: float
    familiar: bool


@dataclass(frozen=True)
class TopicModel:
    labels: NDArray[np.str_]
    meaning: Floats
    spelling: Floats
    rarity: Floats
    bias: Floats
    leaning: Floats
    landscape: Landscape
    trust: Trust
    words: frozenset[str]

    def read(self, text: str, sentence: Floats, role: str | None = None) -> Read:
        columns, values = spelling.spelled(text, self.rarity)
        scores = sentence @ self.meaning + values @ self.spelling[columns] + self.bias
        if role in ROLES:
            scores = scores + self.leaning[ROLES.index(role)]
        likely = shares_of(scores[None])
        pooled = pool(likely, self.labels)
        seen = signals(self.landscape, sentence[None], scores[None], pooled)
        order = np.argsort(-likely[0], kind="stable")
        familiarity = float(self.trust.familiarity(seen)[0])
        return Read(
            [(str(self.labels[place]), float(likely[0, place])) for place in order],
            float(self.trust.trust(seen, pooled)[0]),
            familiarity,
            familiarity >= self.trust.strangest,
        )

    def save(self, path: Path) -> None:
        land, trust = self.landscape, self.trust
        np.savez(
            path,
            labels=self.labels,
            meaning=self.meaning,
            spelling=self.spelling,
            rarity=self.rarity,
            bias=self.bias,
            leaning=self.leaning,
            examples=land.examples.astype(np.float16),  # half the file, and no other order
            spread=land.spread,
            middles=land.middles,
            offsets=land.offsets,
            means=trust.means,
            spreads=trust.spreads,
            weights=trust.weights,
            trusted=np.array([trust.bias, trust.strangest]),
            words=np.array(sorted(self.words)),
        )

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                land = Landscape(
                    kept["examples"].astype(np.float32),
                    kept["spread"],
                    kept["middles"],
                    kept["offsets"],
                )
                bias, strangest = kept["trusted"].tolist()
                trust = Trust(kept["means"], kept["spreads"], kept["weights"], bias, strangest)
                return cls(
                    kept["labels"],
                    kept["meaning"],
                    kept["spelling"],
                    kept["rarity"],
                    kept["bias"],
                    kept["leaning"],
                    land,
                    trust,
                    frozenset(kept["words"].tolist()),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                "The trained model's topics can't be read: train it again with `make train`."
            ) from None


def shares_of(scores: Floats) -> Floats:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def pool(shares: Floats, labels: NDArray[np.str_]) -> Floats:
    """All that is outside the policy as one, in the last column: it leads to one reply."""
    outside = np.char.startswith(labels, OUTSIDE)
    return np.hstack([shares[:, ~outside], shares[:, outside].sum(axis=1, keepdims=True)])
