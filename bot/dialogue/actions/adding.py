"""After a report: how it stands, and what its reporter has to add.

The conversation is the only proof of whose a report is. So a number that isn't one of this chat's
gets the same reply whether there is such a report or not. Adding is a form with one question: it
can be stopped, saved and interrupted like any other, and nothing is added before "That's all".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.cases.entries import ReportState
from bot.cases.proof import in_writing
from bot.cases.standing import in_words, on
from bot.dialogue.actions.asking import carry_on, forget
from bot.dialogue.actions.reporting import Begin, Finish, Reporting
from bot.dialogue.actions.speaker import update
from bot.dialogue.flows import ADDITION, TITLES
from bot.dialogue.questions import CONFIRM
from bot.dialogue.sheet import DRAFT, Events, Sheet
from bot.errors import NotYours
from bot.policy.library import Library
from bot.policy.wording import FLOW_TITLES

REPORT = "report"
"""In the draft: the number of the report that is added to."""

NO_REPORTS = (
    "No report has been handed over in this chat, so I can't tell you how one stands. If you "
    "reported somewhere else, ask whoever you told, and give them the number if you have one."
)
NOT_HERE = (
    "I can't find {report} among the reports from this chat. Please check the number. Only the "
    "chat that a report came from can add to it; otherwise speak to the school and give the number."
)
WHICH = "Which report do you want to add to?"
BEGINS = "This goes to {report}, sealed like the report itself. It's only added when you say so."
ADDED = (
    "Thank you. I've added that to {report}. Those who hold the report can see that there is more. "
    "Write “my reports” at any time to see how it stands."
)
SHOWN = 5
"""Reports that are told of at once; somebody with more is asked for a number."""
OLDER = "And {count} older ones. Give me a number to see one of them."
PROVE = "For a proof of what you sent, ask for one report by its number."


class MyReports(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """How the reports stand that came from this conversation."""

    def __init__(self, library: Callable[[], Library], reporting: Reporting) -> None:
        self._library = library
        self._reporting = reporting

    def name(self) -> str:
        return "action_my_reports"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        mine = await self._reporting.reports_of(tracker.sender_id)
        wanted = _named(tracker)
        shown = [one for one in mine if wanted in (None, one.reference)]
        if not mine or not shown:
            says = NO_REPORTS if not wanted else NOT_HERE.format(report=wanted)
            dispatcher.utter_message(text=says)
            return carry_on(tracker)
        lines = [in_words(one) for one in shown[:SHOWN]]
        if len(shown) > SHOWN:
            lines.append(OLDER.format(count=len(shown) - SHOWN))
        if len(shown) == 1:
            lines.append(in_writing(shown[0], self._school(shown[0])))
        else:
            lines.append(PROVE)
        in_form = tracker.active_loop
        dispatcher.utter_message(
            text="\n\n".join(filter(None, lines)),
            buttons=[] if in_form else [{"title": TITLES[ADDITION], "payload": _begin(wanted)}],
        )
        return carry_on(tracker)

    def _school(self, report: ReportState) -> str:
        """Its full name; a school that has left has no pack any more."""
        library = self._library()
        known = report.school in library.schools()
        return library.school_name(report.school) if known else report.school


class BeginAddition(Begin):
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        mine = await self._reporting.reports_of(tracker.sender_id)
        wanted, said = _named(tracker), next(tracker.get_latest_entity_values("said"), "")
        notes = {"outcome": "flow", "flow": self._flow}
        if wanted is None and len(mine) == 1:
            wanted = mine[0].reference
        if not mine or (wanted and wanted not in {one.reference for one in mine}):
            says = NOT_HERE.format(report=wanted) if wanted else NO_REPORTS
            dispatcher.utter_message(text=says, json_message=notes)
            return carry_on(tracker)
        if self._saved_first(dispatcher, tracker, report=wanted or "", said=said):
            return []
        if wanted is None:
            buttons = [
                {"title": _title(one), "payload": _begin(one.reference, said)}
                for one in mine[:SHOWN]
            ]
            dispatcher.utter_message(text=WHICH, buttons=buttons, json_message=notes)
            return []
        dispatcher.utter_message(text=BEGINS.format(report=wanted), json_message=notes)
        draft = {REPORT: wanted, "story": [said] if said else []}
        return [
            *forget(tracker),
            # There is no summary: the one answer has just been written, and "That's all" sends it.
            SlotSet(CONFIRM, "send"),
            SlotSet(DRAFT, draft),
            SlotSet("requested_slot", None),
            FollowupAction(self._flow),
        ]


class FinishAddition(Finish):
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet = Sheet(self._form, tracker.slots)
        report, text = sheet.draft.get(REPORT, ""), sheet.answers.get("what")
        if not text:
            return []
        notes = {"outcome": "flow", "flow": self._flow, "wiped": True}
        try:
            # Kept at once, and only once, even if this turn has to be taken again.
            await self._reporting.add(report, tracker.sender_id, text, update(tracker))
        except NotYours:
            dispatcher.utter_message(text=NOT_HERE.format(report=report), json_message=notes)
            return forget(tracker)
        dispatcher.utter_message(text=ADDED.format(report=report), json_message=notes)
        return forget(tracker)


def _named(tracker: Tracker) -> str | None:
    return next(tracker.get_latest_entity_values(REPORT), None) or None


def _title(one: ReportState) -> str:
    kind = FLOW_TITLES.get(one.kind, "Urgent")  # type: ignore[call-overload]
    return f"{one.reference}: {kind}, {on(one.opened_at).split(' at ')[0]}"


def _begin(report: str | None, said: str = "") -> str:
    more = {name: value for name, value in ((REPORT, report), ("said", said)) if value}
    return f"/{ADDITION}{json.dumps(more)}" if more else f"/{ADDITION}"
