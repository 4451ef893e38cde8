"""Ways out of a form and back into it: stop, save for later, take it up again."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import carry_on, forget
from bot.dialogue.controls import stops
from bot.dialogue.sheet import DRAFT, Events

STOPPED = "I've stopped. Your answers to those questions are gone, and nothing was sent."
STILL_HERE = (
    "Your answers are still here, and nothing was sent. Write “carry on” to go on with them, or "
    "“cancel” to wipe them."
)
NOTHING_TO_STOP = (
    "Nothing is open just now, so there's nothing to stop or send. Ask me anything, or write "
    "“report” to begin."
)
SAVED = (
    "I've kept your answers as they are. Nothing has been sent. Write “carry on” when you're "
    "ready. If I don't hear from you for {hours} hours, I wipe them, after one reminder."
)
NOTHING_SAVED = "There's nothing saved to carry on with. Ask me anything, or begin a report."


class Cancel(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Stops the form that is open, or wipes the one that was saved, and says what became of it."""

    def name(self) -> str:
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = (tracker.active_loop or {}).get("name")
        if not form and not tracker.get_slot(DRAFT):
            dispatcher.utter_message(text=NOTHING_TO_STOP)
            return []
        text = str(tracker.latest_message["text"] or "")
        if not (text.startswith("/") or stops(text)):
            dispatcher.utter_message(text=STILL_HERE)
            return carry_on(tracker)
        dispatcher.utter_message(text=STOPPED, json_message={"wiped": True})
        return [ActiveLoop(None), *forget(tracker), SlotSet("requested_slot")]


class Save(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    def __init__(self, draft_hours: int) -> None:
        self._hours = draft_hours

    def name(self) -> str:
        return "action_save"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = (tracker.active_loop or {}).get("name")
        if not form:
            dispatcher.utter_message(text=NOTHING_TO_STOP)
            return []
        dispatcher.utter_message(
            text=SAVED.format(hours=self._hours),
            json_message={"outcome": "flow", "flow": form, "saved": True},
        )
        draft = {**(tracker.get_slot(DRAFT) or {}), "saved": form}
        return [ActiveLoop(None), SlotSet(DRAFT, draft), SlotSet("requested_slot", None)]


class TakeUp(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    def name(self) -> str:
        return "action_take_up"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        if open_form := (tracker.active_loop or {}).get("name"):
            return [FollowupAction(open_form)]
        draft = dict(tracker.get_slot(DRAFT) or {})
        form = draft.pop("saved", None)
        if not form:
            dispatcher.utter_message(text=NOTHING_SAVED)
            return []
        return [SlotSet(DRAFT, draft), FollowupAction(form)]
