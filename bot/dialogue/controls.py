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
ADD_IT = "Add it to this"
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
    "add": Button(ADD_IT, steering("add")),
    "this-one": Button(THIS_ONE, steering("this-one")),
    "take-up": Button(CARRY_ON, "/take-up"),
}


def _plain(words: str) -> str:
    """Phones put apostrophes in, and hurried people leave them out."""
    return " ".join(re.sub(r"[^a-z ]+", " ", re.sub(r"['’]", "", words.casefold())).split())


_IN_A_FORM: Mapping[str, tuple[str, ...]] = {
    steering("back"): (
        *("back", "go back", "previous", "previous question", "last question", "go back one"),
        *("one back", "undo", "back to the last question", "go back to the last question"),
    ),
    steering("skip"): (
        *("skip", "skip it", "skip this", "skip that", "pass", "next", "next question"),
        *("skip this question", "skip this one", "skip the question"),
        *("i'd rather not say", "rather not say", "prefer not to say", "i'd rather not"),
    ),
    "/save": (
        *("save", "save for later", "save it for later", "later", "not now", "finish later"),
        *("finish it later", "finish this later", "do it later", "do this later", "save it"),
        *("come back later", "come back to it later", "continue later", "carry on later", "gtg"),
        *("i have to go", "i need to go", "i've got to go", "got to go", "gotta go", "have to go"),
    ),
    "/cancel": (
        *("cancel", "stop", "stop it", "stop this", "quit", "exit", "forget it", "never mind"),
        *("nevermind", "cancel it", "cancel this", "cancel the report", "abort", "stop the report"),
        *("start again", "start over", "start afresh", "restart", "don't send it", "don't send"),
        *("i don't want to do this", "i don't want to do this any more", "leave it", "scrap that"),
        *("i don't want to do this anymore", "let's not do this", "get me out of this", "scrap it"),
        *("i changed my mind", "i've changed my mind", "no more questions", "forget this"),
    ),
    steering("done"): (
        *("that's all", "that is all", "that's it", "done", "finished"),
        *("i'm done", "nothing else", "no more", "that's everything", "end"),
        *("that's all i know", "that is all i know", "that is everything", "i have nothing else"),
        *("that's everything i know", "nothing else to say", "no more to say", "i finish"),
        *("that will be all", "that'll be all"),
        *("i've finished", "i have finished"),
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


_POLITE = ("please", "pls", "ok", "okay")
_LEADS_IN = re.compile(
    r"^(?:(?:no|wait|sorry|hang on|so|can|could|may|must|will|i|we|id|ill|like|want|need|would|let"
    r"|me|to|just|now) )+(?=\w)"
)
_TAIL = re.compile(r"(?: (?:now|then|for now|thanks|thank you|sorry|i think|from me|really))+$")

_STOPS = re.compile(
    r"\b(?:cancel\w*|stop|quit|exit|abort|forget|never ?mind|leave|scrap|wipe|delete|discard|drop"
    r"|end|close|don ?t want|do not want|changed my mind|no longer|give up|throw)\b"
)


def stops(text: str) -> bool:
    """Whether a text speaks of stopping at all: nothing is wiped for what only sounds like it."""
    return bool(_STOPS.search(_plain(text)))


def sends(text: str) -> bool:
    """Whether a text only asks to send, which it can't mean before the summary."""
    polite = (*_POLITE, "thank", "thanks", "you", "yes", "and")
    words = [word for word in _plain(text).split() if word not in polite]
    return _bare(" ".join(words)) in ("send", "send it", "send this", "submit", "submit it")


def control(text: str, *, in_form: bool, saved: bool) -> str | None:
    """What a whole message means as a control word; nothing if it isn't one."""
    said = " ".join(w for w in _plain(text).split() if w not in _POLITE)
    if in_form and (steers := _INSIDE.get(said) or _INSIDE.get(_bare(said))):
        return steers
    outside = None if in_form else _OUTSIDE.get(said)
    return outside if saved or outside == "/take-up" else None


def _bare(said: str) -> str:
    """Without the politeness: "sorry, can I go back now" says "go back"."""
    return _TAIL.sub("", _LEADS_IN.sub("", said))
