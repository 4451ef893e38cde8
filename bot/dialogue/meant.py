"""Which line of a summary somebody means who says, in their own words, that something is wrong.

"The date isn't right", "it was Instagram, not TikTok", "you've got my number wrong": a line is
meant when its label, what it is about, or an answer to it is named. If several are, it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.dialogue.form import Answers, Form, Line
from bot.dialogue.questions import Kind
from bot.language.details.asking import plain
from bot.language.details.reading import read

CUES: Mapping[Kind, str] = {
    "when": r"dates?|days?|times?|when|hour|month|morning|afternoon|evening|night",
    "date": r"dates?|days?|when",
    "platform": r"apps?|platforms?|where|website",
    "story": r"story|happened|description|wording|typos?|spelling|what i (?:said|wrote)|my words",
    "people": r"initials|whose|affected|child'?s name|pupil'?s name",
    "contact": r"my (?:name|number|phone|mobile|e-?mail|details|contact|role|job)|phone number",
    "evidence": r"evidence|screenshots?|pictures?|files?|links?|proof",
    "link": r"address|links?|url|site|website",
    "year": r"year(?: group)?|class",
}
LONG = 5
"""Letters from which a word of a label is worth something: shorter ones are "who" and "is"."""
_WRONG = re.compile(
    r"\b(?:wrong|not right|isn'?t right|incorrect|mistake|change|correct|edit|alter|fix|redo|amend"
    r"|should (?:be|say)|meant|instead|actually|not (?:\w+ ){0,3}but|it was|wasn'?t|isn'?t|remove"
    r"|delete|take out|different|forgot|add|missing|mis-?spelt|misspelled|typo|update|rather)\b"
)
_YES = {
    *("yes", "yep", "yeah", "ok", "okay", "send", "submit", "confirm", "correct", "right"),
    *("good", "perfect", "fine", "agree", "ready"),
}
_BESIDE_YES = {
    *("please", "pls", "it", "its", "is", "all", "that", "that's", "thats", "this", "looks"),
    *("go", "ahead", "i", "sure", "thank", "you", "thanks", "everything", "now", "to", "them"),
    *("the", "school", "report", "very", "much", "and", "can", "just", "it's"),
}
_BY_NUMBER = re.compile(
    r"(?:(?:please|can|could|you|i|we|want|need|would|like|to|id|change|edit|correct|fix|redo"
    r"|amend|the|a|line|number|no|point|answer|question|nr) )*(\d{1,2})"
    r"(?: (?:is|isnt|isn't|not|wrong|right|incorrect|please|again|needs?|to|be|changing|changed"
    r"|a|mistake|has|correct|quite))*"
)
_ASKS = re.compile(r"(?:is|can) (?:it|that|this|everything|all|you|i|the)\b")
"""With a bare "is correct" somebody says so, whose own language does without "it"."""
_NAMED_LINE = re.compile(r"\b(?:line|number|point) (\d{1,2})\b")
_WONDERS = re.compile(r"(?:what|why|who|how|where|when)\b")
LONGEST_NAMING = 14
"""Words of a text that may name a line along with what is wrong with it."""


def agrees(text: str) -> bool:
    """Whether a text says yes in its own words, and not a word more."""
    said = plain(text)
    words = set(said.split())
    yes = bool(words & _YES) and words <= _YES | _BESIDE_YES
    return yes and not (_ASKS.match(said) or text.rstrip().endswith("?"))


def numbered(text: str) -> str:
    """The one line that a text names by its number."""
    said = plain(text)
    if found := _BY_NUMBER.fullmatch(said):
        return found[1]
    if len(said.split()) > LONGEST_NAMING or _WONDERS.match(said):
        return ""
    lines = set(_NAMED_LINE.findall(said))
    return str(lines.pop()) if len(lines) == 1 else ""


def meant(form: Form, answers: Answers, text: str, now: datetime) -> list[Line]:
    """The lines that are most likely meant, in their order; none if nothing points to one."""
    said = " ".join(re.sub(r"[^\w' -]+", " ", text.casefold().replace("’", "'")).split())
    details = read(text, now)
    found = {"when": details.when, "platform": details.platforms, "link": details.links}
    scored = []
    for line in form.lines(answers):
        kind = line.question.kind
        label = line.question.label.casefold()
        named = {word for word in re.findall(r"\w+", label) if len(word) >= LONG}
        score = 2 * len(named & set(said.split())) + (2 if label in said else 0)
        if kind in CUES and re.search(rf"\b(?:{CUES[kind]})\b", said):
            score += 2
        if found.get(kind) or (kind == "choice" and line.question.read(text)):
            score += 1
        scored.append((score, line))
    best = max((score for score, _ in scored), default=0)
    return [line for score, line in scored if score == best] if best else []


def wants_change(text: str) -> bool:
    """Whether a text says that something isn't as it should be."""
    return bool(_WRONG.search(text.casefold().replace("’", "'")))
