"""Confirming that one has read the policy: a form like the others, whose questions the pack asks.

Only what differs stands here. Five scenarios are drawn when it begins and kept in the draft, so
that a pack which changes meanwhile doesn't change the question under an answer. After each answer
the person is told if it is right by the policy. A wrong one may be answered again from the summary;
the record holds how it went at first and how it ended, since both tell whether training is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.cases.records import NewRecord
from bot.dialogue.actions.asking import ReadAnswer
from bot.dialogue.actions.reporting import AskConfirm, Begin, Finish
from bot.dialogue.actions.speaker import Speaker, speaker
from bot.dialogue.form import SKIPPED, Form
from bot.dialogue.questions import Question
from bot.dialogue.sheet import DRAFT, Events, Sheet
from bot.policy.library import Library
from bot.policy.scenarios import SCENARIOS, Scenario, choose, feedback, scenario
from bot.policy.wording import edition, school_day

FLOW = "acknowledgement"
SLOTS = tuple(f"scenario_{number}" for number in range(1, SCENARIOS + 1))
DRAWN, SCHOOL, FIRST = "scenarios", "school", "first"
"""In the draft: the topics that were drawn, at which school, and how each was answered at first."""

PASSED_ON = "This is what I'd pass on:\n\n{summary}"
ASKS = "By your school's policy: {asks}"
GONE = "The policy has changed here since you began. Please press any answer; it won't count."
STATES = "By sending this, you confirm that you have read and understood “{title}” ({edition})."
SCORED = "Right in the end: {right} of {count}."
AGAIN = "To try one again, press “Change something”. There's no shame in it."

Said = Callable[[str], None]


class AskScenario(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Asks what the drawn topic asks; one action for each of the five."""

    def __init__(self, form: Form, slot: str, library: Callable[[], Library]) -> None:
        self._form, self._slot, self._library = form, slot, library

    def name(self) -> str:
        return f"action_ask_{FLOW}_{self._slot}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet, person = Sheet(self._form, tracker.slots), speaker(tracker)
        one = _drawn(sheet, self._slot, self._library(), person.school)
        titles = self._form.questions[self._slot].titles
        dispatcher.utter_message(
            text=ASKS.format(asks=one.asks) if one else GONE,
            buttons=[
                {"title": title, "payload": f'/choose{{"choice": "{value}"}}'}
                for value, title in titles.items()
            ],
        )
        return []


class ReadScenario(ReadAnswer):
    def __init__(
        self, form: Form, now: Callable[[], datetime], library: Callable[[], Library]
    ) -> None:
        super().__init__(form, now)
        self._library = library

    def _take(self, sheet: Sheet, question: Question, value: str, text: str, says: Said) -> None:
        school = sheet.draft.get(SCHOOL, "")
        if one := _drawn(sheet, question.slot, self._library(), school):
            says(feedback(one, value))
            sheet.draft[FIRST] = {question.slot: value, **sheet.draft.get(FIRST, {})}
        super()._take(sheet, question, value, text, says)


class BeginAcknowledgement(Begin):
    def _first(self, tracker: Tracker, person: Speaker) -> Events:
        library = self._library()
        today = school_day(self._reporting.now())
        pack = library.pack(person.school)
        drawn = choose(pack, library.topics, tracker.sender_id, today.year)
        *others, draft = super()._first(tracker, person)
        spare = SLOTS[len(drawn) :]
        return [
            *others,
            *(SlotSet(slot, SKIPPED) for slot in spare),
            SlotSet(
                DRAFT,
                {**draft["value"], DRAWN: [one.topic for one in drawn], SCHOOL: person.school},
            ),
        ]


class ConfirmAcknowledgement(AskConfirm):
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet, person = Sheet(self._form, tracker.slots), speaker(tracker)
        answered = list(_answered(sheet, self._library(), person.school))
        right = sum(given == one.right for _, one, given in answered)
        school = self._library().pack(person.school).school
        scored = SCORED.format(right=right, count=len(answered))
        parts = [
            PASSED_ON.format(summary=self._summary(sheet, answered)),
            scored if right == len(answered) else f"{scored} {AGAIN}",
            STATES.format(title=school.policy_title, edition=edition(school)),
        ]
        dispatcher.utter_message(text="\n\n".join(parts))
        return []

    def _summary(self, sheet: Sheet, answered: Sequence[tuple[str, Scenario, str]]) -> str:
        """As of any form, but a scenario by its topic and with how it was answered."""
        told = {slot: f"{one.title}: {_judged(one, given)}" for slot, one, given in answered}
        return "\n".join(
            f"{line.number}. {line.question.label}: {told.get(line.question.slot, line.text)}"
            for line in self._form.lines(sheet.answers)
            if line.question.slot not in SLOTS or line.question.slot in told
        )


class FinishAcknowledgement(Finish):
    def _record(self, sheet: Sheet, person: Speaker, reference: str) -> NewRecord:
        """The date and the edition, the score, and each scenario by its topic."""
        record = super()._record(sheet, person, reference)
        library = self._library()
        pack = library.pack(person.school)
        answered = list(_answered(sheet, library, person.school))
        first = sheet.draft.get(FIRST, {})
        at_first = sum(first.get(slot) == one.right for slot, one, _ in answered)
        in_the_end = sum(given == one.right for _, one, given in answered)
        today = school_day(self._reporting.now())
        scenarios = {self._form.questions[slot].label for slot in SLOTS}
        kept = [fact for fact in record.facts if fact[0] not in scenarios]
        facts = [
            ("Date", f"{today.day} {today:%B %Y}"),
            ("Policy", f"{pack.school.policy_title} ({edition(pack.school)})"),
            ("Version of the answers", pack.hash[:12]),
            ("Right at first", f"{at_first} of {len(answered)}"),
            ("Right in the end", f"{in_the_end} of {len(answered)}"),
            *((one.title, _judged(one, given)) for _, one, given in answered),
        ]
        return replace(record, facts=(*kept, *facts))


def _judged(one: Scenario, given: str) -> str:
    said = {"yes": "Yes", "no": "No"}.get(given, "Didn't know")
    return f"{said} ({'right' if given == one.right else 'not right'})"


def _answered(sheet: Sheet, library: Library, school: str) -> Iterator[tuple[str, Scenario, str]]:
    for slot in SLOTS:
        one, given = _drawn(sheet, slot, library, school), sheet.answers.get(slot, SKIPPED)
        if one is not None and given != SKIPPED:
            yield slot, one, given


def _drawn(sheet: Sheet, slot: str | None, library: Library, school: str) -> Scenario | None:
    drawn = dict(zip(SLOTS, sheet.draft.get(DRAWN, ()), strict=False))
    if slot not in drawn:
        return None
    return scenario(library.pack(school), library.topics, drawn[slot])
