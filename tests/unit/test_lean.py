"""Rasa runs without the packages that are left out, and nobody is deceived about it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from bot.language.lean import LEFT_OUT, LeftOut, needs_left_out, slim_rasa

slim_rasa()

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("package", sorted(LEFT_OUT))
def test_what_a_stand_in_gives_cannot_be_called(package: str) -> None:
    module = importlib.import_module(package)
    with pytest.raises(LeftOut, match=rf"{package}\.Session is not installed with Signpost"):
        module.Session()
    with pytest.raises(LeftOut, match=package):
        module.Session("somewhere", retries=3)
    with pytest.raises(LeftOut):
        module.models.Session.open(timeout=1)


def test_a_stand_in_can_be_inherited_from_but_not_used() -> None:
    tensorflow = importlib.import_module("tensorflow")

    class Layer(tensorflow.keras.layers.Layer):  # type: ignore[misc,name-defined]
        pass

    with pytest.raises(LeftOut):
        Layer()


def test_a_stand_in_has_no_private_names() -> None:
    """Or `hasattr(module, "__version__")` would take it for the real package."""
    tensorflow = importlib.import_module("tensorflow")
    assert not hasattr(tensorflow, "__version__")
    assert not hasattr(tensorflow.anything, "__path__")


def test_the_stand_ins_are_put_in_place_once() -> None:
    before = list(sys.meta_path)
    slim_rasa()
    assert sys.meta_path == before


@pytest.mark.parametrize(
    "component, expected",
    [
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", True),
        ("rasa.core.policies.ted_policy.TEDPolicy", True),
        ("rasa.core.policies.unexpected_intent_policy.UnexpecTEDIntentPolicy", True),
        ("rasa.nlu.selectors.response_selector.ResponseSelector", True),
        ("rasa.core.policies.rule_policy.RulePolicy", False),
        ("rasa.core.policies.memoization.MemoizationPolicy", False),
        ("bot.language.encoder.SentenceEncoder", False),
        ("bot.language.classifier.TopicClassifier", False),
    ],
)
def test_a_component_tells_whether_it_needs_what_is_left_out(
    component: str, expected: bool
) -> None:
    module, _, name = component.rpartition(".")
    assert needs_left_out(getattr(importlib.import_module(module), name)) is expected


IMPORT = """
import sys
{first}
roots = {{name.partition(".")[0] for name, module in sys.modules.items()
         if getattr(module, "__file__", None)}}
print(sorted(roots & {{{names}}}))
"""


@pytest.mark.parametrize(
    "first",
    [
        "from bot.language.lean import slim_rasa; slim_rasa(); import rasa.core.agent",
        "import bot.language.encoder, rasa.core.agent",
        "import bot.language.classifier, rasa.core.agent",
    ],
)
def test_rasa_is_imported_without_the_heavy_packages(first: str) -> None:
    """Judged by the modules that come from a file: a stand-in has none."""
    names = ", ".join(map(repr, [*sorted(LEFT_OUT), "sklearn", "torch"]))
    done = subprocess.run(
        [sys.executable, "-c", IMPORT.format(first=first, names=names)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.stderr, done.stdout) == ("", "[]\n")
