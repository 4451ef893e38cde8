"""A conversation's states and copies, without playing all of its events again each time.

Rasa plays a conversation's events from the first to the last for every prediction, two or three
times a turn, and for every action. Most of that work was done a moment ago: a conversation only
grows. Each replacement says why it comes to the same; a test holds them against Rasa's own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from operator import is_
from typing import Any

from rasa.core.actions.action import ActionExtractSlots
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slot_mappings import SlotMappingType
from rasa.shared.core.trackers import DialogueStateTracker

PLAIN = frozenset(
    (
        *(ActionExecuted, ActionExecutionRejected, BotUttered, FollowupAction, LoopInterrupted),
        *(SlotSet, UserUttered),
    )
)
"""Kinds of events that take none of those before them back."""
BEGINNINGS = frozenset((Restarted, SessionStarted))

State = dict[str, dict[str, Any]]


def remember_states() -> None:
    """Put the quicker ways in place, for all of Rasa in this process."""
    DialogueStateTracker.copy = _copied
    DialogueStateTracker.applied_events = _applied
    Domain.states_for_tracker_history = _states
    Domain.is_empty = _is_empty
    ActionExtractSlots.run = _extracted


class Told:
    """A conversation as far as it was played: where it stood before each action."""

    def __init__(self, tracker: DialogueStateTracker, domain: Domain) -> None:
        self.domain = domain
        self._tracker = tracker.init_copy()
        self._events: list[Event] = []
        self._states: list[State] = []

    def begins(self, events: Sequence[Event]) -> bool:
        return len(self._events) <= len(events) and all(map(is_, self._events, events))

    def go_on(self, events: Sequence[Event]) -> list[State]:
        """Play what is new, and give every state as one that may be changed."""
        for event in events[len(self._events) :]:
            if isinstance(event, ActionExecuted):
                self._states.append(self._now())
            self._tracker.update(event)
            self._events.append(event)
        kept = [{name: dict(part) for name, part in state.items()} for state in self._states]
        return [*kept, self._now()]

    def _now(self) -> State:
        state: State = self.domain.get_active_state(self._tracker)
        return state


_all_states = Domain.states_for_tracker_history


def _states(
    self: Domain,
    tracker: DialogueStateTracker,
    omit_unset_slots: bool = False,
    ignore_rule_only_turns: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """Rasa's own, going on from where the last prediction left the conversation."""
    if omit_unset_slots or ignore_rule_only_turns:
        found: list[State] = _all_states(
            self, tracker, omit_unset_slots, ignore_rule_only_turns, rule_only_data
        )
        return found
    events = tracker.applied_events()
    told: Told | None = tracker.__dict__.get("_told")
    # Events that are taken back, as those of a form are, make it another conversation.
    if told is None or told.domain is not self or not told.begins(events):
        told = tracker.__dict__["_told"] = Told(tracker, self)
    return told.go_on(events)


_all_applied = DialogueStateTracker.applied_events


def _applied(self: DialogueStateTracker) -> list[Event]:
    """Rasa's own, which looks at each event in five ways, only where that can matter."""
    events = list(self.events)
    if not {type(event) for event in events} <= PLAIN | BEGINNINGS:
        found: list[Event] = _all_applied(self)
        return found
    begun = [place for place, event in enumerate(events) if type(event) in BEGINNINGS]
    return events[begun[-1] + 1 :] if begun else events


_played_again = DialogueStateTracker.copy


def _copied(self: DialogueStateTracker) -> DialogueStateTracker:
    """What playing the events again leads to, which is where this conversation stands.

    Only what Rasa asked to be done next is forgotten on the way, and no event tells so.
    """
    if any(type(event) is FollowupAction for event in self.events):
        return _played_again(self)
    fresh = object.__new__(type(self))
    fresh.__dict__.update(self.__dict__)
    fresh.__dict__.pop("_told", None)
    fresh.events = deque(self.events, self._max_event_history)
    fresh.slots = {name: slot.__copy__() for name, slot in self.slots.items()}
    fresh.active_loop = self.active_loop and replace(self.active_loop)
    fresh.sender_source = fresh.model_id = fresh.assistant_id = None
    return fresh


_nothing = Domain.empty().as_dict()


def _is_empty(self: Domain) -> bool:
    """Rasa's own, without building an empty domain for each message."""
    return bool(self.as_dict() == _nothing)


_searched = ActionExtractSlots.run


async def _extracted(
    self: ActionExtractSlots,
    output_channel: Any,
    nlg: Any,
    tracker: DialogueStateTracker,
    domain: Domain,
) -> list[Event]:
    """Rasa's own, unless our actions fill every slot: then no mapping of any can yield a thing."""
    if "_by_actions" not in domain.__dict__:
        domain.__dict__["_by_actions"] = _filled_by_actions(domain)
    if domain.__dict__["_by_actions"]:
        return []
    found: list[Event] = await _searched(self, output_channel, nlg, tracker, domain)
    return found


def _filled_by_actions(domain: Domain) -> bool:
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    alone = all(
        mapping["type"] == str(SlotMappingType.CUSTOM) and not mapping.get("action")
        for mapping in mappings
    )
    return alone and ACTION_VALIDATE_SLOT_MAPPINGS not in domain.user_actions
