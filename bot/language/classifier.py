"""Finds the topic of a message, for Rasa's pipeline.

A linear model over two views of the message: the sentence encoder's numbers, which know meaning,
and hashed character n-grams, which know names and spellings. Its probabilities are evened out by
what it said of examples that it hadn't seen. scikit-learn fits it and is imported for nothing else;
what is stored are plain arrays, so reading a message needs NumPy alone and starts at once.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.language.encoder import SentenceEncoder
from bot.language.lean import slim_rasa
from bot.language.reading import Limits, Reading, decide
from bot.language.weights import WIDTH, Floats

slim_rasa()  # as in `encoder`: Rasa may load this module first

from rasa.engine.graph import ExecutionContext, GraphComponent  # noqa: E402 - after slim_rasa
from rasa.engine.recipes.default_recipe import DefaultV1Recipe  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.engine.storage.storage import ModelStorage  # noqa: E402
from rasa.nlu.classifiers.classifier import IntentClassifier  # noqa: E402
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

GRAMS = (2, 3, 4, 5)
BUCKETS = 4_096
"""N-grams share this many columns by their CRC-32, which is the same in every process."""
DIRECTIONS = 256
"""How many directions of the n-grams the fit sees."""
SPELLED = 400
"""Characters whose spelling counts; what a longer message is about, its sentence numbers tell."""
SPELLING = 0.3
"""Weight of spelling beside meaning, and the fit's looseness: best on unseen examples."""
LOOSENESS = 10.0
FOLDS = 4
LONGEST_WORD = 100
"""The encoder's tokenizer reads a longer word as one unknown token."""
MODEL = "topics.npz"


@dataclass(frozen=True)
class TopicModel:
    """The trained arrays. `known` holds the examples' sentence numbers, to measure nearness."""

    labels: NDArray[np.str_]
    meaning: Floats
    spelling: Floats
    rarity: Floats
    bias: Floats
    known: Floats

    def read(self, text: str, sentence: Floats, limits: Limits) -> Reading:
        columns, values = _spelled(text, self.rarity)
        scores = sentence @ self.meaning + values @ self.spelling[columns] + self.bias
        odds = np.exp(scores - scores.max())
        likely = odds / odds.sum()
        order = np.argsort(-likely, kind="stable")
        nearest = float((self.known @ sentence).max())
        return decide(
            [(str(self.labels[place]), float(likely[place])) for place in order],
            nearest if _says_something(text) else 0.0,
            limits,
        )

    def save(self, path: Path) -> None:
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls(**{field.name: arrays[field.name] for field in fields(cls)})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                "The trained model's topics can't be read: train it again with `make train`."
            ) from None


def fit(texts: Sequence[str], sentences: Floats, labels: Sequence[str]) -> TopicModel:
    """Train on examples and their sentence numbers. The same examples give the same model."""
    counts = Counter(labels)
    if len(counts) < 2:
        raise ModelError("nlu/ needs examples for at least two topics before it can be trained.")
    for label, count in counts.items():
        if count < FOLDS:
            raise ModelError(f"nlu/: {label} has {count} examples and needs at least {FOLDS}.")

    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    def linear(rows: Any, of: NDArray[np.str_]) -> Any:
        machine = LogisticRegression(C=LOOSENESS, class_weight="balanced", max_iter=500)
        return machine.fit(rows, of)

    named = np.array(labels)
    rarity = _rarity(texts)
    # Thousands of columns of n-grams would make each fit take minutes; their main directions hold
    # nearly all that they know, and what is learnt of those is turned back into n-grams below.
    grams = _grams_of(texts, rarity)
    squeeze = TruncatedSVD(min(DIRECTIONS, len(texts) - 1), random_state=0).fit(grams)
    rows = np.hstack([sentences, squeeze.transform(grams)]).astype(np.float32)
    unseen = np.empty((len(texts), len(counts)))
    for kept, left in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows, named):
        unseen[left] = linear(rows[kept], named[kept]).decision_function(rows[left])
    fitted = linear(rows, named)
    sharpness = _sharpness(unseen, np.searchsorted(fitted.classes_, named))
    weights = (fitted.coef_.T * sharpness).astype(np.float32)
    if len(counts) == 2:  # scikit-learn keeps one row for two classes
        weights = np.concatenate([np.zeros_like(weights), weights], axis=1)
    return TopicModel(
        labels=fitted.classes_,
        meaning=weights[:WIDTH],
        spelling=np.ascontiguousarray(squeeze.components_.T @ weights[WIDTH:], np.float32),
        rarity=rarity,
        bias=(fitted.intercept_ * sharpness).astype(np.float32),
        known=np.array(sentences, np.float32),
    )


def _says_something(text: str) -> bool:
    """Whether there is a word: to the encoder, all that it can't spell looks like a greeting."""
    words = text[:SPELLED].split()
    return any(len(word) <= LONGEST_WORD and any(map(str.isalnum, word)) for word in words)


def _sharpness(scores: NDArray[np.float64], right: NDArray[np.int_]) -> float:
    """The factor on the scores that makes the probabilities of unseen examples most honest."""

    def surprise(factor: float) -> float:
        scaled = scores * factor
        scaled -= scaled.max(axis=1, keepdims=True)
        told = scaled[np.arange(len(right)), right] - np.log(np.exp(scaled).sum(axis=1))
        return float(-told.mean())

    return float(min(np.arange(0.2, 5.0, 0.1), key=surprise))


def _grams(text: str) -> Counter[int]:
    spaced = f" {' '.join(text[:SPELLED].lower().split())} "
    return Counter(
        zlib.crc32(spaced[start : start + length].encode("utf-8", "replace")) % BUCKETS
        for length in GRAMS
        for start in range(len(spaced) - length + 1)
    )


def _spelled(text: str, rarity: Floats) -> tuple[NDArray[np.int_], Floats]:
    """Columns and values of a text's n-grams: damped counts, rare ones up, length `SPELLING`."""
    grams = _grams(text)
    columns = np.fromiter(grams, np.int_, len(grams))
    values = (1 + np.log(np.fromiter(grams.values(), np.float32, len(grams)))) * rarity[columns]
    values *= SPELLING / np.linalg.norm(values)
    return columns, values.astype(np.float32)


def _rarity(texts: Sequence[str]) -> Floats:
    seen = Counter(column for text in texts for column in _grams(text))
    counts = np.array([seen[column] for column in range(BUCKETS)])
    rarity: Floats = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    return rarity


def _grams_of(texts: Sequence[str], rarity: Floats) -> Any:
    """A row of n-grams for each text, as a sparse matrix."""
    from scipy.sparse import csr_matrix

    spelled = [_spelled(text, rarity) for text in texts]
    ends = np.cumsum([0, *(len(columns) for columns, _ in spelled)])
    columns = np.concatenate([columns for columns, _ in spelled])
    values = np.concatenate([values for _, values in spelled])
    return csr_matrix((values, columns, ends), shape=(len(texts), BUCKETS))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]  # Rasa is untyped
    """Sets `intent`, `intent_ranking` and `reading` on each message; see `reading` for the rules.

    A label is the example's full intent, `ask/<topic>` and `outside/<group>` included. Who asks
    comes as the message's metadata (`role`, `school`), which this first version doesn't weigh.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: TopicModel | None = None,
    ) -> None:
        self._limits = Limits.from_config(config)
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceEncoder]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            model = TopicModel.load(folder / MODEL)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        sentences = [_sentence(one) for one in examples]
        self._model = fit(
            [one.get(TEXT) for one in examples],
            np.array(sentences, np.float32).reshape(-1, WIDTH),
            [one.get(INTENT_RESPONSE_KEY) or one.get(INTENT) for one in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / MODEL)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._model is None:
            raise ModelError("There are no trained topics yet: train the model with `make train`.")
        for message in messages:
            if (text := message.get(TEXT)) is not None:
                _tell(message, self._model.read(text, _sentence(message), self._limits))
        return messages


def _sentence(message: Message) -> Floats:
    _, features = message.get_dense_features(TEXT)
    if features is None:
        raise ModelError("nlu/config.yml: SentenceEncoder must come before TopicClassifier.")
    row: Floats = features.features[0]
    return row


def _tell(message: Message, reading: Reading) -> None:
    """Plain lists and floats: Rasa writes them into its conversation memory."""
    found = {"name": reading.intent, "confidence": reading.confidence}
    ranking = [{"name": label, "confidence": share} for label, share in reading.ranking]
    told = {
        "decision": reading.decision,
        "labels": list(reading.labels),
        "ranking": [[label, share] for label, share in reading.ranking],
    }
    message.set(INTENT, found, add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set("reading", told, add_to_output=True)
