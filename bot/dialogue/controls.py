"""How somebody steers a form: back, skip, save for later, stop, "that's all", show the summary.

The words stand here and nowhere else. They count only when they are the whole of a short message,
or on a button: "go back" in the middle of what happened is part of what happened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.messages import Button

BACK, SKIP, SAVE, STOP = "Back", "Skip", "Save for later", "Stop"
RATHER_NOT = "I'd rather not say"
THATS_ALL, SEND, CHANGE = "That's all", "Send it", "Change something"
NOT_RIGHT, MINE = "That's not right", "That was my answer"
CARRY_ON, AFRESH = "Carry on", "Start afresh"
THIS_ONE = "Go on with this one"
ANYTHING = "anything"
REPORT_ANYTHING = f'/incident{{"choice": "{ANYTHING}"}}'
"""Somebody wants to report, and hasn't said what; what they asked before isn't the report."""


def steering(what: str, **more: str) -> str:
    return f"/steer{json.dumps({'steer': what, **more})}"


BUTTONS: Mapping[str, Button] = {
    "back": Button(BACK, steering("back")),
    "skip": Button(SKIP, steering("skip")),
    "rather-not": Button(RATHER_NOT, steering("skip")),
    "save": Button(SAVE, "/save"),
    "stop": Button(STOP, "/cancel"),
    "done": Button(THATS_ALL, steering("done")),
    "send": Button(SEND, '/choose{"choice": "send"}'),
    "change": Button(CHANGE, steering("change")),
    "not-right": Button(NOT_RIGHT, steering("not-right")),
    "mine": Button(MINE, steering("mine")),
    "this-one": Button(THIS_ONE, steering("this-one")),
    "take-up": Button(CARRY_ON, "/take-up"),
}


def _plain(words: str) -> str:
    """Phones put apostrophes in, and hurried people leave them out."""
    return " ".join(re.sub(r"[^a-z ]+", " ", re.sub(r"['’]", "", words.casefold())).split())


_IN_A_FORM: Mapping[str, tuple[str, ...]] = {
    steering("back"): ("back", "go back", "previous", "previous question", "last question"),
    steering("skip"): (
        *("skip", "skip it", "skip this", "skip that", "pass", "next", "next question"),
        *("i'd rather not say", "rather not say", "prefer not to say", "i'd rather not"),
    ),
    "/save": ("save", "save for later", "save it for later", "later", "not now", "finish later"),
    "/cancel": (
        *("cancel", "stop", "stop it", "stop this", "quit", "exit", "forget it", "never mind"),
        *("nevermind", "cancel it", "cancel this", "cancel the report", "abort"),
    ),
    steering("done"): (
        *("that's all", "that is all", "that's it", "done", "finished"),
        *("i'm done", "nothing else", "no more", "that's everything", "end"),
    ),
    steering("summary"): ("summary", "show summary", "show the summary", "show me the summary"),
    steering("not-right"): ("that's not right", "that's wrong"),
    steering("mine"): ("that was my answer",),
    "/take-up": ("carry on", "carry on with it", "resume"),
}
_WITH_A_DRAFT: Mapping[str, tuple[str, ...]] = {
    "/take-up": ("carry on", "continue", "resume", "carry on with it", "take it up"),
    "/cancel": ("wipe it", "throw it away", "delete it"),
}

_INSIDE = {_plain(words): payload for payload, said in _IN_A_FORM.items() for words in said}
_OUTSIDE = {_plain(words): payload for payload, said in _WITH_A_DRAFT.items() for words in said}


def control(text: str, *, in_form: bool, saved: bool) -> str | None:
    """What a whole message means as a control word; nothing if it isn't one."""
    said = " ".join(w for w in _plain(text).split() if w not in ("please", "pls", "ok", "okay"))
    if in_form and said in _INSIDE:
        return _INSIDE[said]
    outside = None if in_form else _OUTSIDE.get(said)
    return outside if saved or outside == "/take-up" else None
