"""Makes the topics' arrays from examples, with scikit-learn, which is imported for nothing else.

One part of the examples is first kept back, those that the encoder's tuning never saw. What a model
fitted without them makes of them shows how honest its probabilities are, how much to believe what
the tuning itself learnt of each topic, and what each signal of doubt is worth. Then all are fitted.
"""

from __future__ import annotations

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.language import spelling
from bot.language.certainty import Landscape, Trust, signals
from bot.language.topics import (
    ROLES,
    Example,
    SecondOpinion,
    TopicModel,
    learnt_by_heart,
    outside,
    pool,
    shares_of,
)
from bot.language.tuning import Directions, Tuning, left_out
from bot.language.weights import WIDTH, Floats
from bot.language.words import vocabulary

GRAMS_SEEN = 256
"""Directions of the n-grams that the fit sees: thousands of columns would make it take minutes, and
the main directions hold nearly all that they know."""
LOOSENESS = 10.0
STEPS = 60
"""The fit's steps at most; more make it no better on unseen examples."""
FEWEST = 4
"""Examples that a label needs, if some are to be kept back to judge by."""
ASSUMED = 8.0
"""So many examples by both roles are assumed for each label, so that a few that are there don't
shut a role out."""
SHARPNESSES = np.geomspace(0.3, 4.0, 20)
BELIEFS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
LEANINGS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
FIRST_SHARES = np.linspace(0.4, 1.2, 9)
SECOND_SHARES = np.geomspace(0.05, 1.6, 11)


class Mixture(NamedTuple):
    """How much the scores, the tuning's own directions, and who asks count."""

    sharpness: float
    belief: float
    leaning: float


class Other(NamedTuple):
    """A second encoder and what it was tuned by."""

    tuning: Tuning
    encode: Callable[[Sequence[str]], Floats]


def fit(
    examples: Sequence[Example],
    sentences: Floats,
    tuning: Tuning | None = None,
    other: Other | None = None,
) -> TopicModel:
    """Train on examples and their sentence numbers. The same examples give the same model.

    `tuning` is what the encoder was tuned by: it has seen all examples but those `left_out`, and so
    has the `other`, which gives a second opinion.
    """
    from sklearn.exceptions import ConvergenceWarning

    with threadpool_limits(os.cpu_count(), user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # `STEPS` are enough: see there
        return _fit(examples, sentences, tuning, other)


def _fit(
    examples: Sequence[Example], sentences: Floats, tuning: Tuning | None, other: Other | None
) -> TopicModel:
    texts = [example.text for example in examples]
    labels, right = np.unique([example.label for example in examples], return_inverse=True)
    kept = _kept_back(texts, right, tuning is not None)
    rare = spelling.rarity(texts)
    grams = spelling.matrix(texts, rare)
    squeeze = _squeezing(grams)
    rows = np.hstack([sentences, squeeze.transform(grams)]).astype(np.float32)
    leaning = _leaning(examples, right)
    toward = _directions(labels, tuning, lambda label: sentences[right == label])

    machine = _linear().fit(rows[~kept], right[~kept])
    views = (
        machine.decision_function(rows[kept]),
        sentences[kept] @ toward.weights + toward.lean,
        _leanings(examples, kept, leaning),
    )
    mixture = _honest(views, right[kept], tuning is not None)
    scores = _mixed(views, mixture)
    judging = _Judging(
        labels,
        right[kept],
        Landscape.of(sentences[~kept], right[~kept]).places(sentences[kept]),
        [text for text, judges in zip(texts, kept, strict=True) if judges],
    )
    trust = judging.trust(scores)
    second = None
    if other is not None:
        found = _directions(
            labels,
            other.tuning,
            lambda label: other.encode([texts[place] for place in np.flatnonzero(right == label)]),
        )
        second = judging.second_opinion(scores, found, other)
    machine.fit(rows, right)  # goes on from where the first fit ended
    weights = machine.coef_.T
    sharpness, belief = mixture.sharpness, mixture.belief
    return TopicModel(
        labels=labels,
        meaning=_small(sharpness * (weights[:WIDTH] + belief * toward.weights)),
        spelling=_small(sharpness * squeeze.components_.T @ weights[WIDTH:]),
        rarity=rare,
        bias=_small(sharpness * (machine.intercept_ + belief * toward.lean)),
        leaning=_small(sharpness * mixture.leaning * leaning),
        landscape=Landscape.of(sentences, right),
        trust=trust,
        words=vocabulary(texts),
        by_heart=learnt_by_heart(examples, right),
        second=second,
    )


class _Judging(NamedTuple):
    """The examples that were kept back, and what they tell of scores that none has seen."""

    labels: NDArray[np.str_]
    right: NDArray[np.int_]
    places: Floats
    texts: list[str]

    def trust(self, scores: Floats) -> Trust:
        apart = outside(self.labels)
        shares = pool(shares_of(scores), apart)
        wanted = pool(np.eye(len(self.labels), dtype=np.float32)[self.right], apart)
        return Trust.learn(
            signals(self.places, scores, shares),
            shares,
            shares.argmax(axis=1) == wanted.argmax(axis=1),
        )

    def second_opinion(self, scores: Floats, found: Directions, other: Other) -> SecondOpinion:
        """How much of each opinion makes the two together least surprised."""
        says = other.encode(self.texts) @ found.weights + found.lean
        tried = product(FIRST_SHARES, SECOND_SHARES)
        share, weight = min(
            tried, key=lambda one: _surprise(scores * one[0] + says * one[1], self.right)
        )
        trust = self.trust(scores * share + says * weight)
        return SecondOpinion(
            _small(found.weights * weight), _small(found.lean * weight), float(share), trust
        )


def named(examples: Sequence[Example]) -> list[Example]:
    """The examples, and each label's own name as one more."""
    labels = dict.fromkeys(example.label for example in examples)
    names = (Example(re.sub(r"[\W_]+", " ", one.rpartition("/")[2]), one, None) for one in labels)
    return [*examples, *names]


def _small(array: NDArray[np.float64]) -> Floats:
    return np.ascontiguousarray(array, np.float32)


def _kept_back(texts: Sequence[str], right: NDArray[np.int_], tuned: bool) -> NDArray[np.bool_]:
    """The examples that judge; enough are left of each label to be fitted."""
    kept = np.zeros(len(texts), bool)
    for label in range(right.max() + 1):
        places = np.flatnonzero(right == label)
        if tuned:
            judging = [place for place in places if left_out(texts[place])]
        else:
            judging = list(places[:: max(FEWEST, 5)]) if len(places) >= FEWEST else []
        kept[judging[: len(places) - 1]] = True
    return kept


def _squeezing(grams: Any) -> Any:
    """What is learnt of the main directions is turned back into n-grams afterwards."""
    from sklearn.decomposition import TruncatedSVD

    found = min(GRAMS_SEEN, grams.shape[0] - 1)
    return TruncatedSVD(found, n_iter=2, random_state=0).fit(grams)


def _linear() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=LOOSENESS, class_weight="balanced", max_iter=STEPS, tol=1e-3, warm_start=True
    )


def _directions(
    labels: NDArray[np.str_], tuning: Tuning | None, numbers_of: Callable[[int], Floats]
) -> Directions:
    """What the tuning learnt of each label, and for a newer label the middle of its examples."""
    if tuning is None:
        return Directions(np.zeros((WIDTH, len(labels))), np.zeros(len(labels)))
    known = tuning.directions()
    weights, lean = np.zeros((WIDTH, len(labels))), np.zeros(len(labels))
    length = np.linalg.norm(known[next(iter(known))].weights)
    for place, label in enumerate(labels.tolist()):
        if label in known:
            weights[:, place], lean[place] = known[label].weights, known[label].lean
        else:
            middle = numbers_of(place).mean(axis=0)
            weights[:, place] = length * middle / np.linalg.norm(middle)
    return Directions(weights, lean)


def _leaning(examples: Sequence[Example], right: NDArray[np.int_]) -> Floats:
    """For each role and label: how much likelier that role is to be asking."""
    by = Counter((example.role, label) for example, label in zip(examples, right, strict=True))
    counts = np.array([[by[role, label] for label in range(right.max() + 1)] for role in ROLES])
    usual = counts.sum(axis=0) / max(1, counts.sum())
    expected = usual * counts.sum(axis=1, keepdims=True)
    found: Floats = np.log((counts + ASSUMED) / (expected + ASSUMED))
    return found


def _leanings(examples: Sequence[Example], kept: NDArray[np.bool_], leaning: Floats) -> Floats:
    """A row for each example that judges; nothing for one that either role could say."""
    nobody = np.zeros(leaning.shape[1])
    return np.array(
        [
            leaning[ROLES.index(example.role)] if example.role in ROLES else nobody
            for example, judges in zip(examples, kept, strict=True)
            if judges
        ]
    )


def _honest(views: tuple[Floats, Floats, Floats], right: NDArray[np.int_], tuned: bool) -> Mixture:
    """The mixture of the views that is least surprised by examples that none has seen."""

    if not len(right):
        return Mixture(1.0, 0.0, 0.0)
    tried = product(SHARPNESSES, BELIEFS if tuned else BELIEFS[:1], LEANINGS)
    mixtures = (Mixture(*map(float, one)) for one in tried)
    return min(mixtures, key=lambda mixture: _surprise(_mixed(views, mixture), right))


def _surprise(scores: Floats, right: NDArray[np.int_]) -> float:
    """How little the right labels were expected, on the whole."""
    scaled = scores - scores.max(axis=1, keepdims=True)
    told = scaled[np.arange(len(right)), right] - np.log(np.exp(scaled).sum(axis=1))
    return float(-told.mean())


def _mixed(views: tuple[Floats, Floats, Floats], mixture: Mixture) -> Floats:
    scores, toward, asking = views
    mixed: Floats = scores + mixture.belief * toward + mixture.leaning * asking
    return mixed * mixture.sharpness
