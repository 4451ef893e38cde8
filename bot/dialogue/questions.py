"""The questions of a form, out of their one place: the flow's domain file.

A question stands once, as `utter_ask_<flow>_<slot>`, with its text, its buttons and `metadata`:
what kind of answer it takes, its label in the summary, why it is asked, whom it is for, and the
words people type instead of pressing a button. This reads them from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from bot.dialogue.slight import answers

PREFIX = "utter_ask_"
CONFIRM = "confirm"
"""The last slot of every form: its question is the summary."""

Kind = Literal[
    "choice",
    "words",
    "story",
    "when",
    "platform",
    "people",
    "contact",
    "evidence",
    "date",
    "link",
    "year",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

PART_OF_A_TITLE = 2
"""Words of a text that may be part of one button's title and of no other."""
_NOT_THAT_I_KNOW = re.compile(
    r" not (?:to my knowledge|so far as i know|as far as i (?:know|can (?:tell|see)|am aware)"
    r"|that i(?:m| am)? (?:aware|know|knew)(?: of)?) "
)
_NO_PART = {"a", "an", "the", "of", "in", "on", "to", "it", "is", "i", "my", "or", "and", "by"}

Skip = Literal["yes", "no", "anonymous"]
"""`anonymous` is a question that may be skipped where the school takes reports without a name."""


@dataclass(frozen=True)
class Question:
    """A form's question about one slot. `words` is value -> the words that mean it."""

    slot: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    kind: Kind = "choice"
    label: str = ""
    why: str = ""
    hint: str = ""
    skip: Skip = "no"
    asked: bool = True
    """Some are answered by what somebody tells unasked, or not at all, and never put to anyone."""
    only_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files_unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Answers with which no file is taken at this question, since having it may be a crime."""
    titles: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str | None:
        """The one choice that the text names, or nothing when it names none or several."""
        rest = f" {_plain(text)} "
        if "no" in self.words:
            rest = _NOT_THAT_I_KNOW.sub(" no ", rest)
        phrases = [(word, value) for value, words in self.words.items() for word in words]
        found = set()
        # The longest first, so that "ex-pupil" isn't also read as "pupil".
        for phrase, value in sorted(phrases, key=lambda pair: -len(pair[0])):
            if f" {phrase} " in rest and answers(phrase, value, rest):
                found.add(value)
                rest = rest.replace(f" {phrase} ", " ")
        if not found and len(set(rest.split()) - _NO_PART) >= PART_OF_A_TITLE:
            found = {value for value, words in self.words.items() if rest in f" {words[0]} "}
        return found.pop() if len(found) == 1 else None

    def shown(self, value: str) -> str:
        """An answer as people read it: a button's title, or their own words."""
        return self.titles.get(value, value)


def questions_of(
    flow: str, responses: Mapping[str, Any], order: Iterable[str] | None = None
) -> dict[str, Question]:
    """The questions of one form, by slot, out of the domain's responses; `order` is the form's."""
    start = f"{PREFIX}{flow}_"
    found = {
        name.removeprefix(start): variants[0]
        for name, variants in responses.items()
        if name.startswith(start)
    }
    slots = found if order is None else [slot for slot in order if slot in found]
    return {slot: _question(slot, found[slot]) for slot in slots}


def _question(slot: str, entry: Mapping[str, Any]) -> Question:
    about = entry.get("metadata") or {}
    titles = {_choice(button): button["title"] for button in entry.get("buttons") or ()}
    said = about.get("words") or {}
    skip = about.get("skip", False)
    return Question(
        slot=slot,
        words={
            value: tuple(_plain(word) for word in (titles[value], *said.get(value, ())))
            for value in titles
        },
        text=entry["text"],
        kind=about.get("kind", "choice"),
        label=about.get("label", slot.replace("_", " ").capitalize()),
        why=about.get("why", ""),
        hint=about.get("hint", ""),
        skip=skip if isinstance(skip, str) else "yes" if skip else "no",  # type: ignore[arg-type]
        asked=about.get("asked", True),
        only_if=_conditions(about.get("only_if")),
        files_unless=_conditions(about.get("files_unless")),
        titles=titles,
    )


def _conditions(given: Mapping[str, Iterable[str]] | None) -> dict[str, tuple[str, ...]]:
    return {slot: tuple(values) for slot, values in (given or {}).items()}


def _choice(button: Mapping[str, str]) -> str:
    payload = button["payload"].replace("{{", "{").replace("}}", "}")
    choice: str = json.loads(payload[payload.index("{") :])["choice"]
    return choice


def _plain(text: str) -> str:
    """Lower case, apostrophes gone, anything else between words a single space."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’]", "", text.casefold())).strip()
