"""Messages that somebody might send to break a bot, drawn from a source of chance that is given."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from bot.dialogue.controls import AFRESH, BACK, CARRY_ON, CHANGE, SAVE, SEND, SKIP, STOP, THATS_ALL
from tests.bench.messages import MESSAGES
from tests.dialogue.walking import BEGIN

HUGE = 30_000
SEEN_OR_NOT = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e"
TURNED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
CONTROL = "".join(map(chr, [*range(32), *range(127, 160)]))
STACKED = "".join(map(chr, range(0x300, 0x370)))
EMOJI = "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿👍🏿❤️‍🔥🇬🇧🤷🏽‍♀️"

FIXED: tuple[str, ...] = tuple(json.loads(Path(__file__).with_name("hostile.json").read_text()))
"""Said as they stand, alone or inside something else."""

STEERS = (BACK, SKIP, SAVE, STOP, THATS_ALL, SEND, CHANGE, CARRY_ON, AFRESH, "Yes", "No", "1", "2")

ORDINARY = frozenset((*STEERS, *BEGIN.values()))
"""What leads the others into forms and through them, and isn't hostile by itself."""


def hostile(chance: random.Random) -> str:
    return chance.choice(KINDS)(chance)


def _of(alphabet: str, longest: int) -> Callable[[random.Random], str]:
    def drawn(chance: random.Random) -> str:
        return "".join(chance.choices(alphabet, k=chance.randint(1, longest)))

    return drawn


def _fixed(chance: random.Random) -> str:
    return chance.choice(FIXED)


def _bytes(chance: random.Random) -> str:
    raw = bytes(chance.randrange(256) for _ in range(chance.randint(1, 60)))
    return raw.decode(chance.choice(("utf-8", "latin-1", "utf-16-le")), "replace")


def _any_characters(chance: random.Random) -> str:
    """Any at all: half surrogates, unassigned ones, private ones."""
    return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 40)))


def _broken(chance: random.Random) -> str:
    """Something that people do say, with something else in it."""
    said = chance.choice((*MESSAGES, *BEGIN.values()))
    at = chance.randint(0, len(said))
    inside = chance.choice((_fixed, _of(SEEN_OR_NOT, 5), _of(TURNED, 5), _of(CONTROL, 5)))(chance)
    return said[:at] + inside + said[at:]


def _huge(chance: random.Random) -> str:
    """Rarely, since these take as long as a hundred others."""
    piece = chance.choice((*FIXED, EMOJI, STACKED, "a", "why ")) or " "
    long = HUGE if chance.random() < 0.02 else 600
    return (piece * (long // len(piece) + 1))[:long]


def _nested(chance: random.Random) -> str:
    return chance.choice(('{"a":', "[", "((", "/choose{", "<b>")) * chance.randint(2, 300)


def _steer(chance: random.Random) -> str:
    return chance.choice(STEERS)


def _begin(chance: random.Random) -> str:
    return chance.choice(tuple(BEGIN.values()))


KINDS = (
    *(_fixed, _fixed, _fixed, _bytes, _any_characters, _broken, _broken, _huge, _nested),
    *(_steer, _steer, _steer, _begin, _of(SEEN_OR_NOT, 20), _of(TURNED + "abc", 20)),
    *(_of(CONTROL + "abc", 20), _of("e" + STACKED, 60), _of(EMOJI, 120)),
)
