"""What every form shares: reading the answer to its current question, and stepping aside.

A typed answer is matched with the question's own words first. Only when it names no choice may it
be something else, such as a question about the policy: then the form steps back, the question is
answered, and the form asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.questions import Question

Events = list[dict[str, Any]]

ASIDES = {"ask", "pupil", "help", "thanks", "greet", "are-you-a-bot", "cancel", "not-what-i-asked"}
"""Intents that a form makes way for. What is only half understood is taken as an attempt at an
answer, since that's what was asked for."""

LASTING = {
    "requested_slot",
    "session_started_metadata",
    "warned_of_edition",
    "last",
    "asked",
    "choices",
}
"""Slots that belong to the conversation and not to a form."""


class ReadAnswer(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Rasa's validation step of one form."""

    def __init__(self, flow: str, questions: Mapping[str, Question]) -> None:
        self._flow = flow
        self._questions = questions

    def name(self) -> str:
        return f"validate_{self._flow}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        slot = tracker.get_slot("requested_slot")
        if slot is None:
            return []
        value = _chosen(tracker) or self._questions[slot].read(tracker.latest_message["text"])
        if value in self._questions[slot].words:
            return [SlotSet(slot, value)]
        if tracker.latest_message["intent"]["name"] in ASIDES:
            return []
        dispatcher.utter_message(
            text="I couldn't match that to one of the choices. "
            "Please press one of them, or write “cancel” to stop."
        )
        return [SlotSet(slot, None)]


def _chosen(tracker: Tracker) -> str | None:
    return next(tracker.get_latest_entity_values("choice"), None)


def carry_on(tracker: Tracker) -> Events:
    """Let the form that is open ask its question again."""
    form = (tracker.active_loop or {}).get("name")
    return [FollowupAction(form)] if form else []


class CarryOn(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Follows small talk, which may have come in the middle of a form."""

    def name(self) -> str:
        return "action_carry_on"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return carry_on(tracker)


class Cancel(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Stops the form that is open, and says what became of it."""

    def name(self) -> str:
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = (tracker.active_loop or {}).get("name")
        if not form:
            dispatcher.utter_message(text="There's nothing to stop. Ask me anything else you like.")
            return []
        dispatcher.utter_message(
            text="I've stopped. Your answers to those questions are gone, and nothing was sent."
        )
        return [{"event": "active_loop", "name": None}, *forget(tracker), SlotSet("requested_slot")]


def forget(tracker: Tracker) -> Events:
    """Empty every slot that a form has filled."""
    filled = [name for name, value in tracker.slots.items() if value is not None]
    return [SlotSet(name, None) for name in filled if name not in LASTING]
