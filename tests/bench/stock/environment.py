"""Builds stock Rasa in an environment of its own under `.bench/stock`, and trains its bot, once.

It stays out of the project's lock file, since TensorFlow is what the project does without. The
folder and the model carry a fingerprint of what they were made from, so a change makes new ones.
Linux on x86-64 only: elsewhere TensorFlow 2.12 comes as other packages.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.bench import places
from tests.bench.process import Command

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
BOT = HERE / "bot"
HOME = places.CACHE / "stock"

APART = {
    "HOME": str(HOME / "home"),  # Rasa keeps a file of its own in the user's home
    "RASA_CACHE_DIRECTORY": str(HOME / "cache"),  # by default in the current folder: the project's
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
}
"""Keeps stock Rasa to its own folder, quiet, and on the processor that Signpost uses too."""


def environment() -> Path:
    """The stock environment's folder; fetches 0.8 GB the first time."""
    folder = HOME / f"env-{_fingerprint([REQUIREMENTS])}"
    if not folder.exists():
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise places.BenchError("Stock Rasa can be compared on Linux on x86-64 only.")
        print("building the stock environment, once ...", file=sys.stderr, flush=True)
        draft = HOME / "env-draft"
        shutil.rmtree(draft, ignore_errors=True)
        uv = places.uv()
        # A virtual environment can be moved as long as only its own python is called.
        places.run([uv, "venv", "--no-config", "--no-project", "--python", "3.10", str(draft)])
        install = [uv, "pip", "install", "--no-config", "--require-hashes", "--compile-bytecode"]
        places.run([*install, "-r", str(REQUIREMENTS)], VIRTUAL_ENV=str(draft))
        draft.rename(folder)
    return folder


def model() -> Path:
    """The stock bot's trained model; training takes a minute or two the first time."""
    sources = sorted(path for path in BOT.rglob("*") if path.is_file())
    target = HOME / f"model-{_fingerprint([REQUIREMENTS, *sources])}.tar.gz"
    if not target.exists():
        print("training the stock bot, once ...", file=sys.stderr, flush=True)
        train(target)
    return target


def train(target: Path) -> None:
    """Train as `rasa train` does, at the default epochs."""
    draft = target.parent / "draft.tar.gz"
    python = str(environment() / "bin" / "python")
    sources = ["--config", "config.yml", "--domain", "domain.yml", "--data", "data"]
    paths = [item if item.startswith("--") else str(BOT / item) for item in sources]
    saved = ["--out", str(target.parent), "--fixed-model-name", "draft", "--force"]
    places.run([python, "-W", "ignore", "-m", "rasa", "train", *paths, *saved], **APART)
    draft.rename(target)


def talking(verb: str) -> Command:
    """The stock bot's `ask` or `converse`."""
    python = str(environment() / "bin" / "python")
    probe = str(HERE / "probe.py")
    argv = (python, "-W", "ignore", probe, verb, str(model()))
    return Command("stock", argv, places.ROOT, APART)


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
