"""The weighing of an alarm: arrays that turn a message's numbers, spelling and signs into shares.

They are small, and stand in the repository beside the tuning of the encoder that they belong to, so
an alarm needs no training and outlives the loss of the trained model. How they are made stands in
`fitting`.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError
from bot.language import spelling, tuning
from bot.language.urgent import signs
from bot.language.urgent.kinds import KINDS, Kind
from bot.language.weights import Floats

EXAMPLES = tuning.FOLDER / "urgent"
FILE = tuning.FOLDER / "urgent.npz"
ARRAYS = ("meaning", "spelling", "signs", "bias", "rarity")
HARMLESS = len(KINDS)
"""The column after the kinds: what raises nothing."""


@dataclass(frozen=True)
class AlarmModel:
    meaning: Floats
    spelling: Floats
    signs: Floats
    bias: Floats
    rarity: Floats
    threshold: float
    signed: float
    """The threshold where the wording has a sign of danger that nothing takes back."""

    made_from: str

    def shares(self, text: str, sentence: Floats) -> Floats:
        """How likely each kind is, and last that there is nothing."""
        columns, values = spelling.spelled(text, self.rarity)
        scores = (
            sentence @ self.meaning
            + values @ self.spelling[columns]
            + flags(text) @ self.signs
            + self.bias
        )
        odds = np.exp(scores - scores.max())
        shares: Floats = odds / odds.sum()
        return shares

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            **{name: getattr(self, name).astype(np.float16) for name in ARRAYS},
            threshold=np.array(self.threshold),
            signed=np.array(self.signed),
            made_from=np.array(self.made_from),
        )

    @classmethod
    def load(cls, path: Path = FILE) -> AlarmModel:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return cls(
                    **{name: kept[name].astype(np.float32) for name in ARRAYS},
                    threshold=float(kept["threshold"]),
                    signed=float(kept["signed"]),
                    made_from=str(kept["made_from"]),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise ModelError(
                f"{path.name} can't be used, so alarms are raised by wording alone: take it from "
                "the repository again, or make it anew with `make tune`."
            ) from None


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
    return _hashed([*sorted(EXAMPLES.glob("*.txt")), signs.FILE, tuning.FILE])


def _hashed(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
