"""On which platforms something happened, as far as the message names them.

Many names are words as well (a snap, two teams, x): those count only where the words around them
speak of an app. What people call the platforms stands in `nlu/details/platforms.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.language.details.links import host
from bot.language.details.text import blanked, either, kept, slips

LONG = 7
"""Letters of a name from which a slip still shows what was meant."""
NEAR = 60
"""Characters before a word that are looked at."""

_RECEIVED = re.compile(r"got|getting|gets?\b|had|received|recieved")
_BY_APP = re.compile(
    r"(?: (?!about|because|after|and|that)\w+){0,2}?(?: (?:on|via|over|through|using))? ~"
)
"""What follows when somebody "rang on Teams": the call was by a platform that has been read."""


class Known(NamedTuple):
    named: re.Pattern[str]
    beside: re.Pattern[str] | None
    never: re.Pattern[str]
    denied: re.Pattern[str]
    words: dict[str, str]
    slips: dict[str, str]
    doubtful: dict[str, str]
    told: tuple[tuple[str, re.Pattern[str]], ...]
    telling: tuple[re.Pattern[str], re.Pattern[str]]
    sites: dict[str, str]


def platform_name(slug: str) -> str:
    """What it is called to people."""
    return str(kept("platforms")["platforms"][slug]["name"])


def platforms(said: str, links: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Slugs in the order in which they are named; those that only a link tells come last."""
    known = _known()
    found = sorted(_found(said, known))
    linked = (site for link in links if (site := _of_site(host(link), known.sites)))
    return tuple(dict.fromkeys([*(slug for _, slug in found), *linked]))


def _found(said: str, known: Known) -> Iterator[tuple[int, str]]:
    left = said
    for match in known.never.finditer(said):
        left = blanked(left, *match.span())
    whole = left
    for match in known.named.finditer(whole):
        if not known.denied.search(said[: match.start()][-NEAR:]):
            yield match.start(), known.words[match[0]]
        left = blanked(left, *match.span())
    for match in known.beside.finditer(left) if known.beside else ():
        name = match["after_cue"] or match["before_cue"] or match["alone"]
        if not known.denied.search(said[: match.end()][-NEAR - len(name) : -len(name)]):
            yield match.start(), known.doubtful[name]
        left = blanked(left, *match.span())
    for match in re.finditer(r"[a-z]{6,}", left):
        slug = known.slips.get(match[0])
        if slug and not known.denied.search(said[: match.start()][-NEAR:]):
            yield match.start(), slug
    yield from _by_pattern(left, known)


def _by_pattern(said: str, known: Known) -> Iterator[tuple[int, str]]:
    before, after = known.telling
    for slug, pattern in known.told:
        for match in pattern.finditer(said):
            earlier = said[: match.start()][-NEAR:]
            received = _RECEIVED.match(match[0])
            asked = not earlier.strip(" .,;!?") and after.search(said[match.end() :][:NEAR])
            told = asked or (not received and before.search(earlier))
            elsewhere = slug != "email" and _BY_APP.match(said, match.end())
            if not told and not elsewhere and not known.denied.search(earlier):
                yield match.start(), slug


def _of_site(name: str, sites: dict[str, str]) -> str | None:
    """The platform of a host, or of the site that it is a part of."""
    while name:
        if name in sites:
            return sites[name]
        name = name.partition(".")[2]
    return None


@cache
def _known() -> Known:
    data = kept("platforms")
    words: dict[str, str] = {}
    doubtful: dict[str, str] = {}
    sites: dict[str, str] = {}
    never: list[str] = []
    told: list[tuple[str, re.Pattern[str]]] = []
    for slug, entry in data["platforms"].items():
        words |= dict.fromkeys(entry.get("words", ()), slug)
        doubtful |= dict.fromkeys(entry.get("beside", ()), slug)
        sites |= dict.fromkeys(entry.get("sites", ()), slug)
        never += entry.get("never", ())
        if "patterns" in entry:
            told.append((slug, re.compile("|".join(entry["patterns"]))))
    around = data["around"]
    lead = rf"\b{either(around['before'])} (?:{either(around['between'])} ){{0,3}}"
    follow = rf" (?:group )?{either(around['after'])}\b"
    name = either(list(doubtful))
    beside = (
        rf"{lead}(?P<after_cue>{name})(?![\w'-])|(?<![\w'-])(?P<before_cue>{name}){follow}"
        rf"|(?:^|(?<=[.,;:(] ))(?P<alone>{name})(?=\s*(?:[.,;:)]|$))"
    )
    telling = data["telling"]
    return Known(
        re.compile(rf"(?<![\w']){either(list(words))}(?!\w)"),
        re.compile(beside),
        re.compile(rf"(?<!\w){either(never)}(?!\w)"),
        re.compile(rf"(?<!\w){either(data['not'])} (?:{either(around['between'])} )*$"),
        words,
        {slip: slug for word, slug in words.items() for slip in slips(word, LONG)},
        doubtful,
        tuple(told),
        (re.compile(telling["before"]), re.compile(telling["after"])),
        sites,
    )
