"""Reads a message for danger, before anything else does.

Meaning and wording are weighed together. A long message is read in pieces, since what matters may
stand anywhere in it. Whatever fails, something is left: without the model the wording speaks alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol

import numpy as np

from bot.language.urgent.kinds import IMAGES, KINDS, LEVEL, Alarm, Kind
from bot.language.urgent.model import EXAMPLES, HARMLESS, AlarmModel, by_wording
from bot.language.urgent.signs import signs, taken_back
from bot.language.weights import Floats

log = logging.getLogger(__name__)

LONG = 45
"""Words of a message that is read as one."""
PIECE = 28
"""Words of a piece of a longer one: among more that are harmless, one sentence is overheard."""
PIECES = 8
"""Pieces of a longer one that are read for meaning: those whose wording speaks of harm first."""
FEW, SURE = 10, 0.985
"""A message of so few words, none of which is a sign, may be the answer to a form's question, so it
has to be this likely."""
READ = 20_000
"""Characters looked at."""
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_NUMBER = re.compile(r"\bSP(?:[\s-]?[2-9B-DF-HJ-NP-TV-Z]{4}){2}\b", re.IGNORECASE)
"""A report's number. It is drawn by chance, and some of them would sound like a cry for help."""


class Encodes(Protocol):
    def encode(self, texts: list[str]) -> Floats: ...


class Detector:
    def __init__(
        self, encoder: Encodes | None, model: AlarmModel | None, second: Encodes | None = None
    ) -> None:
        """Each may be missing, when it can't be read. The `second` encoder is asked in doubt."""
        self._encoder = encoder
        self._model = model
        self._second = second

    def read(self, text: str) -> Alarm:
        text = _NUMBER.sub(" ", text[:READ]).strip()
        found, against = signs(text), taken_back(text)
        readable = any(letter.isascii() and letter.isalpha() for letter in text)
        if not found and _plain(text) in _known_harmless():
            return Alarm("none", KINDS[0], 0.0, False, ("a harmless example, word for word",))
        if readable and self._encoder is not None and self._model is not None:
            try:
                shares = self._shares(text, self._encoder, self._model)
                words = len(text.split())
                few = not found and words <= FEW
                spoken = bool(found) and not against
                levels = self._model.short if words <= LONG else self._model.long
                threshold = levels.signed if spoken else levels.raised
                doubted = min(threshold, levels.asked)
                threshold = max(threshold, SURE if few else 0.0)
                return _weighed(shares, (doubted, threshold), found, against)
            except Exception as error:  # noqa: BLE001 - help must go out whatever is broken
                log.error("an alarm was read by wording alone: %s", type(error).__name__)
        return _by_wording(found, against)

    def _shares(self, text: str, encoder: Encodes, model: AlarmModel) -> Floats:
        """How likely each kind is, in the piece of the message that sounds most urgent."""
        second = self._second

        def read(piece: str) -> Floats:
            again = None if second is None else lambda: second.encode([piece])[0]
            return model.shares(piece, encoder.encode([piece])[0], again)

        return min(map(read, pieces(text)), key=lambda shares: float(shares[HARMLESS]))


@cache
def _known_harmless() -> frozenset[str]:
    """Short everyday words, such as "I don't know": too few for their meaning to be weighed."""
    lines = (EXAMPLES / "none-everyday.txt").read_text("utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if len(line.split()) <= FEW)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _weighed(
    shares: Floats, levels: tuple[float, float], found: dict[Kind, str], against: dict[str, str]
) -> Alarm:
    """`levels` are how likely danger has to be to be asked about, and to be raised."""
    doubted, threshold = levels
    urgent = 1 - float(shares[HARMLESS])
    kind = KINDS[int(np.argmax(shares[:HARMLESS]))]
    raised = urgent >= threshold
    now = sum(float(shares[place]) for place, one in enumerate(KINDS) if _now(one))
    if raised and (now >= urgent / 2) != _now(kind):
        # The likeliest kind is of the other level than most of the weight.
        kind = max(
            (one for one in KINDS if _now(one) == (now >= urgent / 2)),
            key=lambda one: float(shares[KINDS.index(one)]),
        )
    why = [
        f"by meaning and wording {urgent:.2f} urgent, "
        f"asked about from {doubted:.2f}, raised from {threshold:.2f}"
    ]
    why += [f"{one} {float(shares[KINDS.index(one)]):.2f}" for one in _likeliest(shares)]
    return Alarm(
        LEVEL[kind] if raised else "none",
        kind,
        urgent,
        raised and _about_images(kind, found),
        (*why, *_told(found, against)),
        doubtful=doubted <= urgent < threshold,
    )


def _now(kind: Kind) -> bool:
    return LEVEL[kind] == "immediate"


def _likeliest(shares: Floats) -> list[Kind]:
    return [KINDS[place] for place in np.argsort(-shares[:HARMLESS])[:3]]


def _by_wording(found: dict[Kind, str], against: dict[str, str]) -> Alarm:
    kind = by_wording(found, against)
    why = ("by wording alone", *_told(found, against))
    if kind is None:
        likeliest = next(iter(found), KINDS[0])
        return Alarm("none", likeliest, 0.0, False, why, doubtful=bool(found))
    return Alarm(LEVEL[kind], kind, 1.0, _about_images(kind, found), why)


def _about_images(kind: Kind, found: dict[Kind, str]) -> bool:
    return kind in IMAGES or "nude-image" in found


def _told(found: dict[Kind, str], against: dict[str, str]) -> Iterator[str]:
    yield from (f"says “{words}”, a sign of {kind}" for kind, words in found.items())
    yield from (f"says “{words}”: {reason}" for reason, words in against.items())


def pieces(text: str) -> Iterator[str]:
    """The message itself, or of a long one the parts that matter most, each short enough."""
    words = text.split()
    if len(words) <= LONG:
        yield text
        return
    pieces: list[str] = []
    for sentence in filter(str.strip, _END.split(text)):
        parts = sentence.split()
        pieces += [" ".join(parts[at : at + PIECE]) for at in range(0, len(parts), PIECE)]
    pieces = [" ".join(words[:LONG]), *_together(pieces)]
    speaking = [piece for piece in pieces if signs(piece)]
    yield from [*speaking, *(piece for piece in pieces if piece not in speaking)][:PIECES]


def _together(pieces: list[str]) -> Iterator[str]:
    """Short sentences side by side, so that each keeps its neighbours' sense."""
    held: list[str] = []
    for piece in pieces:
        if held and sum(len(one.split()) for one in (*held, piece)) > PIECE:
            yield " ".join(held)
            held = held[-1:] if len(held[-1].split()) < PIECE // 3 else []
        held.append(piece)
    if held:
        yield " ".join(held)
