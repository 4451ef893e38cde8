"""What follows from a question that was understood: the policy's answer, or who knows.

The classifier has decided what was meant, and left its reading on the message; the school's pack
has the words. The actions only bring the two together.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.actions.asking import carry_on
from bot.dialogue.actions.policy import (
    ASKED,
    CHOICES,
    CHOICES_KEPT,
    LAST,
    FromPolicy,
    gap,
    question,
    reading,
)
from bot.dialogue.actions.speaker import speaker
from bot.dialogue.payloads import as_rasa, pressing
from bot.dialogue.sheet import Events
from bot.language.details.asking import plain
from bot.messages import Button
from bot.policy.wording import DANGER, FLOW_TITLES, edition, pupil_reply

OUTSIDE = (
    "{school}'s social media policy isn't about that, so I can't answer it. "
    "Please ask the school office."
)
REST_OUTSIDE = "The rest isn't in {school}'s social media policy. Please ask the school office."
SAME = "As far as the policy goes, the answer is the same."
AS_BEFORE = "I take it that you mean “{title}” again."

TELL_ME = (
    "Please tell me in a sentence or two what happened, or what you'd like to know. To report it "
    "to the school, press the button."
)
_ADULT = re.compile(
    r"\b(?:i am|i'm|im|as)(?: (?:a|an|the|her|his|their|also|both|new|worried))* (?:mother|mum|mom"
    r"|mam|father|dad|parent|carer|guardian|nan|gran\w*|teacher|ta|staff|governor|volunteer|aunt\w*"
    r"|uncle|headteacher)\b|\bmy (?:son|daughter|child|children|kids?|husband|wife|grand(?:son"
    r"|daughter|child\w*)|class|pupils?|tutees?)\b(?! ?(?:teacher|mate|chat|group))"
)
"""Said by nobody who goes to the school, whatever else in it sounds like a child's."""

WARNED = "warned_of_edition"
"""The slot that holds the edition of the policy whose date this conversation was warned of."""


class Answer(FromPolicy):
    """Answers one topic, or the two that one message asked about."""

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        person, library = speaker(tracker), self._library()
        school = library.pack(person.school).school
        topics, found = _topics(tracker), reading(tracker)
        replies = [
            library.reply(
                person.school,
                topic,
                person.role,
                self._today(),
                warn=place == 0 and tracker.get_slot(WARNED) != edition(school),
            )
            for place, topic in enumerate(topics)
        ]
        first = replies[0]
        notes = {
            "outcome": first.outcome,
            "topic": first.topic,
            "clauses": list(dict.fromkeys(clause for one in replies for clause in one.clauses)),
            "flow": first.flow if first.flow in self._flows else None,
        }
        if first.outcome == "not_covered":
            notes |= gap(tracker, "not_covered", first.topic)
        before = {"same": SAME, "recalled": AS_BEFORE.format(title=self._title(first.topic))}
        for reply in replies:
            text = "\n\n".join([*(before[why] for why in found.get("why", ())), reply.text])
            dispatcher.utter_message(
                text=text if reply is first else reply.text,
                buttons=as_rasa(reply.buttons, self._flows),
                json_message={**notes, "pack": reply.pack_hash},
            )
        if any(label.startswith("outside/") for label in found.get("labels", ())):
            dispatcher.utter_message(text=REST_OUTSIDE.format(school=school.short))
        warned = [SlotSet(WARNED, edition(school))] if first.warned else []
        return [
            *warned,
            *_chosen(tracker, first.topic),
            *self._answered(tracker, first.topic),
            *carry_on(tracker),
        ]

    def _title(self, topic: str) -> str:
        return self._library().topics.by_slug[topic].title


def _topics(tracker: Tracker) -> list[str]:
    pressed = next(tracker.get_latest_entity_values("topic"), None)
    if pressed:
        return [pressed]
    return [
        label.removeprefix("ask/")
        for label in reading(tracker)["labels"]
        if label.startswith("ask/")
    ]


def _chosen(tracker: Tracker, topic: str) -> Events:
    """Remember which of the offered readings was picked."""
    offered = (tracker.get_slot(ASKED) or {}).get("offered", [])
    if reading(tracker) or f"ask/{topic}" not in offered:
        return []
    choice = {"offered": offered, "label": f"ask/{topic}"}
    earlier = [one for one in tracker.get_slot(CHOICES) or [] if one["offered"] != offered]
    return [SlotSet(CHOICES, [*earlier, choice][-CHOICES_KEPT:])]


class Outside(FromPolicy):
    def name(self) -> str:
        return "action_outside"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        school = self._library().pack(speaker(tracker).school).school.short
        dispatcher.utter_message(
            text=OUTSIDE.format(school=school),
            json_message={
                "outcome": "not_covered",
                **gap(tracker, "outside", reading(tracker)["labels"][0]),
            },
        )
        return [SlotSet(ASKED, question(tracker)), *carry_on(tracker)]


class WhomToTell(FromPolicy):
    """Answers "who do I tell?" for what was asked last."""

    def name(self) -> str:
        return "action_whom_to_tell"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return _about_the_last(self, dispatcher, tracker, self._library().whom_to_tell)


class WhereItStands(FromPolicy):
    """Answers "where does it say that?" and "why?" for what was asked last."""

    def name(self) -> str:
        return "action_where_it_stands"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return _about_the_last(self, dispatcher, tracker, self._library().where_it_stands)


def _about_the_last(
    action: FromPolicy, dispatcher: CollectingDispatcher, tracker: Tracker, says: Any
) -> Events:
    person, topic = speaker(tracker), tracker.get_slot(LAST)["topic"]
    told = says(person.school, topic, person.role)
    dispatcher.utter_message(
        text=told.text,
        json_message={
            "outcome": "answer",
            "topic": topic,
            "clauses": list(told.clauses),
            "pack": told.pack_hash,
        },
    )
    return carry_on(tracker)


class Pupil(FromPolicy):
    """A child who writes is not questioned and gets no policy: a kind word, and an adult."""

    def name(self) -> str:
        return "action_pupil"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        notes = {"outcome": "chat"}
        if _ADULT.search(plain(str(tracker.latest_message["text"] or ""))):
            reports = [Button(FLOW_TITLES["incident"], pressing("flow", "incident"))]
            dispatcher.utter_message(
                text=f"{TELL_ME}\n\n{DANGER}",
                buttons=as_rasa(reports, self._flows),
                json_message=notes,
            )
        else:
            dispatcher.utter_message(
                text=pupil_reply(self._library().helplines), json_message=notes
            )
        return carry_on(tracker)
