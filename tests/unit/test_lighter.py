"""What is left out of Rasa's work changes nothing that it predicts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from bot.dialogue import lighter, states
from bot.dialogue.agent import _load
from bot.dialogue.inprocess import InProcessActions
from bot.dialogue.memory import TurnMemory
from bot.dialogue.training import model_path
from bot.language.lean import slim_rasa
from bot.settings import Settings

slim_rasa()  # this module may be the first to import Rasa

from rasa.core.policies.rule_policy import RULES, RulePolicy  # noqa: E402 - after slim_rasa
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

CORE = "select_prediction"


@pytest.fixture
def processor(settings: Settings) -> Any:
    return _load(model_path(settings.model_dir), TurnMemory(), InProcessActions())


@pytest.fixture
def policy(processor: Any) -> RulePolicy:
    nodes = processor.graph_runner._nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, RulePolicy))


def last_states(policy: RulePolicy) -> Iterator[list[dict[str, Any]]]:
    """Every rule's last state, and every mixture of one's action with another's message."""
    last = [policy._rule_key_to_state(key)[-1] for key in policy.lookup[RULES]]
    for one, other in product(last, last):
        mixed = {name: one[name] for name in one if name != "user"}
        yield [{**mixed, **({"user": other["user"]} if "user" in other else {})}]
    yield [{}]
    yield []


def test_the_same_rules_are_found(policy: RulePolicy) -> None:
    found = 0
    for conversation in last_states(policy):
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


def talk(domain: Domain) -> list[Event]:
    """Questions, a form that is begun, interrupted, gone on with and ended, and what is undone."""
    form = sorted(domain.form_names)[0]
    asked = UserUttered("may I?", {"name": "ask", "confidence": 1.0}, parse_data={"text": "may I?"})
    listens, answers = ActionExecuted("action_listen"), ActionExecuted("action_answer")
    return [
        *(ActionExecuted("action_session_start"), SessionStarted(), listens),
        *(asked, answers, BotUttered("No."), listens),
        *(asked, ActionExecuted("action_begin"), FollowupAction(form)),
        *(ActionExecuted(form), ActiveLoop(form), SlotSet("requested_slot", "when"), listens),
        *(asked, ActionExecuted(form), SlotSet("requested_slot", "where"), listens),
        *(asked, answers, LoopInterrupted(True), ActionExecuted(form), listens),
        *(asked, UserUtteranceReverted(), asked, answers, ActionReverted()),
        *(ActionExecuted(form), ActiveLoop(None), SlotSet("requested_slot", None), listens),
        *(asked, answers, listens, SessionStarted(), listens, asked),
    ]


def test_states_are_those_of_the_whole_conversation(processor: Any) -> None:
    domain: Domain = processor.domain
    tracker = DialogueStateTracker.from_events("ann", [], domain.slots)
    for event in talk(domain):
        tracker.update(event)
        for _ in range(2):  # as they are asked for the second time, nothing is new
            found = domain.states_for_tracker_history(tracker)
            assert found == states._all_states(domain, tracker)
            for state in found:  # and whoever asked may change them
                state.get("user", {}).clear()
        assert tracker.applied_events() == states._all_applied(tracker)


def standing(tracker: DialogueStateTracker) -> dict[str, Any]:
    return {**vars(tracker), "slots": {name: vars(one) for name, one in tracker.slots.items()}}


@pytest.mark.parametrize("asked_next", [True, False])
def test_a_copy_stands_where_the_conversation_does(processor: Any, asked_next: bool) -> None:
    domain: Domain = processor.domain
    tracker = DialogueStateTracker.from_events("ann", [ActionExecuted("a")], domain.slots)
    for event in talk(domain):
        if asked_next or not isinstance(event, FollowupAction):
            tracker.update(event)
            domain.states_for_tracker_history(tracker)
            assert standing(tracker.copy()) == standing(states._played_again(tracker))

    copied = tracker.copy()
    copied.update(SlotSet("requested_slot", "who"))
    copied.update(ActiveLoop(sorted(domain.form_names)[0]))

    assert tracker.get_slot("requested_slot") is None
    assert tracker.active_loop is None
    assert len(copied.events) == len(tracker.events) + 2


def test_a_form_of_a_copy_is_its_own(processor: Any) -> None:
    form = sorted(processor.domain.form_names)[0]
    events = [ActionExecuted(form), ActiveLoop(form)]
    tracker = DialogueStateTracker.from_events("ann", events, processor.domain.slots)

    tracker.copy().interrupt_loop(True)

    assert not tracker.is_active_loop_rejected and not tracker.is_active_loop_interrupted


async def test_no_slot_is_filled_but_by_our_actions(processor: Any) -> None:
    domain: Domain = processor.domain
    tracker = DialogueStateTracker.from_events("ann", talk(domain), domain.slots)
    action = processor._get_action("action_extract_slots")
    asked = (action, None, processor.nlg, tracker, domain)

    assert states._filled_by_actions(domain)
    assert await states._searched(*asked) == await action.run(*asked[1:]) == []


@pytest.mark.filterwarnings("ignore:Slot auto-fill")  # said of every domain that has slots
def test_slots_that_rasa_fills_are_looked_for(processor: Any) -> None:
    filled = {"name": {"type": "text", "mappings": [{"type": "from_text"}]}}

    assert not states._filled_by_actions(Domain.from_dict({"slots": filled}))
    assert Domain.empty().is_empty() and not processor.domain.is_empty()
