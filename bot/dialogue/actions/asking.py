"""Reads the answer to a form's open question: Rasa's validation step, the same for every form.

One action does a whole step: it takes the answer, or steers, and says which question comes next.
Free text is taken as it is, except for a control word and what is plainly a question about the
policy: for that the form steps back, the question is answered, and the form asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue import answering
from bot.dialogue.actions import steering
from bot.dialogue.controls import ADD_IT, sends, stops
from bot.dialogue.flows import TITLES
from bot.dialogue.form import Form
from bot.dialogue.meant import wants_change
from bot.dialogue.questions import CONFIRM, Question
from bot.dialogue.sheet import Events, Sheet
from bot.dialogue.worries import no_name, worried
from bot.language.details.asking import is_question, wonders
from bot.policy.wording import DANGER

ASIDES = {"ask", "pupil", "help", "thanks", "greet", "are-you-a-bot", "cancel", "not-what-i-asked"}
"""Intents that a closed question makes way for. What is only half understood is taken as an attempt
at an answer, since that's what was asked for."""

GREETINGS = {
    *("hi", "hello", "hey", "hiya", "hi there", "hello there", "good morning", "morning"),
    *("good afternoon", "good evening", "hi again", "hello again", "are you there"),
}

ALWAYS_ASIDE = {"carry-on", "empty", "too-long", "save", "take-up", "browse", "not-what-i-asked"}
ALWAYS_ASIDE |= {"my-reports"}
"""Not words of an answer, whatever is asked."""

CARRIED = ("report", "said")
"""What another form is to be begun with, when it was made sure of."""

SHORT = 4
"""Words of a message that can be small talk in the middle of a story."""

MEANWHILE = "meanwhile"
"""What was told while something else came first; it may have been the answer."""

WAS_IT_THIS = (
    "What you wrote just now isn't in this form yet. If it was your answer, press “That was my "
    "answer”."
)

NOT_IN_IT = (
    f"What you wrote just now isn't in this form yet. To keep it here as well, press “{ADD_IT}”."
)

LASTING = {
    "requested_slot",
    "session_started_metadata",
    "warned_of_edition",
    "last",
    "asked",
    "choices",
}
"""Slots that belong to the conversation and not to a form."""

NO_CHOICE = (
    "I couldn't match that to one of the choices. "
    "Please press one of them, or write “cancel” to stop."
)
TO_STOP = (
    "If you'd like to stop, press “Stop”, and your answers are wiped. “Save for later” keeps them."
)
NOT_YET = (
    "It can't be sent just yet: this and what may follow is still open. Where you see “Skip” you "
    "can leave it out. Nothing of what you told me is lost."
)
MANY = 2
STUCK = (
    "If none of it fits, take the nearest: every answer can be changed at the end. Or press “Save "
    "for later”, and speak to somebody at the school."
)
NO_TIME = "I couldn't make out a day or time in that."
TOO_MUCH = (
    "That's more than I can keep here: I've kept the first {most} characters. Please tell the rest "
    "to whoever reads this, or send it as a separate report."
)


class ReadAnswer(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Rasa's validation step of one form."""

    def __init__(self, form: Form, now: Callable[[], datetime]) -> None:
        self._form = form
        self._now = now

    def name(self) -> str:
        return f"validate_{self._form.flow}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        sheet = Sheet(self._form, tracker.slots)
        if sheet.slot is None:
            sheet.settle()
            return sheet.events()
        if not _is_answer(tracker):
            return self._again(sheet, tracker, lambda text: dispatcher.utter_message(text=text))
        says = dispatcher.utter_message
        told = not sheet.draft.get("shown") and shows_told(sheet)
        sheet.draft["shown"] = True
        intent, latest = tracker.latest_message["intent"]["name"], tracker.latest_message
        if intent == "steer":
            steering.steer(sheet, tracker, lambda text: says(text=text), self._now())
            return sheet.events()
        if intent == "files":
            steering.take_files(sheet, tracker, lambda text: says(text=text))
            return sheet.events()
        if intent in ALWAYS_ASIDE or _is_pressed(tracker, ("ask", "cancel", "help")):
            return []
        if _pressed_any(tracker) and intent == self._form.flow:
            # Its title was pressed once more: it is open already, and asks again.
            return sheet.events()
        if (other := _other_form(self._form.flow, sheet, tracker)) is not None:
            if other == "":
                return []
            sheet.draft["other"] = other
            sheet.draft["pending"] = latest["text"] if not _pressed_any(tracker) else None
            more = {name: next(tracker.get_latest_entity_values(name), None) for name in CARRIED}
            sheet.draft["carries"] = {name: value for name, value in more.items() if value}
            this = TITLES[self._form.flow]
            says(text=steering.WHICH_FORM.format(this=this, other=TITLES[other]))
            return sheet.events()
        if told and steering.judged(sheet, latest["text"], lambda text: says(text=text)):
            return sheet.events()
        return self._answer(sheet, tracker, lambda text: says(text=text))

    def _again(self, sheet: Sheet, tracker: Tracker, says: Callable[[str], None]) -> Events:
        """The form asks once more, after something that came between."""
        text = tracker.latest_message["text"] or ""
        free = sheet.question is not None and sheet.question.kind != "choice"
        typed = tracker.latest_message["intent"]["name"] in ASIDES and not _pressed_any(tracker)
        if free and typed and not text.startswith("/"):
            sheet.draft["pending"] = text
        about = next(e for e in reversed(tracker.events) if e["event"] == "user")["metadata"]
        told = about.get(MEANWHILE)
        if free and told:
            sheet.draft["pending"] = told
            says(WAS_IT_THIS)
        elif told and steering.story_of(sheet) and told not in steering.told_so_far(sheet):
            sheet.draft["aside"] = told
            says(NOT_IN_IT)
        return sheet.events()

    def _answer(self, sheet: Sheet, tracker: Tracker, says: Callable[[str], None]) -> Events:
        text = tracker.latest_message["text"]
        chosen = next(tracker.get_latest_entity_values("choice"), None)
        if sheet.slot == CONFIRM:
            if steering.confirm(sheet, chosen, text):
                return sheet.events()
            if worry := worried(text, sheet.names):
                says(worry)
                return sheet.events()
            wrong = wants_change(text) and not is_question(text)
            if not wrong and _is_aside(tracker):
                return []
            if not wrong and steering.keep(sheet, text, says):
                return sheet.events()
            steering.which_line(sheet, text, self._now(), says)
            return sheet.events()
        question = sheet.question
        if question is None:
            return []
        if worry := worried(text, sheet.names):
            says(worry)
            return sheet.events()
        if steering.is_no_more(sheet, text):
            steering.done(sheet, says, self._now())
            return sheet.events()
        if sends(text):
            says(NOT_YET)
            return sheet.events()
        if self._steps_aside(tracker, question):
            return []
        if question.kind == "contact" and no_name(text):
            steering.skip(sheet, says)
            return sheet.events()
        if steering.names_nobody(question, text):
            says(steering.NAMES_NOBODY)
            return sheet.events()
        if steering.has_none(sheet, text):
            chosen = "nothing"
        value = chosen if chosen in question.titles else None
        if value is None and not _pressed_any(tracker):
            misses = int(sheet.draft.get("misses", 0))
            value = answering.take(question, text, self._now(), last_try=misses > 0)
        if value is not None:
            self._take(sheet, question, value, text, says)
            return sheet.events()
        if _is_aside(tracker):
            return []
        steering.keep(sheet, text, says)
        if tracker.latest_message["intent"]["name"] == "cancel" and stops(text):
            says(TO_STOP)
        else:
            _missed(sheet, question, says)
        return sheet.events()

    def _steps_aside(self, tracker: Tracker, question: Question) -> bool:
        """A question about the policy is none of a choice, though it may hold a choice's words;
        and "today" is a day, whatever greeting it sounds like."""
        intent, text = tracker.latest_message["intent"]["name"], tracker.latest_message["text"]
        if question.kind == "choice":
            return intent == "ask" and _steps_aside(tracker, question)
        return _steps_aside(tracker, question) and not answering.is_day(text, self._now())

    def _take(
        self, sheet: Sheet, question: Question, value: str, text: str, says: Callable[[str], None]
    ) -> None:
        if value in question.titles:
            pass
        elif len(text.strip()) > (most := answering.longest(question)):
            says(TOO_MUCH.format(most=f"{most:,}"))
        if question.kind == "story":
            if not sheet.story and steering.only_agrees(text):
                says(steering.NO_ANSWER_YET)
                return
            if not steering.add_to_story(sheet, value):
                says(TOO_MUCH.format(most=f"{answering.LONGEST_STORY:,}"))
            return
        if question.kind == "evidence":
            if value not in question.titles:
                steering.add_note(sheet, value)
                return
            if gathered := steering.evidence_said(sheet):
                shown = question.shown(value)
                value = gathered if value == "nothing" else f"{gathered}\n{shown}"
        if not text.startswith("/") and not sheet.draft.get("editing"):
            steering.note(sheet, answering.also(sheet.form, question.slot, text, self._now()), says)
        if question.kind == "choice" and not text.startswith("/"):
            steering.keep(sheet, text, says)
        if question.slot == "at_risk" and value == "yes":
            says(DANGER)
        sheet.answer_open(value)


def shows_told(sheet: Sheet) -> bool:
    """Whether the first question stands under what the opening told."""
    return bool(sheet.draft.get("told") or sheet.draft.get("links"))


def _missed(sheet: Sheet, question: Question, says: Callable[[str], None]) -> None:
    misses = sheet.missed()
    if misses > 1 and question.hint:
        says(f"{question.hint} {STUCK}" if misses > MANY else question.hint)
    else:
        says(NO_CHOICE if question.kind == "choice" else NO_TIME)


def _is_answer(tracker: Tracker) -> bool:
    """Whether this message comes to the form first, and nothing was done about it yet."""
    actions = []
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        if event["event"] == "action":
            actions.append(event["name"])
    # The last is the form itself, on its way.
    return len(actions) <= 1


def _pressed_any(tracker: Tracker) -> bool:
    return str(tracker.latest_message["text"] or "").startswith("/")


def _is_pressed(tracker: Tracker, intents: tuple[str, ...]) -> bool:
    return _pressed_any(tracker) and tracker.latest_message["intent"]["name"] in intents


def _other_form(flow: str, sheet: Sheet, tracker: Tracker) -> str | None:
    """Another form that was asked for; empty when it was already made sure of."""
    intent = tracker.latest_message["intent"]["name"]
    if intent not in TITLES:
        return None
    pressed = _pressed_any(tracker)
    if pressed and next(tracker.get_latest_entity_values("choice"), None) == steering.SURE:
        return ""
    if intent == flow:
        return None
    closed = sheet.question is None or sheet.question.kind == "choice"
    text = tracker.latest_message["text"]
    if not pressed and (sheet.question is not None and sheet.question.read(text)):
        return None
    if pressed or (answering.wants_to_begin(text) and (closed or _is_sure(tracker))):
        return str(intent)
    return None


def _is_sure(tracker: Tracker) -> bool:
    found = tracker.latest_message.get("reading") or {}
    return found.get("decision") in ("answer", "direct")


def _steps_aside(tracker: Tracker, question: Question) -> bool:
    """Whether a typed text is no answer to a question that takes any text."""
    if _pressed_any(tracker):
        return False
    intent, text = tracker.latest_message["intent"]["name"], tracker.latest_message["text"]
    if intent == "ask":
        return _is_sure(tracker) and is_question(text)
    if intent == "pupil":
        return _is_sure(tracker) and len(text.split()) <= 12 and text.lower().startswith("i")
    return _is_aside(tracker) and _is_sure(tracker) and len(text.split()) <= SHORT


def _is_aside(tracker: Tracker) -> bool:
    """Any short text sounds like a greeting to the classifier, so in a form only these are one."""
    intent, text = tracker.latest_message["intent"]["name"], tracker.latest_message["text"]
    if intent == "ask" and not is_question(text):
        # Initials, or a word or two, are no question, whatever they are like; nor is what is told.
        return _is_sure(tracker) and len(text.split()) > SHORT and wonders(text)
    if intent == "cancel":
        # Its own words were heard before; what is only like them may be "make it stop".
        return False
    if intent == "greet":
        return text.casefold().strip(" .!,?") in GREETINGS
    return intent in ASIDES


def carry_on(tracker: Tracker) -> Events:
    """Let the form that is open ask its question again."""
    form = (tracker.active_loop or {}).get("name")
    return [FollowupAction(form)] if form else []


class CarryOn(Action):  # type: ignore[misc]  # rasa_sdk is untyped to mypy
    """Follows small talk, which may have come in the middle of a form."""

    def name(self) -> str:
        return "action_carry_on"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return carry_on(tracker)


def forget(tracker: Tracker) -> Events:
    """Empty every slot that a form has filled."""
    filled = [name for name, value in tracker.slots.items() if value is not None]
    return [SlotSet(name, None) for name in filled if name not in LASTING]
