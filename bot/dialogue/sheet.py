"""One person's form as it stands in a turn: the answers, and what is going on around them.

The answers are Rasa's slots, one a question. What else has to be remembered stands in one slot, the
draft: what the opening told, a story's parts so far, the line that is being changed. A step reads
the sheet, changes it, and hands back the events that make the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet

from bot.dialogue.form import Form
from bot.dialogue.questions import Question

_PASSING = (
    *("misses", "editing", "before", "pending", "changing", "other", "going", "carries"),
    "aside",
)
"""What belongs to the question that is open, and goes with it."""

DRAFT, REQUESTED = "draft", "requested_slot"

Events = list[dict[str, Any]]


class Sheet:
    def __init__(self, form: Form, slots: Mapping[str, Any]) -> None:
        self.form = form
        self._before = dict(slots)
        self.answers: dict[str, str] = {
            slot: slots[slot]
            for slot in (*form.questions, "confirm")
            if isinstance(slots.get(slot), str)
        }
        self.draft: dict[str, Any] = dict(slots.get(DRAFT) or {})
        self.slot: str | None = slots.get(REQUESTED)

    @property
    def question(self) -> Question | None:
        return self.form.questions.get(self.slot or "")

    @property
    def names(self) -> str:
        """How the school wants children named."""
        return str(self.draft.get("names", "initials"))

    @property
    def story(self) -> list[str]:
        return list(self.draft.get("story", ()))

    def answer(self, slot: str, value: str) -> None:
        self.answers[slot] = value

    def answer_open(self, value: str) -> None:
        """Answer the question that is open, and go on to the next."""
        if self.slot is not None:
            self.answer(self.slot, value)
        self.settle()

    def settle(self) -> None:
        """Go on to whatever is to be asked now."""
        for passing in _PASSING:
            self.draft.pop(passing, None)
        self.slot = self.form.next(self.answers)

    def empty(self, slot: str) -> None:
        self.answers.pop(slot, None)
        if slot in self.form.questions and self.form.questions[slot].kind == "story":
            self.draft.pop("story", None)
        self.draft["told"] = [name for name in self.draft.get("told", ()) if name != slot]

    def missed(self) -> int:
        """Count an answer that couldn't be read; how many there were to this question."""
        self.draft["misses"] = self.draft.get("misses", 0) + 1
        return int(self.draft["misses"])

    def events(self) -> Events:
        """What has changed, and which question is open; without a question the form ends."""
        slots = (*self.form.questions, "confirm")
        changed = [
            SlotSet(slot, self.answers.get(slot))
            for slot in slots
            if self.answers.get(slot) != self._before.get(slot)
        ]
        # Always said, since Rasa takes a step without any slot for an answer it can't use.
        return [*changed, SlotSet(DRAFT, self.draft), SlotSet(REQUESTED, self.slot)]
