"""What the actions share that speak of a policy: the school's pack, and the question's history.

Three slots hold how a conversation hangs together. `last` is the question that was answered last,
which a follow-up leans on; `asked` is one that is still open; `choices` are the readings that the
person has picked, so that the same doubt isn't put to them twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet

from bot.dialogue.actions.speaker import Speaker
from bot.dialogue.sheet import Events
from bot.messages import GapKind
from bot.policy.library import Library

LAST, ASKED, CHOICES = "last", "asked", "choices"
CHOICES_KEPT = 5
QUESTION_KEPT = 300
"""Characters of a question that its follow-up is read with."""


class FromPolicy(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
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

    def _answered(self, tracker: Tracker, topic: str) -> Events:
        """Remember what was answered: `near` are the topics that a follow-up may turn to."""
        topics = self._library().topics
        group = next(one for one in topics.groups if one.slug == topics.group_of[topic])
        near = [*topics.by_slug[topic].related, *(other.slug for other in group.topics)]
        asked = question(tracker)
        last = {"topic": topic, "question": asked["text"], "gist": asked["gist"], "near": near}
        return [SlotSet(LAST, last), SlotSet(ASKED, None)]


def reading(tracker: Tracker) -> dict[str, Any]:
    """What the classifier made of the message; nothing for a button."""
    found: dict[str, Any] = tracker.latest_message.get("reading") or {}
    return found


def question(tracker: Tracker) -> dict[str, Any]:
    """The question that this turn is about: typed now, or before the button that was pressed."""
    if found := reading(tracker):
        text = tracker.latest_message["text"][:QUESTION_KEPT]
        return {"text": text, "gist": found["gist"], "offered": found["labels"]}
    return tracker.get_slot(ASKED) or {"text": "", "gist": "", "offered": []}


def gap(tracker: Tracker, kind: GapKind, topic: str | None) -> dict[str, Any]:
    """The note that keeps this question for whoever owns the policy."""
    return {"gap": {"kind": kind, "topic": topic, "words": question(tracker)["gist"]}}
