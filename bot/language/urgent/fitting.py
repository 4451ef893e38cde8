"""Makes the arrays of the alarm from the examples in `nlu/urgent`; `make tune` calls it.

Two files of examples face each other: what is urgent, one file a kind, and what only sounds so
(`none-…`). Ordinary questions about the policy count as harmless too, except those of the topics
that are about harm, where a question and an alarm may be the same words.

The threshold is set by examples that neither the encoder nor the fit has seen. An alarm that stays
silent is much worse than one too many; but a bot that cries wolf is soon ignored, so false alarms
among look-alikes are held to `CRIES`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.errors import ModelError
from bot.language import spelling
from bot.language.encoder import second_encoder, shared_encoder
from bot.language.tuning import SECOND, left_out
from bot.language.urgent.kinds import KINDS
from bot.language.urgent.model import (
    EXAMPLES,
    FILE,
    HARMLESS,
    AlarmModel,
    Weights,
    fingerprint,
    flags,
    joined,
    shares_of,
)
from bot.language.weights import WIDTH, Floats

CRIES = 0.02
"""Share of unseen look-alikes that may raise an alarm; the promise is 3 in 100."""
SPOKEN = 0.7
"""How urgent a message has to be whose wording has a sign of danger that nothing takes back, such
as "wants to die". A scene that names nothing needs more, because many things sound like it."""

LOOSENESS = 4.0
STEPS = 300
ORDINARY = 60
"""Questions of each topic that are taken as harmless."""
ABOUT_HARM = frozenset(("harm", "cyberbullying", "reporting", "flows", "urgent", "follow-ups"))
"""Folders of `nlu/` whose examples may be alarms themselves."""

Row = tuple[str, int]


def make() -> AlarmModel:
    rows = [*_urgent(), *_ordinary()]
    texts = [text for text, _ in rows]
    right = np.array([place for _, place in rows])
    other = second_encoder()
    if other is None:
        raise ModelError(f"{SECOND.name} is missing: take it from the repository again.")
    return fit(texts, [one.encode_many(texts) for one in (shared_encoder(), other)], right)


def fit(texts: Sequence[str], encoded: Sequence[Floats], right: NDArray[np.int_]) -> AlarmModel:
    """`encoded` is the texts in the first encoder's numbers, and in the second's."""
    rare = spelling.rarity(texts)
    wordings = np.array([flags(text) for text in texts])
    grams = spelling.matrix(texts, rare)
    unseen = np.array([left_out(text) for text in texts])
    views = [_side_by_side(sentences, grams, wordings) for sentences in encoded]
    with threadpool_limits(os.cpu_count(), user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        machines = [_linear().fit(rows[~unseen], right[~unseen]) for rows in views]
        judging = unseen & (right == HARMLESS)
        scores = (
            machine.predict_log_proba(rows[judging])
            for machine, rows in zip(machines, views, strict=True)
        )
        urgent = 1 - shares_of(joined(*scores))[:, HARMLESS]
        threshold = float(np.quantile(urgent, 1 - CRIES))
        first, second = (
            _weights(machine.fit(rows, right))
            for machine, rows in zip(machines, views, strict=True)
        )
    return AlarmModel(
        first,
        second,
        rarity=rare,
        threshold=threshold,
        signed=min(threshold, SPOKEN),
        made_from=fingerprint(),
    )


def _weights(machine: Any) -> Weights:
    weights = machine.coef_.T.astype(np.float32)
    spelt = WIDTH + spelling.BUCKETS
    return Weights(
        meaning=weights[:WIDTH],
        spelling=weights[WIDTH:spelt],
        signs=weights[spelt:],
        bias=machine.intercept_.astype(np.float32),
    )


def _side_by_side(sentences: Floats, grams: Any, wordings: Floats) -> Any:
    from scipy.sparse import csr_matrix, hstack

    return hstack([csr_matrix(sentences), grams, csr_matrix(wordings)]).tocsr()


def _linear() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=LOOSENESS, class_weight="balanced", max_iter=STEPS)


def _urgent() -> Iterator[Row]:
    for path in sorted(EXAMPLES.glob("*.txt")):
        place = HARMLESS if path.stem.startswith("none-") else KINDS.index(path.stem)
        for text in filter(None, path.read_text("utf-8").splitlines()):
            yield text, place


def _ordinary() -> Iterator[Row]:
    for path in sorted(EXAMPLES.parent.rglob("*.yml")):
        if path.parent.name in ABOUT_HARM or path.parent == EXAMPLES.parent:
            continue
        for entry in yaml.safe_load(path.read_text("utf-8")).get("nlu") or ():
            for line in entry["examples"].splitlines()[:ORDINARY]:
                yield line.removeprefix("- ").strip(), HARMLESS


def main(target: Path = FILE) -> None:
    make().save(target)


if __name__ == "__main__":
    main()
