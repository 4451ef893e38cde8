"""The words that people are known to use here, and what two others make of them.

A message of which hardly a word is known isn't English, and its writer is told so instead of being
guessed at. And an unanswered question is kept with its known words only: a name, a number or an
address doesn't have to be recognised to be left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources

SHARED = 2
"""A word is known when so many examples use it; what stands in one may be a made-up name."""
FEW = 4
"""A message with fewer words isn't judged to be in another language: it may be badly spelt."""
ENGLISH = 0.4
"""The share of known words below which a message isn't taken for English."""
KEPT = 200
"""Characters that are kept of an unanswered question."""
GONE = "…"

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam"})
PLATFORMS = frozenset(
    (
        *("facebook", "fb", "instagram", "insta", "whatsapp", "tiktok", "snapchat", "snap", "x"),
        *("twitter", "youtube", "linkedin", "discord", "roblox", "teams", "messenger", "threads"),
        *("google", "zoom", "pinterest", "reddit", "telegram", "bereal", "facetime"),
    )
)
"""Also what a follow-up may name without asking about something else: see `following`."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EDGES = " \t\n.,;:!?()\"'“”‘’…-"


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words that several examples share, without people's first names."""
    seen = Counter(word for text in texts for word in set(_words(text)))
    shared = {word for word, times in seen.items() if times >= SHARED}
    return frozenset(shared - given_names() | PLATFORMS)


@cache
def given_names() -> frozenset[str]:
    """First names that are common in Britain and are no other word."""
    listed = resources.files(__package__).joinpath("given-names.txt").read_text("utf-8")
    return frozenset(listed.split())


def is_foreign(text: str, known: Collection[str]) -> bool:
    words = _words(text)
    if words and not any(letter.isascii() and letter.isalpha() for letter in text):
        return True  # another alphabet
    return len(words) >= FEW and sum(word in known for word in words) < ENGLISH * len(words)


def gist(text: str, known: Collection[str]) -> str:
    """What a question asks, without what could tell whose it is."""
    kept: list[str] = []
    names = given_names()
    begins, named = True, False
    for chunk in text.split():
        word = chunk.strip(_EDGES)
        plain = _plain(word)
        capital = word[:1].isupper() and not (begins or word.isupper() or plain in PLATFORMS)
        if plain in known and not capital and not named:
            kept.append(plain)
        elif kept[-1:] != [GONE]:
            kept.append(GONE)
        # A surname may be any word, so what follows a title, a first name or an initial goes too.
        named = plain in TITLES or plain in names or (named and len(plain) == 1)
        begins = chunk[-1] in ".!?" and plain not in TITLES and len(plain) > 1
    return " ".join(kept)[:KEPT]


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    return word.replace("’", "'").lower()
