"""What somebody can do at every question besides answering it, and what the summary offers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from rasa_sdk import Tracker

from bot.dialogue import answering
from bot.dialogue.controls import sends
from bot.dialogue.form import SKIPPED
from bot.dialogue.meant import agrees, meant, numbered, wants_change
from bot.dialogue.questions import CONFIRM, Question
from bot.dialogue.sheet import Sheet
from bot.language.details.asking import is_question

NO_MORE = {
    *("no", "nope", "n", "no thanks", "no thank you", "nothing", "nothing more", "no more"),
    *("no thats all", "no thats it", "thats all thanks", "thats it thanks", "no im done"),
    *("no thats everything", "that was all", "all done", "not really", "send it", "send", "nah"),
}
"""What ends a story or the evidence, once there is some."""

NONE = {
    *("no", "nope", "n", "nah", "none", "nothing", "no evidence", "no screenshots", "not really"),
    *("i have none", "i dont have any", "no i dont", "no i havent", "no nothing", "nothing yet"),
    *("i have no evidence", "i dont have anything", "i havent got any", "no i have nothing"),
}
"""What says that nothing was kept."""

RIGHT = {
    *("yes", "y", "yep", "yeah", "yup", "right", "correct", "ok", "okay", "sure", "all right"),
    *("thats right", "that is right", "yes thats right", "yes right", "its right", "yes it is"),
    *("thats correct", "yes please", "yes correct", "spot on", "go on", "all correct"),
}
WRONG = {
    *("no", "n", "nope", "wrong", "not right", "no thats wrong", "no it isnt", "incorrect"),
    *("no thats not right", "not quite", "no its not", "its wrong", "no wrong"),
}
"""What answers “You said …, right?”, which is shown above the first question."""

Says = Callable[[str], None]

SURE = "sure"
"""On the button that says that another form is wanted after all."""

NO_WAY_BACK = "This is the first question, so there's nothing to go back to."
NO_SKIP = "I'm afraid the school needs an answer to this one. A short one will do."
NO_SKIP_NAME = "Your school doesn't take reports without a name, so I do need this one."
NOTHING_YET = "There's nothing to show yet: this is the first question."
RIGHT_THEN = "Good, I'll keep that."
EMPTIED = "I've taken that out again, and will ask you instead."
NAMES_NOBODY = "Please write who it is, in a word or two."
NO_ANSWER_YET = "Please tell me a little first, then “That's all”."
HOW_TO_CONFIRM = (
    "Press “Send it” when it's right. To change a line, write its number, for example “2”."
)
THIS_LINE = "You'd like to change line {number}, “{label}”. If not, press “Back”."
NOT_SENT = "Nothing has been sent yet. I'm not sure what you'd like to change."
WHICH_FORM = "We're in the middle of “{this}”. Did you mean to begin “{other}” instead?"
NO_PICTURE = "I can't take a picture or file for that. Please describe in words what you have."
KEPT_TOO = "I've kept your words as well, under “{label}”."
NO_ROOM = "There's no more room for that under “{label}”, so I haven't kept it."
NOTED = "I've also noted: {told}."
DONE_WORDS = "Screenshots and files: {count}"

SENDS = {"y", "go ahead"}
"""What sends it beside the words that `agrees` knows."""


def steer(sheet: Sheet, tracker: Tracker, says: Says, now: datetime) -> None:
    what = next(tracker.get_latest_entity_values("steer"), "")
    choice = next(tracker.get_latest_entity_values("choice"), None)
    match what:
        case "back":
            _back(sheet, says)
        case "skip":
            skip(sheet, says)
        case "done":
            done(sheet, says, now)
        case "change":
            _change(sheet, choice)
        case "summary":
            says(summary(sheet) or NOTHING_YET)
        case "not-right":
            _untold(sheet)
            says(EMPTIED)
            sheet.settle()
        case "mine":
            _mine(sheet, now)
        case "add":
            if aside := sheet.draft.pop("aside", None):
                into_story(sheet, aside, says)
        case _:
            sheet.draft.pop("other", None)
            sheet.draft.pop("pending", None)


def judged(sheet: Sheet, text: str, says: Says) -> bool:
    """Whether a text only says that what the opening told was read right, or wrong."""
    question, said = sheet.question, _letters(text)
    if question is None or question.read(text) is not None or said not in RIGHT | WRONG:
        return False
    if said in WRONG:
        _untold(sheet)
        sheet.settle()
    says(EMPTIED if said in WRONG else RIGHT_THEN)
    return True


def only_agrees(text: str) -> bool:
    """A mere “yes” or “ok” tells nothing of what happened."""
    return _letters(text) in RIGHT


def has_none(sheet: Sheet, text: str) -> bool:
    """A “no” where it was asked what was kept."""
    question = sheet.question
    asked = question is not None and question.kind == "evidence" and not evidence_said(sheet)
    return asked and _letters(text) in NONE


def names_nobody(question: Question, text: str) -> bool:
    """A mere “no” or “yes” where somebody was to be named."""
    return question.kind in ("people", "contact") and _letters(text) in RIGHT | WRONG


def _untold(sheet: Sheet) -> None:
    """Take out what the opening told; what was written at a question since then stays."""
    for slot in sheet.draft.get("told", ()):
        sheet.answers.pop(slot, None)
    links = sheet.draft.pop("links", ())
    notes = [one for one in sheet.draft.get("notes", ()) if one not in links]
    story = sheet.story if sheet.draft.get("going") else []
    sheet.draft.update(told=[], story=story, notes=notes)


def _back(sheet: Sheet, says: Says) -> None:
    if editing := sheet.draft.get("editing"):
        sheet.answer(editing, sheet.draft.get("before", SKIPPED))
        sheet.settle()
        return
    if sheet.draft.pop("changing", None):
        return
    earlier = sheet.form.before(sheet.slot or "", sheet.answers)
    if earlier is None:
        says(NO_WAY_BACK)
        return
    sheet.empty(earlier)
    sheet.settle()
    sheet.slot = earlier


def skip(sheet: Sheet, says: Says) -> None:
    question = sheet.question
    if question is None:
        says(HOW_TO_CONFIRM)
    elif may_skip(question, sheet.draft):
        sheet.draft.pop("story" if question.kind == "story" else "notes", None)
        sheet.answer_open(SKIPPED)
    else:
        says(NO_SKIP_NAME if question.skip == "anonymous" else NO_SKIP)


def may_skip(question: Question, draft: dict[str, object]) -> bool:
    return question.skip == "yes" or (question.skip == "anonymous" and bool(draft.get("anonymous")))


def is_no_more(sheet: Sheet, text: str) -> bool:
    """A “no” after “Is there more?”."""
    question = sheet.question
    gathers = question is not None and question.kind in ("story", "evidence")
    ends = _letters(text) in NO_MORE or sends(text)
    return gathers and bool(sheet.draft.get("going")) and ends


def _letters(text: str) -> str:
    return " ".join(re.sub(r"[^a-z ]", "", text.casefold().replace(",", " ")).split())


def _heed(sheet: Sheet, says: Says, now: datetime) -> None:
    """What a story tells of questions that are still to come needn't be asked again."""
    if not sheet.draft.get("editing"):
        note(sheet, answering.also(sheet.form, sheet.slot or "", "\n".join(sheet.story), now), says)


def note(sheet: Sheet, told: dict[str, str], says: Says) -> None:
    """Keep what was told of other questions along the way, and say so."""
    new = {slot: said for slot, said in told.items() if sheet.answers.get(slot) is None}
    for slot, said in new.items():
        sheet.answer(slot, said)
    if new:
        says(NOTED.format(told=", ".join(new.values())))
        sheet.draft["told"] = [*sheet.draft.get("told", ()), *new]


def done(sheet: Sheet, says: Says, now: datetime) -> None:
    """“That's all”, after a story's last part or the last file."""
    question = sheet.question
    if question is None:
        says(HOW_TO_CONFIRM)
    elif question.kind == "story" and sheet.story:
        _heed(sheet, says, now)
        sheet.answer_open("\n\n".join(sheet.story))
    elif question.kind == "evidence" and (gathered := evidence_said(sheet)):
        sheet.answer_open(gathered)
    elif may_skip(question, sheet.draft):
        sheet.answer_open(SKIPPED)
    else:
        says(NO_ANSWER_YET)


def _change(sheet: Sheet, slot: str | None) -> None:
    """Change a line of the summary; without one, ask which."""
    if sheet.slot != CONFIRM:
        return
    if slot not in sheet.answers or slot not in sheet.form.questions:
        sheet.draft["changing"] = True
        return
    before = sheet.answers[slot]
    sheet.empty(slot)
    sheet.settle()
    sheet.draft.update(editing=slot, before=before)
    sheet.slot = slot


def confirm(sheet: Sheet, chosen: str | None, text: str) -> bool:
    """Whether what was said at the summary was understood, and done."""
    said = " ".join(text.casefold().strip(" .!,").replace("’", "'").split())
    if chosen == "send" or (not text.startswith("/") and (said in SENDS or agrees(text))):
        sheet.answer_open("send")
        return True
    lines = sheet.form.lines(sheet.answers)
    wanted = said.removeprefix("change ").removeprefix("edit ")
    wanted = wanted.removeprefix("the ").removeprefix("number ").removeprefix("line ")
    wanted = numbered(text) or wanted
    for line in lines:
        if wanted in (str(line.number), line.question.label.casefold()):
            _change(sheet, line.question.slot)
            return True
    if said in ("change", "edit", "change something", "no"):
        sheet.draft["changing"] = True
        return True
    return False


def which_line(sheet: Sheet, text: str, now: datetime, says: Says) -> None:
    """What was said at the summary is neither yes nor a line: go to the one that is meant, or ask
    which."""
    lines = meant(sheet.form, sheet.answers, text, now)
    if len(lines) == 1 and wants_change(text):
        says(THIS_LINE.format(number=lines[0].number, label=lines[0].question.label))
        _change(sheet, lines[0].question.slot)
    else:
        says(NOT_SENT)
        sheet.draft["changing"] = True


def _mine(sheet: Sheet, now: datetime) -> None:
    """What was taken for a question, or another form, was the answer after all."""
    text, question = sheet.draft.get("pending"), sheet.question
    sheet.draft.pop("other", None)
    if not text or question is None:
        return
    value = answering.take(question, text, now, last_try=True)
    if question.kind == "story":
        add_to_story(sheet, text)
    elif value is not None:
        sheet.answer_open(value)


def add_to_story(sheet: Sheet, part: str) -> bool:
    """Whether there was room for all of it."""
    for settled in ("pending", "other", "carries"):
        sheet.draft.pop(settled, None)
    room = answering.LONGEST_STORY - sum(len(one) for one in sheet.story)
    if room > 0:
        sheet.draft["story"] = [*sheet.story, part[:room]]
    sheet.draft["going"] = True
    return len(part) <= room


def keep(sheet: Sheet, text: str, says: Says) -> bool:
    """What is told where a choice or a yes was asked for belongs to the story, and isn't lost."""
    tells = len(text.split()) >= answering.STORY_WORDS and not is_question(text)
    return tells and not sheet.draft.get("editing") and into_story(sheet, text, says)


def into_story(sheet: Sheet, text: str, says: Says) -> bool:
    """Add to the story, whether it is still to be told or stands already; whether it did."""
    story, parts = story_of(sheet), told_so_far(sheet)
    if story is None or text in "\n\n".join(parts):
        return False
    if sum(len(one) for one in parts) + len(text) > answering.LONGEST_STORY:
        says(NO_ROOM.format(label=story.label))
        return False
    if story.slot in sheet.answers:
        sheet.answer(story.slot, "\n\n".join([*parts, text]))
    else:
        sheet.draft["story"] = [*parts, text]
    says(KEPT_TOO.format(label=story.label))
    return True


def story_of(sheet: Sheet) -> Question | None:
    return next((one for one in sheet.form.questions.values() if one.kind == "story"), None)


def told_so_far(sheet: Sheet) -> list[str]:
    """The story as it stands, whether it is finished or not."""
    story = story_of(sheet)
    told = sheet.answers.get(story.slot) if story else None
    return sheet.story if told is None else [told]


def add_note(sheet: Sheet, text: str) -> None:
    sheet.draft.pop("pending", None)
    sheet.draft["notes"] = [*sheet.draft.get("notes", ()), text]
    sheet.draft["going"] = True
    sheet.draft.pop("misses", None)


def take_files(sheet: Sheet, tracker: Tracker, says: Says) -> None:
    """Files that were judged and kept already; what came with them in words is kept too."""
    about = next(e for e in reversed(tracker.events) if e["event"] == "user")["metadata"]
    if sheet.slot is None or not sheet.form.takes_files(sheet.slot, sheet.answers):
        says(NO_PICTURE)
        return
    if about.get("caption"):
        add_note(sheet, about["caption"])
    sheet.draft["files"] = int(sheet.draft.get("files", 0)) + int(about.get("files", 0))
    sheet.draft["going"] = True


def evidence_said(sheet: Sheet) -> str:
    parts = list(sheet.draft.get("notes", ()))
    if count := int(sheet.draft.get("files", 0)):
        parts.append(DONE_WORDS.format(count=count))
    return "\n".join(parts)


def summary(sheet: Sheet) -> str:
    lines = sheet.form.lines(sheet.answers)
    return "\n".join(
        f"{line.number}. {line.question.label}: {shortened(line.text)}" for line in lines
    )


SHOWN = 240


def shortened(text: str, most: int = SHOWN) -> str:
    """As much as shows which it is, with its lines kept apart."""
    text = "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
