"""What is left out of Rasa's work changes nothing that it predicts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue import lighter
from bot.dialogue.agent import _load
from bot.dialogue.inprocess import InProcessActions
from bot.dialogue.memory import TurnMemory
from bot.dialogue.training import model_path
from bot.settings import Settings

CORE = "select_prediction"


@pytest.fixture
def processor(settings: Settings) -> Any:
    return _load(model_path(settings.model_dir), TurnMemory(), InProcessActions())


@pytest.fixture
def policy(processor: Any) -> RulePolicy:
    nodes = processor.graph_runner._nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, RulePolicy))


def states(policy: RulePolicy) -> Iterator[list[dict[str, Any]]]:
    """Every rule's last state, and every mixture of one's action with another's message."""
    last = [policy._rule_key_to_state(key)[-1] for key in policy.lookup[RULES]]
    for one, other in product(last, last):
        mixed = {name: one[name] for name in one if name != "user"}
        yield [{**mixed, **({"user": other["user"]} if "user" in other else {})}]
    yield [{}]
    yield []


def test_the_same_rules_are_found(policy: RulePolicy) -> None:
    found = 0
    for conversation in states(policy):
        possible = policy._get_possible_keys(policy.lookup[RULES], conversation)
        assert possible == lighter._possible_keys(policy, policy.lookup[RULES], conversation)
        found += len(possible)
    assert found > len(policy.lookup[RULES])


def test_the_graph_gives_what_dask_gives(processor: Any) -> None:
    straight = processor.graph_runner
    dask = object.__new__(DaskGraphRunner)
    dask._graph_schema, dask._instantiated_nodes = straight._schema, dict(straight._nodes)
    dask._execution_context = None
    tracker = DialogueStateTracker.from_events("ann", [], processor.domain.slots)
    inputs = {"__tracker__": tracker}
    target = processor.model_metadata.core_target
    ours, theirs = straight.run(inputs, [target]), dask.run(inputs, [target])

    assert ours.keys() == theirs.keys() == {target}
    assert ours[target].probabilities == theirs[target].probabilities


def test_a_copied_slot_is_another_with_the_same_in_it(processor: Any) -> None:
    domain: Domain = processor.domain
    for slot in domain.slots:
        again: Slot = copy.copy(slot)
        assert type(again) is type(slot) and vars(again) == vars(slot)
        again.value = "changed"
        assert slot.value != "changed"


def test_slots_without_influence_are_no_feature(processor: Any) -> None:
    domain: Domain = processor.domain
    tracker = DialogueStateTracker.from_events("ann", [], domain.slots)
    for slot in tracker.slots.values():
        slot.value = True

    features = domain._get_slots_sub_state(tracker)

    assert features == lighter._slots_sub_state(tracker)
    assert len(features) < len(tracker.slots)
