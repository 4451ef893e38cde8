"""Makes the arrays of the alarm from the examples in `nlu/urgent`; `make tune` calls it.

Two files of examples face each other: what is urgent, one file a kind, and what only sounds so
(`none-…`). Ordinary questions about the policy count as harmless too, except those of the topics
that are about harm, where a question and an alarm may be the same words.

The threshold is set by examples that neither the encoder nor the fit has seen. An alarm that stays
silent is much worse than one too many; but a bot that cries wolf is soon ignored, so false alarms
among look-alikes are held to `CRIES`. What is less sure than that is asked about.
"""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.errors import ModelError
from bot.language import spelling
from bot.language.encoder import second_encoder, shared_encoder
from bot.language.topics import shares_of
from bot.language.tuning import SECOND, left_out
from bot.language.urgent.detector import LONG, pieces
from bot.language.urgent.kinds import KINDS
from bot.language.urgent.model import (
    EXAMPLES,
    FILE,
    HARMLESS,
    AlarmModel,
    Levels,
    Weights,
    fingerprint,
    flags,
    joined,
)
from bot.language.weights import WIDTH, Floats

CRIES, LONG_CRIES = 0.03, 0.12
"""Share of unseen look-alikes that may raise an alarm; the promise is 3 in 100. A long message has
more in it that may be danger and that may sound like it."""
ASKS, LONG_ASKS = 0.08, 0.3
"""Share of them that may lead to an alarm or to the question whether somebody is in danger."""
SPOKEN = 0.9
"""How urgent a message has to be whose wording has a sign of danger that nothing takes back, such
as "wants to die". A scene that names nothing needs more, because many things sound like it."""

LOOSENESS = 4.0
STEPS = 300
ORDINARY = 60
"""Questions of each topic that are taken as harmless."""
ABOUT_HARM = frozenset(("harm", "cyberbullying", "reporting", "flows", "urgent", "follow-ups"))
"""Folders of `nlu/` whose examples may be alarms themselves."""

LONGER = 4000
"""Messages that are made of several examples, two in five of them with one of danger, so that
length says nothing of it: alarms are mostly stories and questions are mostly short, and a long
everyday message would sound like one."""


class Row(NamedTuple):
    """An example, its column, and whether neither the encoder nor the fit may have seen it."""

    text: str
    place: int
    unseen: bool
    part_of: str = ""
    """The message of which it is a piece, if that is too long to be read as one."""


def make() -> AlarmModel:
    rows = [*_urgent(), *_ordinary()]
    rows += _longer(rows)
    texts = [row.text for row in rows]
    other = second_encoder()
    if other is None:
        raise ModelError(f"{SECOND.name} is missing: take it from the repository again.")
    return fit(rows, [one.encode_many(texts) for one in (shared_encoder(), other)])


def fit(examples: Sequence[Row], encoded: Sequence[Floats]) -> AlarmModel:
    """`encoded` is the examples in the first encoder's numbers, and in the second's."""
    texts, places, kept, wholes = zip(*examples, strict=True)
    right, unseen = np.array(places), np.array(kept)
    rare = spelling.rarity(texts)
    wordings = np.array([flags(text) for text in texts])
    grams = spelling.matrix(texts, rare)
    views = [spelling.beside(sentences, grams, wordings) for sentences in encoded]
    with threadpool_limits(os.cpu_count(), user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        machines = [_linear().fit(rows[~unseen], right[~unseen]) for rows in views]
        judging = unseen & (right == HARMLESS)
        scores = (
            machine.predict_log_proba(rows[judging])
            for machine, rows in zip(machines, views, strict=True)
        )
        urgent = 1 - shares_of(joined(*scores))[:, HARMLESS]
        short, long = _by_message(urgent, np.array(wholes)[judging])
        first, second = (
            _weights(machine.fit(rows, right))
            for machine, rows in zip(machines, views, strict=True)
        )
    return AlarmModel(
        first,
        second,
        rarity=rare,
        short=_levels(short, CRIES, ASKS),
        long=_levels(long, LONG_CRIES, LONG_ASKS),
        made_from=fingerprint(),
    )


def _by_message(urgent: Floats, wholes: NDArray[np.str_]) -> tuple[Floats, Floats]:
    """How urgent the messages sound that are read as one, and at their worst the longer ones.

    Each piece is another chance to sound urgent, so a long message has to be surer.
    """
    worst = [urgent[wholes == whole].max() for whole in np.unique(wholes) if whole]
    return urgent[wholes == ""], np.array(worst)


def _levels(urgent: Floats, *shares: float) -> Levels:
    """From where on these shares of harmless messages would raise an alarm, or be asked about."""
    raised, asked = (float(np.quantile(urgent, 1 - share)) for share in shares)
    return Levels(raised, min(raised, SPOKEN), asked)


def _weights(machine: Any) -> Weights:
    weights = machine.coef_.T.astype(np.float32)
    spelt = WIDTH + spelling.BUCKETS
    return Weights(
        meaning=weights[:WIDTH],
        spelling=weights[WIDTH:spelt],
        signs=weights[spelt:],
        bias=machine.intercept_.astype(np.float32),
    )


def _linear() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=LOOSENESS, class_weight="balanced", max_iter=STEPS)


def _urgent() -> Iterator[Row]:
    for path in sorted(EXAMPLES.glob("*.txt")):
        place = HARMLESS if path.stem.startswith("none-") else KINDS.index(path.stem)
        for text in filter(None, path.read_text("utf-8").splitlines()):
            # Of something harmless no part is an alarm either.
            parts = list(pieces(text)) if place == HARMLESS else [text]
            for part in parts:
                yield Row(part, place, left_out(text), text if len(parts) > 1 else "")


def _ordinary() -> Iterator[Row]:
    for path in sorted(EXAMPLES.parent.rglob("*.yml")):
        if path.parent.name in ABOUT_HARM or path.parent == EXAMPLES.parent:
            continue
        for entry in yaml.safe_load(path.read_text("utf-8")).get("nlu") or ():
            for line in entry["examples"].splitlines()[:ORDINARY]:
                text = line.removeprefix("- ").strip()
                yield Row(text, HARMLESS, left_out(text))


def _longer(rows: Sequence[Row]) -> Iterator[Row]:
    """Two to four examples in one message, all of them harmless but perhaps one."""
    chance = random.Random(0)  # noqa: S311 - no secret: the same each time
    own = [row for row in rows if not row.unseen]
    harmless = [row for row in own if row.place == HARMLESS]
    urgent = [row for row in own if row.place != HARMLESS]
    for number in range(LONGER):
        first = chance.choice(urgent if number % 5 < 2 else harmless)
        said = [first, *chance.sample(harmless, chance.randint(1, 3))]
        chance.shuffle(said)
        text = " ".join(_ended(row.text) for row in said)
        if len(text.split()) <= LONG:
            yield Row(text, first.place, unseen=False)


def _ended(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."


def main(target: Path = FILE) -> None:
    make().save(target)


if __name__ == "__main__":
    main()
