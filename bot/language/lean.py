"""Lets Rasa 3.6 run without the packages that Signpost never uses.

Rasa imports TensorFlow, a web server, cloud databases and every chat platform it knows, whether a
bot needs them or not: 2.5 GB on disk, and half a minute before the first answer. Signpost has its
own components, channels and tables, so the lock file leaves those packages out and `slim_rasa`
puts empty modules in their place before Rasa is first imported.

The stand-ins are honest. A name taken from one can be inherited from or used in an annotation,
which is all that Rasa's own imports do; calling it raises `LeftOut`. `needs_left_out` tells of a
Rasa component, before any training, whether it would have done so.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

LEFT_OUT = frozenset(
    {
        "boto3",
        "keras",
        "matplotlib",
        "pymongo",
        "sanic",
        "sklearn_crfsuite",
        "tensorflow",
        "tensorflow_addons",
    }
)
"""Packages that are not installed: imported by Rasa at load time, never used by Signpost."""

NEURAL = frozenset(
    f"rasa.utils.tensorflow.{name}"
    for name in ("callback", "data_generator", "model_data", "model_data_utils")
)
"""Rasa's own modules that only its TensorFlow components call; they'd import scikit-learn (2 s)."""

CHANNELS = "rasa.core.channels"


class LeftOut(ImportError):  # noqa: N818  # reads as what it says
    """Something tried to use a package that Signpost runs without."""


class _Hollow(type):
    """The class of every name found in a stand-in: it has any attribute, and can't be called."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _hollow(f"{cls.__module__}.{cls.__name__}", name)

    def __call__(cls, *args: object, **kwargs: object) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]  # a bare decorator, met while Rasa's modules are being imported
        raise LeftOut(f"{cls.__module__}.{cls.__name__} is not installed with Signpost.")


def _hollow(module: str, name: str) -> _Hollow:
    return _Hollow(name, (), {"__module__": module})


class _StandIn(ModuleType):
    """An empty module that answers any name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _hollow(self.__name__, name)


class _ChannelsPackage(ModuleType):
    """Rasa's channel package without its platforms; only the message classes can be reached."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(f"{CHANNELS}.channel"), name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in LEFT_OUT or fullname in NEURAL or fullname == CHANNELS:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.name != CHANNELS:
            return _StandIn(spec.name)
        rasa = importlib.util.find_spec("rasa")
        if rasa is None or rasa.origin is None:
            raise ImportError("Rasa is not installed")
        spec.submodule_search_locations = [str(Path(rasa.origin).parent / "core" / "channels")]
        return _ChannelsPackage(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def slim_rasa() -> None:
    """Put the stand-ins in place; must come before the first import of Rasa."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())


def needs_left_out(component: type) -> bool:
    """Say whether a Rasa component is built on something that is left out."""
    modules = [sys.modules[cls.__module__] for cls in component.__mro__]
    return any(
        isinstance(value, (_Hollow, _StandIn))
        for module in modules
        for value in vars(module).values()
    )
