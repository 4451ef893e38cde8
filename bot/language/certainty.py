"""How far a reading can be trusted: several signals, weighed by how often each was right.

The largest probability alone is a poor witness. A classifier can be sure of a message that is like
nothing it knows, because it must choose. So more are heard: how far behind the runner-up is, the
size of the scores, how near the closest examples lie, and how far the message is from the middle of
the nearest topic for how widely topics spread. Their worth is learnt from examples that neither the
classifier nor the encoder had seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.language.weights import Floats

CLOSEST = 10
SHRUNK = 0.1
"""How far the measured spread of topics is drawn towards a ball: few examples measure it badly."""
SURE = 3.0
"""The log odds of being right, where no example told otherwise: about 95 in 100."""
STRANGEST = 0.005
"""Of unseen examples, so many are as unlike all others as a message may be and still be read."""


@dataclass(frozen=True)
class Landscape:
    """Where the examples lie: each of them, and each topic's middle seen through their spread."""

    examples: Floats
    spread: Floats
    middles: Floats
    offsets: Floats

    @classmethod
    def of(cls, sentences: Floats, topic: NDArray[np.int_]) -> Landscape:
        counts = np.bincount(topic)
        middles = np.zeros((len(counts), sentences.shape[1]))
        np.add.at(middles, topic, sentences)
        middles /= np.maximum(counts, 1)[:, None]
        away = sentences - middles[topic]
        varies = away.T @ away / len(away)
        ball = np.trace(varies) / len(varies) * np.eye(len(varies))
        spread = np.linalg.inv((1 - SHRUNK) * varies + SHRUNK * ball)
        seen = spread @ middles.T
        return cls(
            examples=np.asarray(sentences, np.float32),
            spread=spread.astype(np.float32),
            middles=seen.astype(np.float32),
            offsets=np.einsum("kd,dk->k", middles, seen).astype(np.float32),
        )

    def nearness(self, sentences: Floats) -> Floats:
        """The mean likeness of the closest examples."""
        alike = sentences @ self.examples.T
        closest = min(CLOSEST, alike.shape[1])
        nearness: Floats = np.partition(alike, -closest, axis=1)[:, -closest:].mean(axis=1)
        return nearness

    def distance(self, sentences: Floats) -> Floats:
        """How far the nearest topic's middle is."""
        own = np.einsum("nd,nd->n", sentences @ self.spread, sentences)
        away: Floats = (own[:, None] - 2 * sentences @ self.middles + self.offsets).min(axis=1)
        return away

    def places(self, sentences: Floats) -> Floats:
        """Each row: nearness, and minus the distance."""
        return np.stack([self.nearness(sentences), -self.distance(sentences)], axis=1)


@dataclass(frozen=True)
class Trust:
    """How signals are weighed. `means` and `spreads` are those of unseen examples."""

    means: Floats
    spreads: Floats
    weights: Floats
    bias: float
    strangest: float

    @classmethod
    def learn(cls, seen: Floats, shares: Floats, right: NDArray[np.bool_]) -> Trust:
        """From the signals and shares of unseen examples, and whether each was read right."""
        from sklearn.linear_model import LogisticRegression

        means, spreads = seen.mean(axis=0), seen.std(axis=0) + 1e-6
        even = (seen - means) / spreads
        blank = np.zeros(seen.shape[1] + 2, np.float32)
        strangest = float(np.quantile(((seen - means) / spreads).sum(axis=1), STRANGEST))
        if right.all() or not right.any():  # nothing can be learnt of doubt
            sure = SURE if right.all() else -SURE
            return cls(means, spreads, blank, sure, strangest)
        fitted = LogisticRegression(C=1.0).fit(_witnesses(even, shares), right)
        return cls(
            means,
            spreads,
            fitted.coef_[0].astype(np.float32),
            float(fitted.intercept_[0]),
            strangest,
        )

    def familiarity(self, seen: Floats) -> Floats:
        """How much a message is like what is known, from all signals alike."""
        total: Floats = ((seen - self.means) / self.spreads).sum(axis=1)
        return total

    def trust(self, seen: Floats, shares: Floats) -> Floats:
        """The probability that the most likely reading is the right one."""
        told = _witnesses((seen - self.means) / self.spreads, shares) @ self.weights + self.bias
        trust: Floats = 1 / (1 + np.exp(-np.clip(told, -50, 50)))
        return trust


def signals(places: Floats, scores: Floats, shares: Floats) -> Floats:
    """Each row: the largest probability, the size of the scores, and then its `places`."""
    top = scores.max(axis=1)
    size = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return np.hstack([np.stack([shares.max(axis=1), size], axis=1), places])


def _witnesses(even: Floats, shares: Floats) -> Floats:
    best = -np.sort(-shares, axis=1)[:, :2]
    odds = np.log(np.clip(best[:, :1], 1e-4, 1 - 1e-4) / np.clip(1 - best[:, :1], 1e-4, 1))
    return np.hstack([even, odds, best[:, :1] - best[:, 1:]])
