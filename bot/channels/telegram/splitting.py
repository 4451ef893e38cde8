"""Long texts in pieces that Telegram takes, cut where a reader would pause."""

from __future__ import annotations

import re

LONGEST = 4000
"""Telegram takes 4,096 of UTF-16's units; some room is left."""

PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s"),
    re.compile(r"\s"),
)
"""Where to cut, the best first: a paragraph, a line, a sentence, a word."""


def units(text: str) -> int:
    """How Telegram counts: most emoji, and what else lies beyond the first plane, are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """The text in its order; nothing is lost but the space at the cuts."""
    rest, found = text.strip(), []
    while units(rest) > longest:
        head = _head(rest, longest)
        cut = next((place for pause in PAUSES if (place := _last(pause, head))), len(head))
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest] if rest or not found else found


def _head(text: str, longest: int) -> str:
    counted = 0
    for place, character in enumerate(text):
        counted += units(character)
        if counted > longest:
            return text[:place]
    return text


def _last(pause: re.Pattern[str], head: str) -> int | None:
    """The last pause, unless it would leave a very short piece."""
    places = [found.start() for found in pause.finditer(head)]
    return places[-1] if places and places[-1] > len(head) // 4 else None
