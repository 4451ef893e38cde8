"""Understanding, measured on our own questions: what became of each, as a person would see it.

The model is the one that `make train` made. Then each group of topics is held out in turn: a model
is fitted without its examples, and the group's own questions, which it can no longer know, may not
be answered as something else.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.dialogue.training import model_path
from bot.language.classifier import MODEL, Reader, other_opinion
from bot.language.encoder import second_encoder, shared_encoder
from bot.language.fitting import fit, named
from bot.language.reading import Costs, Reading
from bot.language.topics import Example, TopicModel
from bot.language.tuning import Tuning
from tests.bench import places
from tests.bench.figures import Figure

QUESTIONS = places.ROOT / "tests" / "language" / "questions"
CONFIG = places.ROOT / "nlu" / "config.yml"
REFUSED = ("outside", "unknown", "foreign")
MOST_CONFUSED = 25
HELD_OUT_QUICKLY = 3

Question = dict[str, Any]


def measure(quick: bool) -> list[Figure]:
    costs = Costs.from_config(_classifier())
    reader = Reader(_trained(), shared_encoder(), costs, second_encoder())
    figures = [*_in_scope(reader), *_out_of_scope(reader)]
    figures += _held_out(costs, HELD_OUT_QUICKLY if quick else None)
    return figures


def asked(kind: str) -> list[Question]:
    return [
        question
        for path in sorted((QUESTIONS / kind).glob("*.yml"))
        for question in yaml.safe_load(path.read_text("utf-8"))
    ]


def _in_scope(reader: Reader) -> Iterator[Figure]:
    questions = asked("in_scope")
    readings = _read(reader, questions)
    outcomes = Counter(
        _outcome(question, reading) for question, reading in zip(questions, readings, strict=True)
    )
    _draw(questions, readings)

    def share(*names: str) -> float:
        return 100 * sum(outcomes[name] for name in names) / len(questions)

    offered = share("offered", "offered others")
    yield Figure("own questions: right at once", share("right"), "%", 92, at_least=True)
    yield Figure("own questions: wrong", share("wrong"), "%", 2)
    yield Figure("own questions: asked back", offered, "%", 7)
    among = 100 * outcomes["offered"] / max(1, outcomes["offered"] + outcomes["offered others"])
    yield Figure("own questions: the right one among those offered", among, "%", 90, at_least=True)
    yield Figure("own questions: refused", share("refused"), "%")
    first = [_wanted(one) & {reading.ranking[0][0]} for one, reading in _both(questions, readings)]
    yield Figure("own questions: right one ranked first", _percent(map(bool, first)), "%")


def _out_of_scope(reader: Reader) -> Iterator[Figure]:
    for kind, most in (("near", 8.0), ("far", 1.0)):
        readings = _read(reader, asked(kind))
        answered = _percent(reading.decision == "answer" for reading in readings)
        yield Figure(f"own {kind} out of scope: answered", answered, "%", most)
        offered = _percent(reading.decision == "clarify" for reading in readings)
        yield Figure(f"own {kind} out of scope: asked back", offered, "%")


def _held_out(costs: Costs, most: int | None) -> Iterator[Figure]:
    examples = list(_examples())
    sentences = shared_encoder().encode_many([example.text for example in examples])
    groups = yaml.safe_load((places.ROOT / "policy_content" / "topics.yml").read_text("utf-8"))
    answered: list[bool] = []
    for group in groups["groups"][:most]:
        gone = {f"ask/{topic['slug']}" for topic in group["topics"]}
        kept = np.array([example.label not in gone for example in examples])
        model = fit(
            [example for example, stays in zip(examples, kept, strict=True) if stays],
            sentences[kept],
            Tuning.load(),
            other_opinion(),
        )
        questions = [one for one in asked("in_scope") if not _wanted(one) - gone]
        readings = _read(Reader(model, shared_encoder(), costs, second_encoder()), questions)
        answered += [reading.decision == "answer" for reading in readings]
    yield Figure("own topics held out: answered as another", _percent(answered), "%")


def _percent(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return 100 * sum(counted) / len(counted)


def _read(reader: Reader, questions: Sequence[Question]) -> list[Reading]:
    rows = shared_encoder().encode_many([question["text"] for question in questions])
    return [
        reader.read(question["text"], row, {"role": question["role"]})
        for question, row in zip(questions, rows, strict=True)
    ]


def _outcome(question: Question, reading: Reading) -> str:
    if reading.decision in REFUSED:
        return "refused"
    right = bool(_wanted(question) & set(reading.labels))
    if reading.decision == "clarify":
        return "offered" if right else "offered others"
    return "right" if right else "wrong"


def _wanted(question: Question) -> set[str]:
    return {f"ask/{topic}" for topic in (question["topic"], *question.get("also", ()))}


def _both(
    questions: Sequence[Question], readings: Sequence[Reading]
) -> Iterator[tuple[Question, Reading]]:
    return zip(questions, readings, strict=True)


def _examples() -> list[Example]:
    found = []
    for path in sorted((places.ROOT / "nlu").rglob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")).get("nlu") or ():
            role = (entry.get("metadata") or {}).get("role")
            texts = [line.removeprefix("- ").strip() for line in entry["examples"].splitlines()]
            found += [Example(text, entry["intent"], role) for text in texts if text]
    return named(found)


def _classifier() -> dict[str, Any]:
    pipeline = yaml.safe_load(CONFIG.read_text("utf-8"))["pipeline"]
    found: dict[str, Any] = next(one for one in pipeline if "costs" in one)
    return found


def _trained() -> TopicModel:
    with (
        tempfile.TemporaryDirectory() as folder,
        tarfile.open(model_path(places.ROOT / "models")) as archive,
    ):
        member = next(one for one in archive.getmembers() if one.name.endswith(MODEL))
        archive.extract(member, folder)
        return TopicModel.load(Path(folder) / member.name)


def _draw(questions: Sequence[Question], readings: Sequence[Reading]) -> None:
    """Risk against coverage, and the topics most often taken for one another, as pictures."""
    certain = [
        (reading.trust, bool(_wanted(one) & {reading.ranking[0][0]}))
        for one, reading in _both(questions, readings)
    ]
    taken = Counter(
        (question["topic"], reading.ranking[0][0].rpartition("/")[2])
        for question, reading in _both(questions, readings)
        if reading.ranking[0][0] not in _wanted(question)
    )
    places.CACHE.mkdir(exist_ok=True)
    data = places.CACHE / "understanding.json"
    data.write_text(
        json.dumps({"certain": certain, "taken": taken.most_common(MOST_CONFUSED)}, default=list)
    )
    places.run([places.uv(), "run", "--quiet", "--script", "scripts/draw.py", str(data)])
