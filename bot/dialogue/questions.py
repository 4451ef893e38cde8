"""The closed questions of a form: the choices, and the words people use for them.

A question stands once, in its domain file: its text, its buttons, and under `metadata: words` what
people type instead of pressing one. This reads them from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "utter_ask_"


@dataclass(frozen=True)
class Question:
    """A form's question about one slot: value -> the words that mean it."""

    slot: str
    words: Mapping[str, tuple[str, ...]]

    def read(self, text: str) -> str | None:
        """The one choice that the text names, or nothing when it names none or several."""
        rest = f" {_plain(text)} "
        phrases = [(word, value) for value, words in self.words.items() for word in words]
        found = set()
        # The longest first, so that "ex-pupil" isn't also read as "pupil".
        for phrase, value in sorted(phrases, key=lambda pair: -len(pair[0])):
            if f" {phrase} " in rest:
                found.add(value)
                rest = rest.replace(f" {phrase} ", " ")
        return found.pop() if len(found) == 1 else None


def questions_of(flow: str, responses: Mapping[str, Any]) -> dict[str, Question]:
    """The closed questions of one form, by slot, out of the domain's responses."""
    questions = {}
    for name, variants in responses.items():
        words = (variants[0].get("metadata") or {}).get("words")
        if name.startswith(f"{PREFIX}{flow}_") and words:
            slot = name.removeprefix(f"{PREFIX}{flow}_")
            titles = {_choice(button): button["title"] for button in variants[0]["buttons"]}
            questions[slot] = Question(
                slot,
                {
                    value: tuple(_plain(word) for word in (titles[value], *said))
                    for value, said in words.items()
                },
            )
    return questions


def _choice(button: Mapping[str, str]) -> str:
    payload = button["payload"].replace("{{", "{").replace("}}", "}")
    choice: str = json.loads(payload[payload.index("{") :])["choice"]
    return choice


def _plain(text: str) -> str:
    """Lower case, apostrophes gone, anything else between words a single space."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’]", "", text.casefold())).strip()
