"""Understanding, measured on public data: the bot's own component beside TF-IDF and stock Rasa.

The encoder is the published one, without what it has learnt of school policies, and nothing is
chosen by looking at test data. The data lies in a folder that is given as `--data`; none of it is
in this project. Stock Rasa takes an hour for these sets, so its figures are kept in
`tests/bench/stock/understanding.json`, with the command that measures them.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder import BLEND, Encoder
from bot.language.fitting import fit, named
from bot.language.topics import Example, TopicModel
from tests.bench.figures import Figure

STOCK = Path(__file__).resolve().parents[1] / "stock" / "understanding.json"
FEW_SHOT = {
    ("BANKING77", "5"): 81.5,
    ("BANKING77", "10"): 87.0,
    ("CLINC150", "5"): 89.5,
    ("CLINC150", "10"): 91.5,
    ("HWU64", "5"): 78.5,
    ("HWU64", "10"): 85.0,
}
"""The least accuracy asked of us, in percent."""
HONEST = 0.04
BINS = 15
NOBODY = "NO_NODES_DETECTED"
LOST = 0.05
"""Of questions in scope, so many may be given up when those out of scope are caught."""


class Texts(NamedTuple):
    texts: list[str]
    labels: list[str]


class Scored(NamedTuple):
    """What a model made of a list of texts: its best label, how sure, and how familiar."""

    labels: NDArray[np.str_]
    sure: NDArray[np.float64]
    familiar: NDArray[np.float64]


def measure(data: Path, quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    stock = json.loads(STOCK.read_text("utf-8"))["figures"] if STOCK.exists() else {}
    for name in ("BANKING77", "CLINC150", "HWU64"):
        for shots in ("5", "10") if quick else ("5", "10", "full"):
            figures += _accuracy(data, name, shots, stock)
    figures += _out_of_scope(data, "CLINC150 10-shot", *_clinc(data), least=0.965)
    train, test, near, far = _banking(data)
    figures += _out_of_scope(data, "BANKING77-OOS near", train, test, near, least=0.875)
    figures += _out_of_scope(data, "BANKING77-OOS far", train, test, far, least=0.995)
    for shop in ("curekart", "powerplay11", "sofmattress"):
        figures += _hint3(data, shop)
    return [*figures, *_covid(data)]


def _accuracy(data: Path, name: str, shots: str, stock: dict[str, float]) -> Iterator[Figure]:
    folder = data / name
    train = read(folder / ("train" if shots == "full" else f"train_{shots}"))
    test = without(read(folder / "test"), train)
    said = f"{name} {'full' if shots == 'full' else f'{shots}-shot'}"
    scored = _score(_model(train), test.texts)
    right = scored.labels == np.array(test.labels)
    least = FEW_SHOT.get((name, shots))
    yield Figure(f"{said}: accuracy", 100 * right.mean(), "%", least, at_least=True)
    yield Figure(f"{said}: macro-F1", 100 * _macro_f1(test.labels, scored.labels), "%")
    yield Figure(f"{said}: calibration error", _calibration(scored.sure, right), "", HONEST)
    yield Figure(f"{said}: TF-IDF accuracy", 100 * _tf_idf(train, test), "%")
    if said in stock:
        yield Figure(f"{said}: stock Rasa accuracy (kept)", stock[said], "%")


def _out_of_scope(
    data: Path, said: str, train: Texts, test: Texts, strange: Sequence[str], least: float | None
) -> Iterator[Figure]:
    model = _model(train)
    known, odd = _score(model, test.texts).familiar, _score(model, strange).familiar
    yield Figure(f"{said}: AUROC", _auroc(known, odd), "", least, at_least=True)
    caught = float((odd < np.quantile(known, LOST)).mean())
    yield Figure(f"{said}: caught when 5% in scope are lost", 100 * caught, "%")


def _clinc(data: Path) -> tuple[Texts, Texts, list[str]]:
    folder = data / "CLINC150"
    train = read(folder / "train_10")
    return train, without(read(folder / "test"), train), read(folder / "oos" / "test").texts


def _banking(data: Path) -> tuple[Texts, Texts, list[str], list[str]]:
    folder = data / "BANKING77-OOS"
    train = read(folder / "train")
    near = without(read(folder / "id-oos" / "test"), train)
    far = read(folder / "ood-oos" / "test")
    return train, without(read(folder / "test"), train), near.texts, far.texts


def _hint3(data: Path, shop: str) -> Iterator[Figure]:
    train, test = (
        _table(data / "HINT3" / part / f"{shop}_{part}.csv") for part in ("train", "test")
    )
    scored = _score(_model(train), test.texts)
    labels = np.array(test.labels)
    inside = labels != NOBODY
    right = (scored.labels == labels)[inside]
    yield Figure(f"HINT3 {shop}: accuracy in scope", 100 * right.mean(), "%")
    auroc = _auroc(scored.familiar[inside], scored.familiar[~inside])
    yield Figure(f"HINT3 {shop}: AUROC", auroc, "")


def _covid(data: Path) -> Iterator[Figure]:
    """129 questions with their answers are all there is to learn from."""
    texts, labels = [], []
    with (data / "COVIDFAQ" / "faq_db.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = [row["Question"], *re.split(r"(?<=[.?!])\s+", row["Answer"])]
            texts += said
            labels += [row["ID"]] * len(said)
    model = _model(Texts(texts, labels))
    with (data / "COVIDFAQ" / "validation.csv").open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    scored = _score(model, [row["Question"] for row in asked])
    wanted = [set(row["Answer"].split(",")) for row in asked]
    answerable = np.array(["-1" not in one for one in wanted])
    right = np.array([label in one for label, one in zip(scored.labels, wanted, strict=True)])
    yield Figure("COVIDFAQ: accuracy where there is an answer", 100 * right[answerable].mean(), "%")
    auroc = _auroc(scored.familiar[answerable], scored.familiar[~answerable])
    yield Figure("COVIDFAQ: AUROC", auroc, "")


def read(folder: Path) -> Texts:
    lines = [(folder / name).read_text("utf-8").splitlines() for name in ("seq.in", "label")]
    return Texts(*lines)


def without(test: Texts, train: Texts) -> Texts:
    """The test's rows that don't stand in the training data as well."""
    known = {text.lower() for text in train.texts}
    kept = [pair for pair in zip(*test, strict=True) if pair[0].lower() not in known]
    return Texts([text for text, _ in kept], [label for _, label in kept])


def _table(path: Path) -> Texts:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["sentence"], row["label"]) for row in csv.DictReader(file)]
    return Texts([text for text, _ in rows], [label for _, label in rows])


@cache
def _encoder() -> Encoder:
    return Encoder(blend=BLEND)


def _model(train: Texts) -> TopicModel:
    examples = named([Example(text, label, None) for text, label in zip(*train, strict=True)])
    return fit(examples, _encoder().encode_many([example.text for example in examples]))


def _score(model: TopicModel, texts: Iterable[str]) -> Scored:
    asked = list(texts)
    read = [
        model.read(text, row)
        for text, row in zip(asked, _encoder().encode_many(asked), strict=True)
    ]
    return Scored(
        np.array([one.ranking[0][0] for one in read]),
        np.array([one.ranking[0][1] for one in read]),
        np.array([one.familiarity for one in read]),
    )


def _tf_idf(train: Texts, test: Texts) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    features: Any = make_union(
        TfidfVectorizer(sublinear_tf=True),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5)),
    )
    machine = make_pipeline(features, LogisticRegression(C=10, max_iter=300))
    return float(machine.fit(*train).score(*test))


def _macro_f1(right: Sequence[str], said: NDArray[np.str_]) -> float:
    hits = Counter(a for a, b in zip(right, said, strict=True) if a == b)
    there, told = Counter(right), Counter(said.tolist())
    return float(np.mean([2 * hits[one] / (there[one] + told[one]) for one in there]))


def _calibration(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """How far the stated certainty is from how often it is right, weighted over equal bins."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(sure[bins == one].mean() - right[bins == one].mean()) * (bins == one).mean()
            for one in np.unique(bins)
        )
    )


def _auroc(known: NDArray[np.float64], odd: NDArray[np.float64]) -> float:
    """How often something known is more familiar than something strange."""
    order = np.argsort(np.concatenate([known, odd]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    above = ranks[: len(known)].sum() - len(known) * (len(known) + 1) / 2
    return float(above / (len(known) * len(odd)))
