"""Who may receive records: the readers of a school, and what they are there.

A reader is one person at one school, with every role that they hold in it. Somebody who works for
two schools is a reader at each, with a passphrase for each: what opens one school's records opens
no other's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.cases.calendar import WEEK
from bot.errors import BotError

ReaderRole = Literal[
    "dsl", "deputy-dsl", "head", "deputy-head", "slt", "chair-of-governors", "network-manager"
]
ROLES: tuple[ReaderRole, ...] = get_args(ReaderRole)

AdministratorRole = Literal["desk-administrator"]
ADMINISTRATOR: AdministratorRole = "desk-administrator"
"""Looks after who receives reports, and receives none: no line of routing has this role in it. A
policy's "administrator" is somebody else, who looks after the school's accounts on social media."""

DeskRole = ReaderRole | AdministratorRole
DESK_ROLES: tuple[DeskRole, ...] = (*ROLES, ADMINISTRATOR)

Way = Literal["email", "telegram"]
"""How a reader hears that something waits."""


@dataclass(frozen=True)
class Reader:
    """`away` is somebody who still receives, while whoever stands in receives it too.

    `week` is the weekdays on which they work, and `off` whether today is a school day and none of
    those. `cover` is the number of who stands in for them then.
    """

    id: int
    school: str
    name: str = field(repr=False)
    roles: frozenset[DeskRole]
    away: bool = False
    ways: tuple[Way, ...] = ()
    week: frozenset[int] = WEEK
    off: bool = False
    cover: int | None = None

    @property
    def administers(self) -> bool:
        return ADMINISTRATOR in self.roles

    @property
    def receives(self) -> bool:
        """Whether they may be given records at all; who only administers is given none."""
        return bool(self.roles - {ADMINISTRATOR})


def reader_role(name: str) -> DeskRole:
    for role in DESK_ROLES:
        if role == name:
            return role
    raise BotError(f"A reader can't be {name!r}; use one of {', '.join(DESK_ROLES)}.")
