"""The weighing of an alarm: arrays that turn a message's numbers, spelling and signs into shares.

They are small, and stand in the repository beside the tuning of the encoder that they belong to, so
an alarm needs no training and outlives the loss of the trained model. How they are made stands in
`fitting`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.language import spelling, tuning
from bot.language.topics import shares_of
from bot.language.urgent import signs
from bot.language.urgent.kinds import KINDS, Kind
from bot.language.weights import Floats

EXAMPLES = tuning.FOLDER / "urgent"
FILE = tuning.FOLDER / "urgent.npz"
ARRAYS = ("meaning", "spelling", "signs", "bias")
HARMLESS = len(KINDS)
"""The column after the kinds: what raises nothing."""

UNHEARD = 0.03
"""Below this the first encoder is believed alone: nearly all that people write lies there."""


@dataclass(frozen=True)
class Weights:
    """What turns one encoder's numbers, the spelling and the signs into a score for each kind."""

    meaning: Floats
    spelling: Floats
    signs: Floats
    bias: Floats

    def scores(self, sentence: Floats, told: Told) -> Floats:
        """Logarithms of how likely each kind is, and last that there is nothing."""
        scores = (
            sentence @ self.meaning
            + told.values @ self.spelling[told.columns]
            + told.flags @ self.signs
            + self.bias
        )
        top = scores.max()
        likely: Floats = scores - (top + np.log(np.exp(scores - top).sum()))
        return likely


class Told(NamedTuple):
    """What the letters and the wording of a message say, whichever encoder reads it."""

    columns: NDArray[np.int_]
    values: Floats
    flags: NDArray[np.float32]


class Levels(NamedTuple):
    """How likely danger has to be."""

    raised: float
    signed: float
    """Enough where the wording has a sign of danger that nothing takes back."""

    asked: float
    """From here on the person is asked whether somebody may be in danger."""


@dataclass(frozen=True)
class AlarmModel:
    first: Weights
    second: Weights
    """For the encoder that was tuned from another beginning. What only one of them takes for danger
    is less often danger."""

    rarity: Floats
    short: Levels
    long: Levels
    """For a message that is read in pieces, by the most urgent of them."""

    made_from: str

    def shares(
        self, text: str, sentence: Floats, again: Callable[[], Floats] | None = None
    ) -> Floats:
        """How likely each kind is, and last that there is nothing.

        `again` gives the message in the second encoder's numbers; it is asked for in any doubt.
        """
        told = Told(*spelling.spelled(text, self.rarity), flags(text))
        scores = self.first.scores(sentence, told)
        if again is not None and np.exp(scores[HARMLESS]) <= 1 - UNHEARD:
            scores = joined(scores, self.second.scores(again(), told))
        return shares_of(scores)

    def save(self, path: Path) -> None:
        weights = {
            f"{whose}_{name}": getattr(one, name).astype(np.float16)
            for whose, one in (("first", self.first), ("second", self.second))
            for name in ARRAYS
        }
        np.savez_compressed(
            path,
            **weights,
            rarity=self.rarity.astype(np.float16),
            short=np.array(self.short),
            long=np.array(self.long),
            made_from=np.array(self.made_from),
        )

    @classmethod
    def load(cls, path: Path = FILE) -> AlarmModel:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                first, second = (
                    Weights(**{name: kept[f"{whose}_{name}"].astype(np.float32) for name in ARRAYS})
                    for whose in ("first", "second")
                )
                return cls(
                    first,
                    second,
                    rarity=kept["rarity"].astype(np.float32),
                    short=Levels(*map(float, kept["short"])),
                    long=Levels(*map(float, kept["long"])),
                    made_from=str(kept["made_from"]),
                )
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                f"{path.name} can't be used, so alarms are raised by wording alone: take it from "
                "the repository again, or make it anew with `make tune`."
            ) from None


def joined(first: Floats, second: Floats) -> Floats:
    """Both opinions count alike, on the scale on which each is sure or not."""
    both: Floats = (first + second) / 2
    return both


def flags(text: str) -> NDArray[np.float32]:
    """A one for each kind and each reason against that the wording speaks of."""
    found, against = signs.signs(text), signs.taken_back(text)
    ones = [
        *(kind in found for kind in KINDS),
        *(why in against for why in signs.phrases().taken_back),
    ]
    return np.array([*ones, bool(found), bool(found) and not against], np.float32)


def by_wording(found: dict[Kind, str], against: dict[str, str]) -> Kind | None:
    """What the signs alone raise: the first kind that they speak of, if nothing takes it back."""
    return next(iter(found), None) if found and not against else None


def fingerprint() -> str:
    """A hash of all that the arrays are made from."""
    return tuning.hashed([*sorted(EXAMPLES.glob("*.txt")), signs.FILE, tuning.FILE, tuning.SECOND])
