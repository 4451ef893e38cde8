"""The wording of danger: phrases that speak of harm, and phrases that take it back.

What a message means, the sentence model tells; this hears what it may miss, such as slang, a few
words in the middle of a form, or what stands at the end of a long message. Alone it is also what is
left when there is no model. The signs are inputs of the fit as well, which weighs them (see
`fitting`). The phrases themselves stand in `nlu/urgent/signs.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from bot.language.tuning import FOLDER
from bot.language.urgent.kinds import KINDS, Kind

FILE = FOLDER / "urgent" / "signs.yml"


def plain(text: str) -> str:
    """As the patterns want it: lower case, no apostrophes, single spaces."""
    text = re.sub(r"['’`]", "", text.casefold())
    return re.sub(r"[^a-z0-9£*,.?! -]+", " ", re.sub(r"\s+", " ", text)).strip()


def signs(text: str) -> dict[Kind, str]:
    """For each kind that the wording speaks of, the words that do."""
    said = plain(text)
    found = ((kind, _first(pattern, said)) for kind, pattern in phrases().signs.items())
    return {kind: words for kind, words in found if words}


def taken_back(text: str) -> dict[str, str]:
    """What in the wording speaks against an alarm: the reason, and the words."""
    said = plain(text)
    found = ((why, _first(pattern, said)) for why, pattern in phrases().taken_back.items())
    return {why: words for why, words in found if words}


def _first(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found[0].strip() if found else ""


@dataclass(frozen=True)
class Phrases:
    signs: Mapping[Kind, re.Pattern[str]]
    taken_back: Mapping[str, re.Pattern[str]]


@cache
def phrases() -> Phrases:
    """All phrases, read once; the file is the project's own, and a test reads it as well."""
    kept = yaml.safe_load(FILE.read_text("utf-8"))
    words: dict[str, str] = kept["words"]

    def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
        whole = "|".join(f"(?:{phrase})" for phrase in phrases)
        return re.compile(re.sub(r"<(\w+)>", lambda name: words[name[1]], whole))

    return Phrases(
        {kind: pattern(kept["signs"][kind]) for kind in KINDS},
        {why: pattern(phrases) for why, phrases in kept["taken_back"].items()},
    )
