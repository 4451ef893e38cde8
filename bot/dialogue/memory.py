"""What the bot remembers of a conversation between two messages.

Rasa replays all events of a conversation at each turn, so a long conversation would get slower and
slower. Here each turn ends with a short memory: where the conversation stands (slots and the active
form, as events that rebuild it) and the last few exchanges. The thousandth turn costs what the
tenth did.

The memory travels as bytes inside the turn's transaction; the store encrypts it. Rasa asks for it
through the tracker-store interface, which here is only a table of the turns now under way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    REQUESTED_SLOT,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.messages import Button

EXCHANGES_KEPT = 2
"""How many of the last messages stay as they were; rules that look back need no more."""


class UnreadableMemory(Exception):  # noqa: N818  # reads as what it says
    """What was kept of a conversation is not what this version writes."""


class TurnMemory(TrackerStore):  # type: ignore[misc]  # Rasa is untyped to mypy
    """Hands Rasa the trackers of the turns that are under way, and takes them back."""

    def __init__(self) -> None:
        super().__init__(Domain.empty())
        self._open: dict[str, DialogueStateTracker] = {}

    def begin(self, conversation: str, tracker: DialogueStateTracker) -> None:
        self._open[conversation] = tracker

    def end(self, conversation: str) -> DialogueStateTracker | None:
        return self._open.pop(conversation, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self._open[sender_id]

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._open[tracker.sender_id] = tracker


def unpack(
    memory: bytes | None, conversation: str, domain: Domain
) -> tuple[DialogueStateTracker, tuple[Button, ...]]:
    """Rebuild a conversation, and the buttons that its last reply offered."""
    try:
        kept = json.loads(memory) if memory else {"events": [], "buttons": []}
        events = deserialise_events(kept["events"])
        tracker = DialogueStateTracker.from_events(conversation, events, domain.slots)
        return tracker, tuple(Button(title, payload) for title, payload in kept["buttons"])
    except (ValueError, KeyError, TypeError, RasaException) as error:
        raise UnreadableMemory from error


def pack(
    tracker: DialogueStateTracker,
    buttons: Iterable[Button],
    domain: Domain,
    exchanges: int = EXCHANGES_KEPT,
) -> bytes:
    """Shorten a conversation to what its next turn needs.

    After a form was handed over or stopped, no exchange is kept: its answers stand in them.
    """
    events = [event for event in tracker.events if not isinstance(event, BotUttered)]
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) > exchanges:
        cut = turns[-exchanges] if exchanges else len(events)
        events = [*_summary(events[:cut], tracker.sender_id, domain), *events[cut:]]
    kept = {
        "events": [event.as_dict() for event in events],
        "buttons": [(button.title, button.payload) for button in buttons],
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _summary(events: list[Event], conversation: str, domain: Domain) -> list[Event]:
    """The fewest events that leave a new conversation where these ones leave it."""
    past = DialogueStateTracker.from_events(conversation, events, domain.slots)
    fresh = {slot.name: slot.initial_value for slot in domain.slots}
    summary: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    if past.active_loop_name:
        summary.append(ActiveLoop(past.active_loop_name))
    for name, slot in past.slots.items():
        unset = name == REQUESTED_SLOT and slot.value is None
        if slot.value != fresh.get(name) and not unset and name != SESSION_START_METADATA_SLOT:
            summary.append(SlotSet(name, slot.value))
    summary.append(ActionExecuted(ACTION_LISTEN_NAME))
    return summary
