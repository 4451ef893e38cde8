"""The contact report: somebody from a pupil's family, or a pupil, wrote to a member of staff.

It asks who it was and whether they were answered, and then says what the school's policy wants
done, and by whom it must be told. It keeps nothing yet and says so: there is nobody behind it who
would read a record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import Events, forget
from bot.dialogue.actions.speaker import speaker
from bot.policy.library import Library
from bot.policy.schema import Flow, Subject

FLOW: Flow = "contact-report"

FOR_STAFF = (
    "That report is for staff who were contacted on an account of their own. "
    "If you're worried about what somebody did online, please tell {teller} at the school."
)
NEXT = (
    "Please tell {teller} yourself, today if you can. I haven't sent or kept anything: "
    "this chat can't pass a report on."
)
KEEP = "Keep the message: take a screenshot that shows the date and time."
ANSWERED = {
    "yes": "Don't write any more for now, and say when you tell them that you answered.",
    "no": "Don't answer, and don't accept the request.",
}


class Begin(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def name(self) -> str:
        return f"action_begin_{FLOW}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person = speaker(tracker)
        if person.role == "staff":
            # From the beginning, also when the form is open already.
            return [*forget(tracker), SlotSet("requested_slot", None), FollowupAction(FLOW)]
        teller = self._library().asked(person.school, person.role)
        dispatcher.utter_message(
            text=FOR_STAFF.format(teller=teller), json_message={"outcome": "flow", "flow": FLOW}
        )
        return []


class Finish(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def name(self) -> str:
        return f"action_finish_{FLOW}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        subject: Subject = tracker.get_slot("contact_from")
        answered: str = tracker.get_slot("contact_answered")
        teller = self._library().told(speaker(tracker).school, FLOW, subject)
        dispatcher.utter_message(
            text="\n".join([NEXT.format(teller=teller), KEEP, ANSWERED[answered]]),
            json_message={"outcome": "flow", "flow": FLOW},
        )
        return forget(tracker)
