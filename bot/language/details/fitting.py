"""Makes the arrays of `who` from its examples; `make tune` calls it when the encoder has learnt."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.language import spelling
from bot.language.details.who import EXAMPLES, FILE, WhoModel, fingerprint
from bot.language.encoder import shared_encoder
from bot.language.weights import WIDTH

LOOSENESS = 8.0
STEPS = 500


def make() -> WhoModel:
    from sklearn.linear_model import LogisticRegression

    pairs = [
        (path.stem, text)
        for path in sorted(EXAMPLES.glob("*.txt"))
        for text in path.read_text("utf-8").splitlines()
    ]
    who, texts = zip(*pairs, strict=True)
    rare = spelling.rarity(texts)
    rows = spelling.beside(shared_encoder().encode_many(texts), spelling.matrix(texts, rare))
    with threadpool_limits(os.cpu_count(), user_api="blas"):
        machine = LogisticRegression(C=LOOSENESS, max_iter=STEPS).fit(rows, who)
    weights = machine.coef_.T.astype(np.float32)
    return WhoModel(
        tuple(map(str, machine.classes_)),
        meaning=weights[:WIDTH],
        spelling=weights[WIDTH:],
        bias=machine.intercept_.astype(np.float32),
        rarity=rare,
        made_from=fingerprint(),
    )


def main(target: Path = FILE) -> None:
    make().save(target)


if __name__ == "__main__":
    main()
