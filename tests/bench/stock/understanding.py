"""Measures stock Rasa's accuracy on a public set, and keeps it in `understanding.json`.

    python -m tests.bench.stock.understanding --data DIR BANKING77 10

It trains Rasa's default pipeline (DIET, 100 epochs) on the set's few-shot file and reads the
official test. A set takes from five minutes to an hour, which is why the figures are kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import yaml

from tests.bench import places
from tests.bench.parts.public import STOCK, Texts, read, without
from tests.bench.stock import environment

PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
]
"""What Rasa 3.6 suggests for English, without the parts that don't tell intents apart."""

READER = """
import asyncio, json, sys
from rasa.core.agent import Agent
agent = Agent.load(sys.argv[1])
async def main():
    for line in sys.stdin:
        found = await agent.parse_message(json.loads(line))
        print(json.dumps(found["intent"]["name"]), flush=True)
asyncio.run(main())
"""


def measure(data: Path, name: str, shots: str) -> float:
    folder = data / name
    train = read(folder / ("train" if shots == "full" else f"train_{shots}"))
    test = without(read(folder / "test"), train)
    with tempfile.TemporaryDirectory() as made:
        model = _train(Path(made), train)
        said = _read(model, test.texts, Path(made))
    right = sum(a == b for a, b in zip(said, test.labels, strict=True))
    return round(100 * right / len(test.labels), 1)


def _train(folder: Path, train: Texts) -> Path:
    by_label: dict[str, list[str]] = {}
    for text, label in zip(*train, strict=True):
        by_label.setdefault(label, []).append(text)
    nlu = [
        {"intent": label, "examples": "".join(f"- {text}\n" for text in texts)}
        for label, texts in by_label.items()
    ]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}), "utf-8")
    config = {"recipe": "default.v1", "language": "en", "pipeline": PIPELINE}
    (folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
    python = str(environment.environment() / "bin" / "python")
    argv = [python, "-W", "ignore", "-m", "rasa", "train", "nlu", "--nlu", str(folder / "nlu.yml")]
    saved = ["--config", str(folder / "config.yml"), "--out", str(folder)]
    places.run([*argv, *saved, "--fixed-model-name", "stock"], **environment.APART)
    return folder / "stock.tar.gz"


def _read(model: Path, texts: list[str], folder: Path) -> list[str]:
    asked, said = folder / "asked", folder / "said"
    asked.write_text("".join(f"{json.dumps(text)}\n" for text in texts), "utf-8")
    (folder / "reader.py").write_text(READER, "utf-8")
    python = str(environment.environment() / "bin" / "python")
    script = f'"{python}" -W ignore "{folder}/reader.py" "{model}" < "{asked}" > "{said}"'
    places.run(["sh", "-c", script], **environment.APART)
    return [json.loads(line) for line in said.read_text("utf-8").splitlines() if line[:1] == '"']


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("set", choices=["BANKING77", "CLINC150", "HWU64"])
    parser.add_argument("shots", choices=["5", "10", "full"])
    given = parser.parse_args()
    accuracy = measure(given.data, given.set, given.shots)
    kept = json.loads(STOCK.read_text("utf-8")) if STOCK.exists() else {"figures": {}}
    kept["command"] = "python -m tests.bench.stock.understanding --data DIR SET SHOTS"
    said = "full" if given.shots == "full" else f"{given.shots}-shot"
    kept["figures"][f"{given.set} {said}"] = accuracy
    STOCK.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"{given.set} {said}: {accuracy}%\n")


if __name__ == "__main__":
    main()
