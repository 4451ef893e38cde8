"""A message as the patterns of this package want it, and the data that people can edit.

Apostrophes are kept, since "Tuesday's" is a day and "Tuesdays" are all of them; so is what ends a
clause, since a detail belongs to what is said beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.language.tuning import FOLDER

LONDON = ZoneInfo("Europe/London")
READ = 4_000
"""Characters looked at: a first message is short, and a reading has to be quick whatever comes."""

_ALIKE = str.maketrans({**dict.fromkeys("’‘`´", "'"), **dict.fromkeys("–—‐‑−", "-")})
_LEFT = re.compile(r"[^a-z0-9'/:.,;!?()@#&*+=-]+")


def plain(text: str) -> str:
    """Lower case with single spaces; a new line ends a sentence."""
    lines = (line.strip() for line in text[:READ].translate(_ALIKE).splitlines())
    return _LEFT.sub(" ", " . ".join(filter(None, lines)).lower()).strip()


def blanked(said: str, start: int, end: int) -> str:
    """Without the piece that was read; everything else stays in its place."""
    return said[:start] + "~" * (end - start) + said[end:]


def in_london(now: datetime) -> datetime:
    """A time without a zone is taken for London's."""
    return now if now.tzinfo is None else now.astimezone(LONDON).replace(tzinfo=None)


def either(words: list[str]) -> str:
    """A pattern for any of the words, the longest first."""
    inner = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return f"(?:{inner})"


@cache
def kept(name: str) -> dict[str, Any]:
    """One of the files in `nlu/details`, read once; they are the project's own."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "details" / f"{name}.yml").read_text("utf-8"))
    return read


def slips(word: str, least: int) -> Iterator[str]:
    """What becomes of a word when a letter is left out, doubled, or swapped with the next.

    The first letter stays: people seldom miss it, and without it "pinterest" is "interest".
    """
    if len(word) < least or not word.isalpha():
        return
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
