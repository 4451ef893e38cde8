"""Trains the model when, and only when, what it is made from has changed.

A model's file name carries a hash of everything that shapes it: examples, rules, domain, pipeline,
our own components and the versions of the libraries. If the file is there, it is up to date. A new
one is written beside it and moved into place when it is whole, so that a training that is
interrupted leaves nothing behind that could be loaded.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import yaml

from bot.errors import ModelError
from bot.language.lean import needs_left_out, slim_rasa
from bot.language.tuning import hashed

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "nlu" / "config.yml"
EXAMPLES = ROOT / "nlu"
RULES = ROOT / "stories" / "rules"
DOMAIN = ROOT / "stories" / "domain"
SHAPING = {".py", ".yml", ".txt", ".safetensors"}
LANGUAGE = ROOT / "bot" / "language"
APART = (
    *(EXAMPLES / "more", EXAMPLES / "urgent", EXAMPLES / "details"),
    *(LANGUAGE / "urgent", LANGUAGE / "details"),
)
"""Examples that only the encoder's tuning reads, whose results stand in its files; what danger is
noticed by and how details are read, which have files of their own."""
MADE_FROM = (EXAMPLES, RULES, DOMAIN, LANGUAGE, ROOT / "uv.lock")

STEPS = "rasa.engine.training.hooks"
"""The logger on which Rasa tells that it begins to train a component."""

EXPECTED = (
    # Four that are said of every bot whose `ask/...` intents have no ResponseSelector. Ours has
    # none: the classifier keeps the topic, and the answers come from the school's pack.
    ".*ResponseSelector",
    ".*You either need to add a response phrase",
    r"Action 'utter_(ask|outside)' is listed as a response action",
    r".*duplicated intents have been found across multiple domain files: (ask|outside|, )+$",
    # Said of every domain that has slots, whatever is in them.
    "Slot auto-fill has been removed",
)
"""Warnings of Rasa's that say nothing about our content. Any other stops the training."""

Progress = Callable[[float, str], None]
"""Is told how much is done, from 0 to 1, and what is being done now."""

ENCODING = "bot.language.encoder"
"""The logger on which the encoder tells how many examples it has read."""


def fingerprint() -> str:
    """A hash of everything that the model is made from."""
    found = (sorted(filter(_shapes, source.rglob("*"))) or [source] for source in MADE_FROM)
    files = (path for each in found for path in each)
    return hashed(files, lambda path: str(path.relative_to(ROOT)))


def _shapes(path: Path) -> bool:
    return path.suffix in SHAPING and not set(APART) & set(path.parents)


def model_path(model_dir: Path) -> Path:
    return model_dir / f"signpost-{fingerprint()}.tar.gz"


def train(
    model_dir: Path, *, force: bool = False, progress: Progress = lambda share, what: None
) -> Path:
    """Make the model if it is not there; returns where it is."""
    target = model_path(model_dir)
    if target.exists() and not force:
        return target
    check_config(CONFIG)
    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir) as workshop:
        made = _train(Path(workshop), progress)
        Path(made).replace(target)
    for outdated in model_dir.glob("signpost-*.tar.gz"):
        if outdated != target:
            outdated.unlink(missing_ok=True)
    return target


def check_config(config: Path) -> None:
    """Refuse a pipeline that needs TensorFlow before any work is done on it."""
    slim_rasa()
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.shared.exceptions import RasaException

    wanted = yaml.safe_load(config.read_text(encoding="utf-8"))
    for entry in [*(wanted.get("pipeline") or ()), *(wanted.get("policies") or ())]:
        try:
            component = DefaultV1Recipe._from_registry(entry["name"]).clazz
        except (RasaException, ImportError) as error:
            raise ModelError(
                f"{config.name}: the component {entry['name']!r} can't be used: {error}"
            ) from error
        if needs_left_out(component):
            raise ModelError(
                f"{config.name}: {entry['name']} needs TensorFlow, which Signpost runs without. "
                "Use a component from bot/language, or one of Rasa's that needs no TensorFlow."
            )


def _train(workshop: Path, progress: Progress) -> str:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # our own file name is the cache
    os.environ["LOG_LEVEL"] = "ERROR"  # or its own progress bars break into ours
    os.environ["RASA_CACHE_DIRECTORY"] = str(workshop / "cache")
    import rasa.model_training
    from rasa.engine import exceptions as graph
    from rasa.shared.exceptions import RasaException

    refusals = (
        RasaException,
        graph.GraphComponentException,
        graph.GraphSchemaException,
        graph.GraphSchemaValidationException,
        UserWarning,
    )

    with _steps(progress), warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.filterwarnings("error", category=UserWarning, module=r"rasa\.")
        for message in EXPECTED:
            warnings.filterwarnings("ignore", message=message)
        try:
            result = rasa.model_training.train(
                str(DOMAIN), str(CONFIG), [str(EXAMPLES), str(RULES)], output=str(workshop)
            )
        except refusals as error:
            raise ModelError(f"The model can't be trained: {error.__cause__ or error}") from error
    if result.model is None:
        raise ModelError("The model can't be trained: Rasa made none, and gave no reason.")
    return str(result.model)


@contextmanager
def _steps(progress: Progress) -> Iterator[None]:
    """Pass on what is logged when a part of the work begins or goes on."""

    class Tell(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name == ENCODING and isinstance(record.args, tuple):
                done, all_of_them = record.args
                progress(0.8 * float(str(done)) / float(str(all_of_them)), "reading the examples")
            elif record.name == STEPS and record.getMessage().startswith("Starting"):
                progress(0.85, f"training {record.getMessage().split(chr(39))[1]}")

    handler, loggers = Tell(), [logging.getLogger(STEPS), logging.getLogger(ENCODING)]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
