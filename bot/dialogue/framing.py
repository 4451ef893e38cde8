"""Puts a form's open question before the person: where they are, why it's asked, and every way on.

Done once for all forms, after the turn: whichever way the question came to be asked again, it has
the same buttons, and a way out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue.actions.steering import SURE, evidence_said, may_skip, shortened
from bot.dialogue.controls import BUTTONS, steering
from bot.dialogue.flows import TITLES
from bot.dialogue.questions import CONFIRM, Question
from bot.dialogue.sheet import Sheet
from bot.dialogue.worries import NAMES
from bot.messages import Button, Reply

TOLD = "You said: {told}. Right? If so, just go on."
TOLD_STORY = "You've told me this: “{story}” Tell me more, or press “That's all”."
GOING = "I've noted that. Is there more? Write it, or press “That's all”."
GATHERED = "So far I have: {gathered}. Send more, or press “That's all”."
FILES = "You can send up to five pictures or PDF files here."
WHICH_LINE = "Which line shall I ask you again? If all of it is right, press “Send it”."
INSTEAD = "Yes, “{title}” (these answers go)"
STORY_SHOWN = 300


def framed(sheet: Sheet, replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """The turn's replies, the last of which is the form's question."""
    if not replies or sheet.slot is None:
        return tuple(replies)
    *before, asked = replies
    question = sheet.question
    text = asked.text if question is None else _worded(sheet, question, asked.text)
    if sheet.slot == CONFIRM and sheet.draft.get("changing"):
        text = f"{text}\n\n{WHICH_LINE}"
    buttons = [*_answers(sheet, question, asked.buttons), *_ways(sheet, question)]
    return (*before, replace(asked, text=text, buttons=tuple(buttons)))


def _worded(sheet: Sheet, question: Question, text: str) -> str:
    parts = [_told(sheet)] if not sheet.draft.get("shown") else []
    if question.kind == "story" and sheet.draft.get("going") and sheet.story:
        return GOING
    gathered = evidence_said(sheet) if question.kind == "evidence" else ""
    so_far = (
        GATHERED.format(gathered="; ".join(gathered.split("\n")).rstrip(".")) if gathered else ""
    )
    if so_far and sheet.draft.get("going"):
        return so_far
    parts += [_numbered(sheet, question, text), so_far]
    if question.kind == "people":
        parts.append(NAMES[sheet.names])
    if question.kind == "story" and sheet.story:
        parts.append(TOLD_STORY.format(story=shortened("\n".join(sheet.story), STORY_SHOWN)))
    if sheet.slot and sheet.form.takes_files(sheet.slot, sheet.answers):
        parts.append(FILES)
    return "\n\n".join(filter(None, parts))


def _numbered(sheet: Sheet, question: Question, text: str) -> str:
    why = f" I ask because {question.why}." if question.why else ""
    if sheet.draft.get("editing"):
        return f"{text}{why}"
    number, count = sheet.form.progress(question.slot, sheet.answers, sheet.draft.get("told", ()))
    if count == 1:
        return f"{text}{why}"
    return f"Question {number} of {count}. {text}{why}"


def _told(sheet: Sheet) -> str:
    told = [slot for slot in sheet.draft.get("told", ()) if slot in sheet.answers]
    shown = [sheet.form.questions[slot].shown(sheet.answers[slot]) for slot in told]
    shown += [link for link in sheet.draft.get("links", ()) if link not in shown]
    return TOLD.format(told=", ".join(shown)) if shown else ""


def _answers(sheet: Sheet, question: Question | None, own: Sequence[Button]) -> Iterator[Button]:
    """The buttons that answer, or settle what was taken for something else."""
    if other := sheet.draft.get("other"):
        yield BUTTONS["this-one"]
        title = INSTEAD.format(title=TITLES[other])
        more = sheet.draft.get("carries", {})
        yield Button(title, f"/{other}{json.dumps({'choice': SURE, **more})}")
    if sheet.draft.get("pending"):
        yield BUTTONS["mine"]
    if sheet.draft.get("aside"):
        yield BUTTONS["add"]
    if question is None and sheet.draft.get("changing"):
        for line in sheet.form.lines(sheet.answers):
            yield Button(line.question.label, steering("change", choice=line.question.slot))
        yield BUTTONS["send"]
    elif question is None:
        yield from (BUTTONS["send"], BUTTONS["change"])
    yield from own
    if question is not None and question.kind == "story" and sheet.story:
        yield BUTTONS["done"]
    if question is not None and question.kind == "evidence" and evidence_said(sheet):
        yield BUTTONS["done"]
    if not sheet.draft.get("shown") and (sheet.draft.get("told") or sheet.draft.get("links")):
        yield BUTTONS["not-right"]


def _ways(sheet: Sheet, question: Question | None) -> Iterator[Button]:
    """The ways on that stand under every question."""
    draft: dict[str, Any] = sheet.draft
    if (
        draft.get("editing")
        or draft.get("changing")
        or (sheet.slot and sheet.form.before(sheet.slot, sheet.answers))
    ):
        yield BUTTONS["back"]
    if question is not None and may_skip(question, draft):
        yield BUTTONS["rather-not" if question.skip == "anonymous" else "skip"]
    yield from (BUTTONS["save"], BUTTONS["stop"])
