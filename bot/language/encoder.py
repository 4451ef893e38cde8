"""Turns a sentence into 384 numbers that lie close for sentences that mean the same.

`Encoder` is the plain model in NumPy, float32 throughout; `SentenceEncoder` offers it to Rasa's
pipeline. Several sentences are read side by side: the words of all of them go through a layer's
weights together, and only attention is each sentence's own. So nothing is padded, and a sentence's
numbers don't depend on its company beyond the last rounding.

How products are taken depends on the processor. With AVX-512, OpenBLAS has routines that multiply
a few rows at a time without rearranging the weights (see `weights`), which is fastest for a single
sentence. Elsewhere it has none that are worth it, and whole products are half as long. Either way
they use one thread, so a turn's time doesn't depend on what the other cores do.

The numbers travel on the message as Rasa's own dense sentence features rather than a property of
ours: any stock classifier can then be measured on the same numbers by changing one line of
`nlu/config.yml`, and Rasa's training cache knows how to compare them.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits
from tokenizers import Tokenizer

from bot.language.lean import slim_rasa
from bot.language.tuning import SECOND, Tuning
from bot.language.weights import (
    HEADS,
    LONGEST,
    SLICE,
    WIDTH,
    Floats,
    Layer,
    read_weights,
    verified_files,
)

# Rasa finds components by their module's path, so this module may be the first to import Rasa.
slim_rasa()

from rasa.engine.graph import ExecutionContext, GraphComponent  # noqa: E402 - after slim_rasa
from rasa.engine.recipes.default_recipe import DefaultV1Recipe  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.engine.storage.storage import ModelStorage  # noqa: E402
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT  # noqa: E402
from rasa.shared.nlu.training_data.features import Features  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

READ = 8_000
"""Characters looked at: several times what `LONGEST` tokens take, so a huge paste costs little."""
PUBLISHED_BLEND = {6: 1.0}
BLEND = {6: 1.0, 5: 0.5, 4: 0.5}
"""The layers below the last tell topics apart that the last finds alike; half as much is best on
the public sets of `make bench`."""
ROWS = 20
"""Rows per product: 20 x 1536 x 32 is the largest that OpenBLAS' small-matrix kernels take."""
TOGETHER = 1_024
"""Tokens read together; bounds the memory of what is between two layers."""
FEW_ROWS = frozenset({"SkylakeX", "Cooperlake", "SapphireRapids"})
"""What OpenBLAS calls the processors for which it has routines for a few rows."""
REMEMBERED = 64
"""Messages whose numbers are kept for a moment: those that are being answered now."""

Tokens = np.ndarray[Any, Any]
"""Sentences of one length: a row of token numbers for each."""

log = logging.getLogger(__name__)


class Encoder:
    """The sentence model. Same text, same numbers, whatever else is encoded with it."""

    def __init__(
        self,
        files: dict[str, Path] | None = None,
        *,
        tuning: Tuning | None = None,
        blend: Mapping[int, float] = PUBLISHED_BLEND,
    ) -> None:
        """`blend` says how much each layer counts; the published model is its last layer."""
        files = verified_files(files)
        self._tokenizer = Tokenizer.from_file(str(files["tokenizer.json"]))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        weights = read_weights(files["model.safetensors"], tuning)
        if not _has_routines_for_few_rows():
            weights = replace(weights, layers=tuple(_whole(layer) for layer in weights.layers))
        self._weights = weights
        # A second thread reads a sentence no faster, and spins between sentences: as much system
        # time as all the rest of a turn.
        threadpool_limits(1, user_api="blas")
        self._blend = blend

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of unit length for each text."""
        rows = np.empty((len(texts), WIDTH), np.float32)
        held: list[tuple[list[int], Tokens]] = []
        for places, tokens in self._by_length(texts):
            if held and sum(part.size for _, part in held) + tokens.size > TOGETHER:
                self._put(rows, held)
                held = []
            held.append((places, tokens))
        if held:
            self._put(rows, held)
        return rows

    def _put(self, rows: Floats, held: Sequence[tuple[list[int], Tokens]]) -> None:
        rows[[place for places, _ in held for place in places]] = self._read(
            [tokens for _, tokens in held]
        )

    def encode_many(
        self, texts: Sequence[str], told: Callable[[int], None] = lambda done: None
    ) -> Floats:
        """The same numbers as `encode`, with every core at work; for training."""
        rows = np.empty((len(texts), WIDTH), np.float32)

        def read(part: tuple[list[int], Tokens]) -> int:
            places, tokens = part
            rows[places] = self._read([tokens])
            return len(places)

        done = 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # NumPy lets go of Python while it works
            for count in pool.map(read, self._by_length(texts)):
                done += count
                told(done)
        return rows

    def _by_length(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Tokens]]:
        """Texts of one length together; `places` says where their rows go."""
        lengths: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for place, text in enumerate(texts):
            ids = self._tokenizer.encode(_readable(text)).ids
            lengths[len(ids)].append((place, ids))
        for length, found in lengths.items():
            step = max(1, TOGETHER // length)
            for start in range(0, len(found), step):
                part = found[start : start + step]
                yield [place for place, _ in part], np.array([ids for _, ids in part])

    def _read(self, parts: Sequence[Tokens]) -> Floats:
        """The forward pass for sentences, those of one length in each part."""
        weights = self._weights
        begun = [weights.words[part] + weights.positions[: part.shape[1]] for part in parts]
        hidden = np.concatenate([part.reshape(-1, WIDTH) for part in begun])
        shapes = [part.shape for part in parts]
        _normalise(hidden, weights.scale, weights.shift)
        blended = np.zeros_like(hidden)
        for number, layer in enumerate(weights.layers, 1):
            hidden += _side_by_side(_times(_attention(hidden, layer, shapes), layer.join))
            hidden += layer.join_bias
            _normalise(hidden, layer.join_scale, layer.join_shift)
            wide = _times(hidden, layer.widen)
            wide += layer.widen_bias
            _gelu_doubled(wide)
            hidden += _side_by_side(_times(_side_by_side(wide), layer.narrow))
            hidden += layer.narrow_bias
            _normalise(hidden, layer.narrow_scale, layer.narrow_shift)
            if number in self._blend:
                blended += hidden * np.float32(self._blend[number])
        pooled: Floats = np.concatenate(
            [
                blended[place].reshape(count, length, WIDTH).mean(axis=1)
                for place, (count, length) in _placed(shapes)
            ]
        )
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled


class Remembering(Encoder):
    """Keeps the last messages' numbers: one is read for danger first, then for what it asks."""

    def __init__(self, **made: Any) -> None:
        super().__init__(**made)
        self._kept: OrderedDict[str, Floats] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Floats:
        if len(texts) > REMEMBERED:
            return super().encode(texts)
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        for text, row in zip(new, super().encode(new), strict=True):
            self._kept[text] = row
        for text in texts:
            self._kept.move_to_end(text)
        rows = np.array([self._kept[text] for text in texts], np.float32).reshape(-1, WIDTH)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return rows


def _readable(text: str) -> str:
    """The part of the text that is read; half a surrogate pair would stop the tokenizer."""
    return text[:READ].encode("utf-8", "replace").decode()


def _has_routines_for_few_rows() -> bool:
    return any(
        one.get("architecture") in FEW_ROWS
        for one in threadpool_info()
        if one["internal_api"] == "openblas" and "numpy" in one["filepath"]
    )


def _whole(layer: Layer) -> Layer:
    """The weights as they were before they were cut."""
    names = ("attend", "join", "widen", "narrow")
    return replace(layer, **{name: _side_by_side(getattr(layer, name)) for name in names})


def _placed(shapes: Sequence[tuple[int, ...]]) -> Iterator[tuple[slice, tuple[int, ...]]]:
    """Where the rows of each part stand among the rows of all of them."""
    end = 0
    for count, length in shapes:
        start, end = end, end + count * length
        yield slice(start, end), (count, length)


def _times(rows: Floats, sliced: Floats) -> Floats:
    """Rows times weights, whole or slice by slice: (slices, rows, columns of a slice)."""
    if sliced.ndim == 2:
        return (rows @ sliced).reshape(len(rows), -1, SLICE).transpose(1, 0, 2)
    out = np.empty((len(sliced), len(rows), SLICE), np.float32)
    for start in range(0, len(rows), ROWS):
        np.matmul(rows[start : start + ROWS], sliced, out=out[:, start : start + ROWS])
    return out


def _side_by_side(slices: Floats) -> Floats:
    return slices.transpose(1, 0, 2).reshape(slices.shape[1], -1)


def _attention(hidden: Floats, layer: Layer, shapes: Sequence[tuple[int, ...]]) -> Floats:
    mixed = _times(hidden, layer.attend)
    mixed[:HEADS] += layer.attend_bias
    seen = np.empty_like(hidden)
    for place, (count, length) in _placed(shapes):
        query, key, value = mixed[:, place].reshape(3, HEADS, count, length, SLICE)
        scores = query @ key.swapaxes(-1, -2)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        seen[place] = _side_by_side((scores @ value).reshape(HEADS, count * length, SLICE))
    return seen


def _normalise(rows: Floats, scale: Floats, shift: Floats) -> None:
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows)[:, None]
    spread /= WIDTH
    spread += np.float32(1e-12)
    rows /= np.sqrt(spread, out=spread)
    rows *= scale
    rows += shift


# GELU is x/2 (1 + erf(x/sqrt 2)), and NumPy has no erf. erf(x/sqrt 2) = tanh(x P(x^2)) holds to
# 7e-6 with these coefficients (least squares, weighted towards the largest error of GELU: 3e-6).
_CURVE = tuple(
    np.float32(value)
    for value in (1.11908354e-06, -3.05810292e-05, -1.24861524e-04, 3.64687908e-02, 7.97828136e-01)
)


def _gelu_doubled(values: Floats) -> None:
    """Twice GELU, in place; the half is in the weights that follow."""
    square = values * values
    curve = square * _CURVE[0]
    for coefficient in _CURVE[1:-1]:
        curve += coefficient
        curve *= square
    curve += _CURVE[-1]
    curve *= values
    np.tanh(curve, out=curve)
    curve += np.float32(1)
    values *= curve


@cache
def shared_encoder() -> Encoder:
    """The one encoder of this process: checked and read at the first use."""
    return Remembering(tuning=Tuning.load(), blend=BLEND)


@cache
def second_encoder() -> Encoder | None:
    """The same model, tuned a second time; nothing without its file. They share their words."""
    tuning = Tuning.load(SECOND)
    return None if tuning is None else Remembering(tuning=tuning, blend=BLEND)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):  # type: ignore[misc]  # Rasa is untyped
    """Puts the sentence's numbers on each message. Rasa passes arguments by their names."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        return cls(shared_encoder())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = _with_text(training_data.training_examples)
        texts = [example.get(TEXT) for example in examples]
        rows = self._encoder.encode_many(
            texts, lambda done: log.info("%d of %d examples read", done, len(texts))
        )
        _put(examples, rows)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        told = _with_text(messages)
        _put(told, self._encoder.encode([message.get(TEXT) for message in told]))
        return messages


def _with_text(messages: Iterable[Message]) -> list[Message]:
    return [message for message in messages if message.get(TEXT) is not None]


def _put(messages: Iterable[Message], rows: Floats) -> None:
    for message, row in zip(messages, rows, strict=True):
        message.add_features(
            Features(row[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, SentenceEncoder.__name__)
        )
