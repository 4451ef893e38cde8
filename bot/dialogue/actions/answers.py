"""What follows from a question: an answer, a question back, or who knows.

The classifier has decided what was meant, and left its reading on the message; the school's pack
has the words. The actions only bring the two together.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import Events, carry_on
from bot.dialogue.actions.speaker import Speaker, speaker
from bot.dialogue.payloads import NONE_OF_THESE, as_rasa, pressing
from bot.messages import Button
from bot.policy.library import Library
from bot.policy.wording import FLOW_TITLES, edition, pupil_reply

OUTSIDE = (
    "{school}'s social media policy isn't about that, so I can't answer it. "
    "Please ask the school office."
)
UNKNOWN = (
    "I'm not sure what you're asking, and I'd rather not guess. Please say it in other words. "
    "Or ask {asked}.\n\nIf a child is in danger now, call 999 first."
)
WHICH = "Do you mean one of these?"

WARNED = "warned_of_edition"
"""The slot that holds the edition of the policy whose date this conversation was warned of."""


class FromPolicy(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """What these actions share: the school's pack, and who in it can be asked."""

    def __init__(
        self,
        library: Callable[[], Library],
        today: Callable[[], datetime.date],
        flows: Collection[str],
    ) -> None:
        self._library = library
        self._today = today
        self._flows = flows

    def _asked(self, person: Speaker) -> str:
        return self._library().asked(person.school, person.role)


class Answer(FromPolicy):
    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person, library = speaker(tracker), self._library()
        policy = edition(library.pack(person.school).school)
        reply = library.reply(
            person.school,
            _topic(tracker),
            person.role,
            self._today(),
            warn=tracker.get_slot(WARNED) != policy,
        )
        dispatcher.utter_message(
            text=reply.text,
            buttons=as_rasa(reply.buttons, self._flows),
            json_message={
                "outcome": reply.outcome,
                "topic": reply.topic,
                "clauses": list(reply.clauses),
                "pack": reply.pack_hash,
                "flow": reply.flow if reply.flow in self._flows else None,
            },
        )
        warned = [SlotSet(WARNED, policy)] if reply.warned else []
        return [*warned, *carry_on(tracker)]


def _topic(tracker: Tracker) -> str:
    pressed = next(tracker.get_latest_entity_values("topic"), None)
    return pressed or _labels(tracker)[0].removeprefix("ask/")


def _labels(tracker: Tracker) -> list[str]:
    labels: list[str] = tracker.latest_message["reading"]["labels"]
    return labels


class Outside(FromPolicy):
    def name(self) -> str:
        return "action_outside"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person = speaker(tracker)
        school = self._library().pack(person.school).school.short
        dispatcher.utter_message(
            text=OUTSIDE.format(school=school),
            json_message={"outcome": "not_covered"},
        )
        return carry_on(tracker)


class Clarify(FromPolicy):
    def name(self) -> str:
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        offers = list(self._offers(_labels(tracker)))
        dispatcher.utter_message(
            text=WHICH,
            buttons=as_rasa([*offers, NONE_OF_THESE], self._flows),
            json_message={"outcome": "clarify"},
        )
        return []

    def _offers(self, labels: Iterable[str]) -> Iterable[Button]:
        topics = self._library().topics.by_slug
        for label in labels:
            kind, _, topic = label.rpartition("/")
            if kind == "ask" and topic in topics:
                yield Button(topics[topic].title, pressing("topic", topic))
            elif label in self._flows:
                yield Button(FLOW_TITLES[label], pressing("flow", label))  # type: ignore[index]


class Unknown(FromPolicy):
    def name(self) -> str:
        return "action_unknown"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        dispatcher.utter_message(
            text=UNKNOWN.format(asked=self._asked(speaker(tracker))),
            json_message={"outcome": "unknown"},
        )
        return carry_on(tracker)


class Pupil(FromPolicy):
    """A child who writes is not questioned and gets no policy: a kind word, and an adult."""

    def name(self) -> str:
        return "action_pupil"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        dispatcher.utter_message(
            text=pupil_reply(self._library().helplines), json_message={"outcome": "chat"}
        )
        return []
