"""Where somebody who is signed in may go: those who receive reports, and those who administer.

The guard asks here, and the links at the head of each page are read from the same table. A path
that isn't named is for those who receive: so a page that somebody adds later, and forgets to think
about, is closed to an administrator, who must see nothing that a report says.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases.people import Reader

PEOPLE = "/people"
AUDIT = "/audit"


@dataclass(frozen=True)
class Door:
    """A page that the head of every page leads to; `here` is what that page calls itself."""

    path: str
    title: str
    receiving: bool = True
    administering: bool = False

    @property
    def here(self) -> str:
        return self.path.removeprefix("/") or "inbox"

    def is_for(self, reader: Reader) -> bool:
        return (self.receiving and reader.receives) or (self.administering and reader.administers)


DOORS = (
    Door("/", "Inbox"),
    Door("/registers", "Registers"),
    Door("/questions", "Questions"),
    Door("/policy", "Policy"),
    Door("/patterns", "Patterns"),
    Door(AUDIT, "Audit", administering=True),
    Door(PEOPLE, "People", receiving=False, administering=True),
)
BY_FIRST_PART = {door.path.removeprefix("/"): door for door in DOORS}
REPORTS = DOORS[0]


def lets_in(reader: Reader, path: str) -> bool:
    """Whether this path, and what lies behind it, is for this reader."""
    first = path.removeprefix("/").partition("/")[0]
    return BY_FIRST_PART.get(first, REPORTS).is_for(reader)


def doors_for(reader: Reader) -> list[Door]:
    return [door for door in DOORS if door.is_for(reader)]
