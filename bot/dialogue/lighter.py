"""The same answers from Rasa for a third of the work.

Rasa plans its graph anew each time it predicts, copies every slot by way of pickling, and holds
every rule against every message. None of that changes what is predicted, so it is left out here.
Each replacement says why it comes to the same; a test holds them against Rasa's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.dialogue.states import remember_states

ANY = None
"""Stands for a rule that doesn't say which action, or which intent."""

Asked = tuple[str | None, str | None]


def lighten(processor: MessageProcessor) -> None:
    """Put the quicker ways in place, for this processor and all of Rasa in this process."""
    processor.graph_runner = StraightRunner(processor.graph_runner)
    Slot.__copy__ = _copied
    Event.resolve_by_type = staticmethod(_event_class)
    Domain._get_slots_sub_state = staticmethod(_featured)
    RulePolicy._get_possible_keys = _possible
    remember_states()


class StraightRunner:
    """Calls a graph's nodes one after the other, in an order that is settled once per target.

    Each node is called as Dask would call it, with the names and outputs of those that it needs.
    """

    def __init__(self, runner: DaskGraphRunner) -> None:
        self._schema = runner._graph_schema
        self._nodes: Mapping[str, GraphNode] = runner._instantiated_nodes
        self._orders: dict[str, list[tuple[str, tuple[str, ...]]]] = {}

    def run(self, inputs: Mapping[str, Any], targets: Sequence[str]) -> dict[str, Any]:
        made = {name: (name, value) for name, value in inputs.items()}
        for target in targets:
            for name, needs in self._order(target):
                if name not in made:
                    # A node takes a bare name to mean that there is nothing of it.
                    made[name] = self._nodes[name](*(made.get(need, need) for need in needs))
        return {target: made[target][1] for target in targets}

    def _order(self, target: str) -> list[tuple[str, tuple[str, ...]]]:
        if target not in self._orders:
            nodes = self._schema.minimal_graph_schema([target]).nodes
            order: dict[str, tuple[str, ...]] = {}

            def place(name: str) -> None:
                if name in nodes and name not in order:
                    needs = tuple(nodes[name].needs.values())
                    for need in needs:
                        place(need)
                    order[name] = needs

            place(target)
            self._orders[target] = list(order.items())
        return self._orders[target]


def _copied(slot: Slot) -> Slot:
    """What `copy.copy` makes of an object with nothing but attributes."""
    fresh = object.__new__(type(slot))
    fresh.__dict__.update(slot.__dict__)
    return fresh


# The kinds of events don't change while the bot runs; Rasa looks through all of them each time.
_event_class = cache(Event.resolve_by_type)

_slots_sub_state = Domain._get_slots_sub_state


def _featured(tracker: Any, omit_unset_slots: bool = False) -> Any:
    """Rasa's own, without the slots that can't influence a rule: those have no feature."""
    slots = {
        name: slot for name, slot in tracker.slots.items() if slot and slot.influence_conversation
    }
    return _slots_sub_state(SimpleNamespace(slots=slots), omit_unset_slots)


_possible_keys = RulePolicy._get_possible_keys


def _possible(self: RulePolicy, lookup: dict[str, str], states: list[Any]) -> Any:
    """Rasa's own, given only the rules whose last state can fit the conversation's.

    A rule that names an action or an intent fits no other. Its last state is held against the
    conversation's first of all, so the others would have been the first to go.
    """
    if not states:
        return _possible_keys(self, lookup, states)
    by_asked = _by_asked(self, lookup)
    action = states[-1].get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    intent = states[-1].get(USER, {}).get(INTENT)
    asked = dict.fromkeys([(ANY, ANY), (action, ANY), (ANY, intent), (action, intent)])
    some = {key: lookup[key] for one in asked for key in by_asked.get(one, ())}
    return _possible_keys(self, some, states)


def _by_asked(policy: RulePolicy, lookup: dict[str, str]) -> Mapping[Asked, list[str]]:
    """The rules by what their last states ask for; sorted out once for each table of a policy."""
    kept: dict[int, Mapping[Asked, list[str]]] = policy.__dict__.setdefault("_by_asked", {})
    if id(lookup) not in kept:
        sorted_out: dict[Asked, list[str]] = defaultdict(list)
        for key in lookup:
            sorted_out[_asked(policy._rule_key_to_state(key)[-1])].append(key)
        kept[id(lookup)] = sorted_out
    return kept[id(lookup)]


def _asked(last: Mapping[str, Any]) -> Asked:
    if not last.get(PREVIOUS_ACTION):
        return ANY, ANY  # at the very beginning, where Rasa looks at nothing else
    named = last[PREVIOUS_ACTION].get(ACTION_NAME), last.get(USER, {}).get(INTENT)
    action, intent = (ANY if name in ("", SHOULD_NOT_BE_SET) else name for name in named)
    return action, intent
