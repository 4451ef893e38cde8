"""The trained arrays that tell which topic a message is about.

A linear model over two views of the message: the sentence encoder's numbers, which know meaning,
and its spelling. Who asks shifts the scores: a parent rarely asks about induction. Reading a
message needs NumPy alone; how the arrays are made stands in `fitting`.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
RECOGNISED = 0.99
"""How sure it is of a message that is an example, word for word."""
CLEAR = 0.97
"""A reading that can be trusted so far isn't put before the second encoder; most can."""


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
class SecondOpinion:
    """What an encoder that was tuned from another beginning says, joined to the first's scores.

    Two that learnt apart seldom make the same mistake with the same certainty. `share` is what is
    left of the first's scores beside it.
    """

    meaning: Floats
    bias: Floats
    share: float
    trust: Trust

    def joined(self, scores: Floats, sentence: Floats) -> Floats:
        both: Floats = scores * self.share + sentence @ self.meaning + self.bias
        return both


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
    by_heart: Mapping[int, int]
    second: SecondOpinion | None = None

    @cached_property
    def _names(self) -> list[str]:
        names: list[str] = self.labels.tolist()
        return names

    @cached_property
    def _outside(self) -> NDArray[np.bool_]:
        return outside(self.labels)

    def read(
        self,
        text: str,
        sentence: Floats,
        role: str | None = None,
        again: Callable[[], Floats] | None = None,
    ) -> Read:
        """`again` gives the message in the second encoder's numbers; asked for when in doubt."""
        columns, values = spelling.spelled(text, self.rarity)
        scores = sentence @ self.meaning + values @ self.spelling[columns] + self.bias
        if role in ROLES:
            scores = scores + self.leaning[ROLES.index(role)]
        places = self.landscape.places(sentence[None])
        read = self._judged(scores, places, self.trust)
        known = self.by_heart.get(heard_as(text))
        if known is not None:
            return _recognised(read, self._names[known])
        if self.second is None or again is None or read.trust >= CLEAR:
            return read
        both = self._judged(self.second.joined(scores, again()), places, self.second.trust)
        # What is strange to one of them stays strange.
        return both._replace(familiar=both.familiar and read.familiar)

    def _judged(self, scores: Floats, places: Floats, trust: Trust) -> Read:
        likely = shares_of(scores[None])
        pooled = pool(likely, self._outside)
        seen = signals(places, scores[None], pooled)
        order = np.argsort(-likely[0], kind="stable")
        familiarity = float(trust.familiarity(seen)[0])
        names = self._names
        return Read(
            [
                (names[place], share)
                for place, share in zip(order.tolist(), likely[0, order].tolist(), strict=True)
            ],
            float(trust.trust(seen, pooled)[0]),
            familiarity,
            familiarity >= trust.strangest,
        )

    def save(self, path: Path) -> None:
        land, second = self.landscape, self.second
        more = {}
        if second is not None:
            joined = {"meaning": second.meaning, "bias": second.bias, "share": second.share}
            more = {f"second_{name}": np.array(value) for name, value in joined.items()}
            more |= _trust_arrays(second.trust, "second_")
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
            **_trust_arrays(self.trust),
            **more,
            words=np.array(sorted(self.words)),
            by_heart=np.array(sorted(self.by_heart.items()), np.int64).reshape(-1, 2),
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
                second = None
                if "second_meaning" in kept:
                    second = SecondOpinion(
                        kept["second_meaning"],
                        kept["second_bias"],
                        float(kept["second_share"]),
                        _trust(kept, "second_"),
                    )
                return cls(
                    kept["labels"],
                    kept["meaning"],
                    kept["spelling"],
                    kept["rarity"],
                    kept["bias"],
                    kept["leaning"],
                    land,
                    _trust(kept),
                    frozenset(kept["words"].tolist()),
                    dict(kept["by_heart"].tolist()),
                    second,
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                "The trained model's topics can't be read: train it again with `make train`."
            ) from None


def heard_as(text: str) -> int:
    """A number for a message's words, whatever stands between them."""
    words = re.sub(r"[\W_]+", " ", text.lower()).strip()
    return int.from_bytes(
        hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True
    )


def learnt_by_heart(examples: Sequence[Example], places: NDArray[np.int_]) -> dict[int, int]:
    """The labels of examples, without those that stand under two."""
    found: dict[int, set[int]] = {}
    for example, place in zip(examples, places.tolist(), strict=True):
        found.setdefault(heard_as(example.text), set()).add(place)
    return {number: labels.pop() for number, labels in found.items() if len(labels) == 1}


def _recognised(read: Read, label: str) -> Read:
    """What is an example word for word leaves no doubt, such as "help"."""
    rest = sum(share for other, share in read.ranking if other != label) or 1.0
    others = [
        (other, share / rest * (1 - RECOGNISED)) for other, share in read.ranking if other != label
    ]
    return Read([(label, RECOGNISED), *others], RECOGNISED, read.familiarity, True)


def _trust_arrays(trust: Trust, begin: str = "") -> dict[str, Floats]:
    return {
        f"{begin}means": trust.means,
        f"{begin}spreads": trust.spreads,
        f"{begin}weights": trust.weights,
        f"{begin}trusted": np.array([trust.bias, trust.strangest], np.float32),
    }


def _trust(kept: Mapping[str, Floats], begin: str = "") -> Trust:
    bias, strangest = kept[f"{begin}trusted"].tolist()
    means, spreads, weights = (kept[begin + name] for name in ("means", "spreads", "weights"))
    return Trust(means, spreads, weights, bias, strangest)


def shares_of(scores: Floats) -> Floats:
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def outside(labels: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which of the labels lie outside the policy."""
    return np.char.startswith(labels, OUTSIDE)


def pool(shares: Floats, outside: NDArray[np.bool_]) -> Floats:
    """All that is outside the policy as one, in the last column: it leads to one reply."""
    return np.hstack([shares[:, ~outside], shares[:, outside].sum(axis=1, keepdims=True)])
