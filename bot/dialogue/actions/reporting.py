"""The two ends of every form: whether it can begin, and what becomes of it when it is sent.

Before the first question it is known whether anybody would receive the answers. Where nobody would,
nothing is asked, and the person is told whom to go to.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.cases.entries import ReportState
from bot.cases.people import ROLES
from bot.cases.records import NewRecord
from bot.cases.routing import Route
from bot.cases.workflow import NOTED
from bot.dialogue import answering
from bot.dialogue.actions.asking import forget
from bot.dialogue.actions.speaker import Speaker, speaker
from bot.dialogue.actions.steering import SURE, summary
from bot.dialogue.controls import AFRESH, ANYTHING, BUTTONS
from bot.dialogue.filed import filed
from bot.dialogue.flows import FLOWS, TITLES
from bot.dialogue.form import Form
from bot.dialogue.questions import CONFIRM
from bot.dialogue.sheet import DRAFT, Events, Sheet
from bot.policy.library import Library
from bot.policy.next_steps import next_steps
from bot.policy.schema import ROLE_WORDS, Flow, Subject
from bot.policy.takers import takers
from bot.policy.wording import DANGER, FLOW_TITLES, who

HOW = (
    "You can go back, stop, or save it for later at any time; nothing is sent before you've seen "
    "it all. If I don't hear from you for {hours} hours I wipe your answers, after one reminder."
)
PAPER = "Or write it on paper, with the day and the time, and hand it to them in a sealed envelope."
NOT_HERE = (
    "I can't take that here: the school has nobody set up to receive it from me. I haven't asked "
    "or kept anything. Please go to {taker} yourself, today if you can. " + PAPER
)
UNSENT = (
    "I couldn't pass it on: the school has nobody set up to receive it just now. Nothing was sent. "
    "Your answers are still here. Please tell {taker} yourself, today if you can. " + PAPER
)
SENT = "Thank you. It's stored under {reference}, and {readers} {told} that it's there."
KEPT = (
    "Thank you. It's stored and sealed under {reference}. Nobody who is set up to receive reports "
    "may see this one, so nobody has been told. Please tell {outside} yourself."
)
BY_WHEN = "The policy says: {within}."
NO_WHEN = "The policy gives no time for a reply. If you hear nothing, ask and give that number."
MORE = (
    "To add something later, write “add to {reference}” here, and what it is. To see how it "
    "stands, or for a proof of what you sent, write “my reports”. If you speak to "
    "somebody instead, give them that number."
)
OTHER: tuple[Subject, ...] = ("other",)
WHOEVER = "whoever the school's policy names"
SAVED_ONE = "You saved “{title}” and haven't sent it. Shall we carry on with it, or start afresh?"


@dataclass(frozen=True)
class Reporting:
    """What the ends of a form need besides the policy."""

    now: Callable[[], datetime]
    routed: Callable[[NewRecord], Awaitable[Route | None]]
    new_reference: Callable[[], str]
    draft_hours: int
    reports_of: Callable[[str], Awaitable[Sequence[ReportState]]]
    """How the reports stand that came from a conversation."""
    add: Callable[[str, str, str, str], Awaitable[int | None]]
    """Adds to a report: its number, the conversation, the words, and what makes them come once."""


class _End(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    STEP = ""

    def __init__(self, form: Form, library: Callable[[], Library], reporting: Reporting) -> None:
        self._form = form
        self._library = library
        self._reporting = reporting
        self._flow: Flow = form.flow  # type: ignore[assignment]

    def name(self) -> str:
        return self.STEP.format(flow=self._form.flow)

    def _taker(self, person: Speaker) -> str:
        """Whom to go to in person, by the policy."""
        pack = self._library().pack(person.school)
        if self._flow == "staff-concern":
            head, chair = who(pack, "head"), who(pack, "chair-of-governors")
            return f"{head}, or to {chair} if it's about the headteacher,"
        known = takers(pack).get(self._flow, {})
        roles = dict.fromkeys(known.values()) or [pack.settings.ask_when_silent.staff]
        return " or ".join(who(pack, role) for role in roles)

    async def _receivers(self, person: Speaker) -> str | None:
        """Who will receive it, whomever it turns out to be about; nothing where nobody would."""
        about = takers(self._library().pack(person.school)).get(self._flow) or OTHER
        found = []
        for one in about:
            probe = NewRecord("", person.school, self._flow, "routine", one)
            route = await self._reporting.routed(probe)
            if route is None:
                return None
            found.append(_posts(route))
        return found[0] if len(set(found)) == 1 and found[0] else WHOEVER


class Begin(_End):
    STEP = "action_begin_{flow}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person, rules = speaker(tracker), FLOWS[self._flow]
        notes = {"outcome": "flow", "flow": self._flow}
        if person.role not in rules.roles:
            says = rules.instead.format(asked=self._library().asked(person.school, person.role))
            offered = [_begin(rules.open_to)] if rules.open_to else []
            dispatcher.utter_message(text=says, buttons=offered, json_message=notes)
            return []
        if self._saved_first(dispatcher, tracker):
            return []
        receivers = await self._receivers(person)
        if receivers is None:
            says = NOT_HERE.format(taker=self._taker(person))
            dispatcher.utter_message(text=f"{says}\n\n{DANGER}", json_message=notes)
            return []
        dispatcher.utter_message(text=self._opening(person, receivers), json_message=notes)
        return [
            *forget(tracker),
            *self._first(tracker, person),
            SlotSet("requested_slot", None),
            FollowupAction(self._flow),
        ]

    def _saved_first(self, dispatcher: CollectingDispatcher, tracker: Tracker, **more: str) -> bool:
        """Ask what is to become of a form that was saved, before another is begun over it."""
        saved = (tracker.get_slot(DRAFT) or {}).get("saved")
        if not saved or next(tracker.get_latest_entity_values("choice"), None) == SURE:
            return False
        carry, sure = BUTTONS["take-up"], {"choice": SURE, **more}
        dispatcher.utter_message(
            text=SAVED_ONE.format(title=TITLES[saved]),
            buttons=[
                {"title": carry.title, "payload": carry.payload},
                {"title": AFRESH, "payload": f"/{self._flow}{json.dumps(sure)}"},
            ],
            json_message={"outcome": "flow", "flow": self._flow},
        )
        return True

    def _opening(self, person: Speaker, receivers: str) -> str:
        pack = self._library().pack(person.school)
        says = FLOWS[self._flow].opening.format(
            taker=receivers,
            staff=who(pack, "head"),
            head=who(pack, "chair-of-governors"),
        )
        return f"{says}\n\n{HOW.format(hours=self._reporting.draft_hours)}"

    def _first(self, tracker: Tracker, person: Speaker) -> Events:
        """What the opening has told already."""
        settings = self._library().pack(person.school).settings
        draft: dict[str, Any] = {"anonymous": settings.anonymous_reports, "names": settings.names}
        opening = answering.opening(
            self._form, first_words(tracker), self._reporting.now(), FLOWS[self._flow]
        )
        draft |= {
            "told": list(opening.answers),
            "story": list(opening.story),
            "notes": list(opening.links),
            "links": list(opening.links),
        }
        return [
            *(SlotSet(slot, value) for slot, value in opening.answers.items()),
            SlotSet(DRAFT, draft),
        ]


class AskConfirm(_End):
    STEP = "action_ask_{flow}_" + CONFIRM

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet = Sheet(self._form, tracker.slots)
        dispatcher.utter_message(text=f"This is what I'd pass on:\n\n{summary(sheet)}")
        return []


class Finish(_End):
    STEP = "action_finish_{flow}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet, person = Sheet(self._form, tracker.slots), speaker(tracker)
        if sheet.answers.get(CONFIRM) != "send":
            return []
        record = self._record(sheet, person, self._reporting.new_reference())
        notes: dict[str, Any] = {"outcome": "flow", "flow": self._flow}
        route = await self._reporting.routed(record)
        if route is None:
            says = UNSENT.format(taker=self._taker(person))
            dispatcher.utter_message(text=f"{says}\n\n{DANGER}", json_message=notes)
            return [
                SlotSet(CONFIRM, None),
                ActiveLoop(self._flow),
                SlotSet("requested_slot", CONFIRM),
                FollowupAction(self._flow),
            ]
        notes |= {"reference": record.reference, "record": asdict(record), "wiped": True}
        says = self._says(person, record, route)
        dispatcher.utter_message(text=says, json_message=notes)
        return forget(tracker)

    def _record(self, sheet: Sheet, person: Speaker, reference: str) -> NewRecord:
        return filed(
            self._form,
            sheet.answers,
            reference=reference,
            school=person.school,
            role=person.role,
        )

    def _says(self, person: Speaker, record: NewRecord, route: Route) -> str:
        pack = self._library().pack(person.school)
        if route.receivers:
            first = SENT.format(
                reference=record.reference,
                readers=_posts(route),
                told="is being told" if len(_roles(route)) == 1 else "are being told",
            )
        else:
            outside = " or ".join(ROLE_WORDS[role] for role in route.outside)
            first = KEPT.format(reference=record.reference, outside=outside)
        within = pack.settings.respond_within
        about = record.subject if record.subject != "none" else "other"
        parts = [
            first,
            _by_when(record, within),
            "\n".join(next_steps(pack, self._flow, about, person.role)),
            MORE.format(reference=record.reference),
        ]
        return "\n\n".join(filter(None, parts))


def first_words(tracker: Tracker) -> str:
    """What the person wrote that led here: this message, or the one before it, where this one is a
    button that was offered for it, or only says "I want to report it"."""
    if next(tracker.get_latest_entity_values("choice"), None) == ANYTHING:
        return ""
    said = [event["text"] or "" for event in reversed(tracker.events) if event["event"] == "user"]
    typed = [text for text in said if not text.startswith("/")]
    if len(typed) > 1 and typed[0] == said[0] and answering.only_begins(typed[0]):
        typed = typed[1:]
    # What belongs to a form that is given up for this one goes with it.
    gone = (tracker.get_slot(DRAFT) or {}).get("story", ())
    return typed[0] if typed and typed[0].strip() not in gone else ""


def _by_when(record: NewRecord, within: str | None) -> str:
    if record.kind in NOTED:
        return ""
    return BY_WHEN.format(within=within) if within else NO_WHEN


def _posts(route: Route) -> str:
    """Who receives it, by what they are."""
    return " and ".join(_roles(route))


def _roles(route: Route) -> list[str]:
    roles = [next(role for role in ROLES if role in one.roles) for one in route.receivers]
    return list(dict.fromkeys(ROLE_WORDS[role] for role in roles))


def _begin(flow: str | None) -> dict[str, str]:
    return {"title": FLOW_TITLES[flow], "payload": f"/{flow}"}  # type: ignore[index]
