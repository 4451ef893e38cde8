"""A form as plain rules: which question comes next, which came before, and what was answered.

Rasa asks for the first slot that is empty. Ours are asked only of those whom they concern, can be
gone back to and skipped; so the order is worked out here, without Rasa, and can be tried on any
answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.questions import CONFIRM, Question, questions_of

SKIPPED = "not said"
"""The answer of somebody who would rather not say; it is no part of the record."""

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of the summary, which can be changed by its number or its label."""

    number: int
    question: Question
    text: str


@dataclass(frozen=True)
class Form:
    flow: str
    questions: Mapping[str, Question]

    @classmethod
    def of(cls, flow: str, domain: Any) -> Form:
        order = [slot for slot in domain.required_slots_for_form(flow) if slot != CONFIRM]
        return cls(flow, questions_of(flow, domain.responses, order))

    def next(self, answers: Answers) -> str | None:
        """The question to ask now; the summary after the last; nothing once that was sent."""
        for slot, question in self.questions.items():
            if not question.asked:
                continue
            if answers.get(slot) is None and _meets(question.only_if, answers):
                return slot
        return CONFIRM if answers.get(CONFIRM) is None else None

    def before(self, slot: str, answers: Answers) -> str | None:
        """The question that was answered before this one."""
        earlier = None
        for name, question in self.questions.items():
            if name == slot:
                break
            if not question.asked:
                continue
            if answers.get(name) is not None and _meets(question.only_if, answers):
                earlier = name
        return earlier

    def progress(self, slot: str, answers: Answers, told: Collection[str]) -> tuple[int, int]:
        """Which question this is, of how many: without those that the opening has answered.

        What hangs on an answer that isn't given yet is counted, since the number may get smaller on
        the way and never greater.
        """
        asked = [
            name
            for name, question in self.questions.items()
            if name == slot
            or (question.asked and name not in told and _may_meet(question.only_if, answers))
        ]
        return asked.index(slot) + 1, len(asked)

    def lines(self, answers: Answers) -> list[Line]:
        """What was answered, in the order of the questions, as it stands in the summary."""
        lines: list[Line] = []
        for slot, question in self.questions.items():
            value = answers.get(slot)
            if value is not None and _meets(question.only_if, answers):
                lines.append(Line(len(lines) + 1, question, question.shown(value)))
        return lines

    def takes_files(self, slot: str, answers: Answers) -> bool:
        question = self.questions.get(slot)
        if question is None or question.kind != "evidence":
            return False
        refused = question.files_unless
        return not any(answers.get(name) in values for name, values in refused.items())


def _meets(only_if: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    return all(answers.get(slot) in values for slot, values in only_if.items())


def _may_meet(only_if: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    return all(answers.get(slot) in (None, *values) for slot, values in only_if.items())
