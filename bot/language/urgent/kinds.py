"""What a message may raise: thirteen kinds of harm, on two levels.

*Immediate* is danger now, or abuse that goes on: 999, or the lead this minute. *Serious* has to
reach the lead today. Which kind it is decides what is said; the level decides in which order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

Level = Literal["immediate", "serious", "none"]

Kind = Literal[
    "self-harm",
    "meeting-stranger",
    "violence",
    "missing",
    "exploitation",
    "abuse-at-home",
    "grooming",
    "sextortion",
    "nude-image",
    "radicalisation",
    "staff-contact",
    "hate-crime",
    "stalking",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

LEVEL: Mapping[Kind, Level] = {
    kind: "immediate" if place < KINDS.index("grooming") else "serious"
    for place, kind in enumerate(KINDS)
}

IMAGES: frozenset[Kind] = frozenset(("nude-image", "sextortion", "exploitation"))
"""Kinds in which nobody may send a picture: having it can be a crime."""


@dataclass(frozen=True)
class Alarm:
    """What was made of a message. `why` says so in plain words, for `urgent explain`.

    `kind` is the likeliest one, also where nothing was raised; `images` is whether any picture in
    this conversation must be refused. In doubt nothing is raised, and the person is asked.
    """

    level: Level
    kind: Kind
    share: float
    images: bool
    why: tuple[str, ...]
    doubtful: bool = False

    @property
    def raised(self) -> bool:
        return self.level != "none"

    @property
    def noticed(self) -> bool:
        """Whether it is raised or asked about."""
        return self.raised or self.doubtful

    def confirmed(self) -> Alarm:
        """What it becomes when the person says that somebody is in danger."""
        images = self.images or self.kind in IMAGES
        return replace(self, level=LEVEL[self.kind], images=images, doubtful=False)
