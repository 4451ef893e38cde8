"""The project's own pipeline, trained once on the real examples and shared by the tests here."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.classifier import TopicClassifier
from bot.language.encoder import SentenceEncoder, shared_encoder

ROOT = Path(__file__).resolve().parents[2]
NLU = ROOT / "nlu"
CLASSIFIER = f"{TopicClassifier.__module__}.{TopicClassifier.__name__}"


class Trained(NamedTuple):
    """Where the trained model lies, and what is needed to load it."""

    storage: LocalModelStorage
    resource: Resource
    classifier: TopicClassifier


def pipeline_config() -> dict[str, Any]:
    """The classifier's part of `nlu/config.yml`."""
    pipeline = yaml.safe_load((NLU / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    found: dict[str, Any] = next(entry for entry in pipeline if entry["name"] == CLASSIFIER)
    return found


def examples() -> TrainingData:
    """The real training examples, read as Rasa reads them."""
    with warnings.catch_warnings():
        # Rasa checks its files with pykwalify, which loads its extensions in an old way.
        warnings.filterwarnings("ignore", r"the load_module\(\) method", DeprecationWarning)
        return TrainingDataImporter.load_from_dict(training_data_paths=[str(NLU)]).get_nlu_data()


def train(folder: Path) -> Trained:
    """Train as Rasa's graph does: the encoder over all examples, then the classifier."""
    storage = LocalModelStorage.create(folder)
    resource = Resource("topics")
    context = ExecutionContext(GraphSchema({}))
    encoded = SentenceEncoder(shared_encoder()).process_training_data(examples())
    TopicClassifier.create(pipeline_config(), storage, resource, context).train(encoded)
    loaded = TopicClassifier.load(pipeline_config(), storage, resource, context)
    return Trained(storage, resource, loaded)


@cache
def trained() -> Trained:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return train(folder)


def understood(text: str, **metadata: Any) -> dict[str, Any]:
    """What the pipeline sets on one message, as Rasa hands it on."""
    message = Message(data={TEXT: text, "metadata": metadata})
    SentenceEncoder(shared_encoder()).process([message])
    trained().classifier.process([message])
    told: dict[str, Any] = message.as_dict(only_output_properties=True)
    return told
