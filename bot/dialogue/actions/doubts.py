"""What follows when a question isn't clear: a question back, or the nearest parts of the policy.

Showing a clause is not answering. The parts are found by likeness alone and are always called what
they are; and a question that got no answer goes on the list of those who own the policy.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import carry_on
from bot.dialogue.actions.policy import ASKED, LAST, FromPolicy, gap, question, reading
from bot.dialogue.actions.speaker import speaker
from bot.dialogue.flows import FLOWS
from bot.dialogue.lasting import Search
from bot.dialogue.payloads import NONE_OF_THESE, as_rasa, pressing
from bot.dialogue.sheet import Events
from bot.language.details.asking import is_question
from bot.messages import Button
from bot.policy.library import Library
from bot.policy.schema import Answer
from bot.policy.wording import DANGER, FLOW_TITLES, nearest_parts

WHICH = "Do you mean one of these?"
UNKNOWN = (
    "I'm not sure what you're asking, and I'd rather not guess. Please say it in other words. "
    "Or ask {asked}."
)
FOREIGN = (
    "I can only read English. Please write in short English sentences if you can, or ask somebody "
    "to write for you. Or speak to {asked}. The school can find someone who speaks your language."
)
AGAIN = (
    "Sorry about that. Please ask again in other words, and say who it is about (a pupil, a "
    "parent, you) and where it happened (for example Facebook or WhatsApp). Or ask {asked}."
)


class Clarify(FromPolicy):
    def name(self) -> str:
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        labels = reading(tracker)["labels"]
        offers = dict.fromkeys([*self._reports(tracker, labels), *self._offers(labels)])
        dispatcher.utter_message(
            text=WHICH,
            buttons=as_rasa([*offers, NONE_OF_THESE], FLOW_TITLES),
            json_message={"outcome": "clarify"},
        )
        return [SlotSet(ASKED, question(tracker))]

    def _reports(self, tracker: Tracker, labels: Iterable[str]) -> Iterable[Button]:
        """Whoever tells what happened, and asks nothing, may want to report it: the first form
        that the answers in doubt would offer."""
        person = speaker(tracker)
        if is_question(tracker.latest_message["text"]):
            return
        answers = self._library().pack(person.school).answers
        for label in labels:
            side = answers.get(label.removeprefix("ask/"), {}).get(person.role)
            flow = side.flow if isinstance(side, Answer) else None
            if flow and person.role in FLOWS[flow].roles:
                yield Button(FLOW_TITLES[flow], pressing("flow", flow))
                return

    def _offers(self, labels: Iterable[str]) -> Iterable[Button]:
        topics = self._library().topics.by_slug
        for label in labels:
            kind, _, topic = label.rpartition("/")
            if kind == "ask" and topic in topics:
                yield Button(topics[topic].title, pressing("topic", topic))
            elif label in FLOW_TITLES:
                yield Button(FLOW_TITLES[label], pressing("flow", label))  # type: ignore[index]


class _Searching(FromPolicy):
    def __init__(
        self,
        library: Callable[[], Library],
        today: Callable[[], datetime.date],
        flows: Collection[str],
        search: Search,
    ) -> None:
        super().__init__(library, today, flows)
        self._search = search

    async def _nearest(self, school: str, text: str) -> str:
        """The nearest parts of the policy, in words; nothing when none is near."""
        pack = self._library().pack(school)
        clauses = list(pack.clauses.values())
        found = await self._search(pack.hash, [clause.says for clause in clauses], text)
        return nearest_parts(pack, [clauses[place] for place in found])


class Unknown(_Searching):
    def name(self) -> str:
        return "action_unknown"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person, found = speaker(tracker), reading(tracker)
        asked = self._asked(person)
        notes: dict[str, Any] = {"outcome": "unknown"}
        if found.get("decision") == "foreign":
            parts = [FOREIGN.format(asked=asked), DANGER]
        else:
            parts = [UNKNOWN.format(asked=asked), DANGER]
            if found.get("familiar"):
                parts.append(await self._nearest(person.school, question(tracker)["text"]))
            if found:
                topic = found["labels"][0].removeprefix("ask/")
                notes |= gap(tracker, "unknown", topic)
        dispatcher.utter_message(text="\n\n".join(filter(None, parts)), json_message=notes)
        return [SlotSet(ASKED, question(tracker)), *carry_on(tracker)]


class NotThis(_Searching):
    """Somebody pressed "None of these" or "That's not what I asked"."""

    def name(self) -> str:
        return "action_not_this"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person = speaker(tracker)
        open_question, last = tracker.get_slot(ASKED), tracker.get_slot(LAST)
        parts = [AGAIN.format(asked=self._asked(person)), DANGER]
        notes: dict[str, Any] = {"outcome": "unknown"}
        if open_question:
            parts.append(await self._nearest(person.school, open_question["text"]))
            offered = next(iter(open_question["offered"]), "").removeprefix("ask/")
            notes |= gap(tracker, "unknown", offered or None)
        elif last:
            parts.append(await self._nearest(person.school, last["question"]))
            words = last["gist"]
            notes["gap"] = {"kind": "unknown", "topic": last["topic"], "words": words}
        dispatcher.utter_message(text="\n\n".join(filter(None, parts)), json_message=notes)
        return [SlotSet(ASKED, None), *carry_on(tracker)]
