"""Who may speak as whom: invitations to a school, and what accepting one makes of a person.

A display name proves nothing, so nobody is believed to be a teacher for saying so. The school hands
out links: a member of staff or a reader gets one of their own, that works once; parents share one,
with an end and a limit. The code in a link is as long as a key, and only its hash is stored.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

InvitedAs = Literal["staff", "parent", "reader"]
INVITED_AS: tuple[InvitedAs, ...] = get_args(InvitedAs)

CODE_BYTES = 20
"""160 bits, which is 27 letters in a link; Telegram takes 64."""

SINGLE_USE_DAYS, SHARED_DAYS = 14, 90
SHARED_USES = 500

MOST_TRIES = 5
"""Wrong codes from one person within an hour; after that they wait."""

MOST_TRIES_IN_ALL = 300


@dataclass(frozen=True)
class Invitation:
    """An invitation as it is made. `reader` is whose alerts it ties to a chat."""

    school: str
    invited_as: InvitedAs
    uses: int
    ends: datetime
    reader: int | None = None


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that can still be accepted, as its school sees it."""

    number: int
    invited_as: InvitedAs
    uses_left: int
    ends: datetime


@dataclass(frozen=True)
class Membership:
    """One person at one school; `current` is the school that they are talking to."""

    school: str
    role: Literal["staff", "parent"]
    current: bool


@dataclass(frozen=True)
class Enrolled:
    """What accepting an invitation has led to."""

    school: str
    invited_as: InvitedAs


def invitation(
    school: str,
    invited_as: InvitedAs,
    now: datetime,
    *,
    days: int | None = None,
    uses: int | None = None,
    reader: int | None = None,
) -> Invitation:
    """Single-use for staff and readers, whatever is asked for; shared for parents."""
    if (invited_as == "reader") != (reader is not None):
        raise ValueError("an invitation for a reader says whose it is, and no other does")
    if invited_as == "parent":
        lasts, count = days or SHARED_DAYS, uses or SHARED_USES
    else:
        lasts, count = days or SINGLE_USE_DAYS, 1
    return Invitation(school, invited_as, count, now + timedelta(days=lasts), reader)


def code(random_bytes: bytes) -> str:
    """What stands in the link; letters, digits, `-` and `_` only, as Telegram wants it."""
    if len(random_bytes) < CODE_BYTES:
        raise ValueError(f"an invitation needs {CODE_BYTES} random bytes")
    return base64.urlsafe_b64encode(random_bytes[:CODE_BYTES]).decode().rstrip("=")


def mark(typed: str) -> bytes:
    """What is stored of a code. It is random and long, so that a plain hash tells nothing of it."""
    return hashlib.sha256(typed.strip().encode("utf-8", "replace")).digest()


def may_try(own: int, of_all: int) -> bool:
    """Whether one more code is looked at, after so many wrong ones within an hour."""
    return own < MOST_TRIES and of_all < MOST_TRIES_IN_ALL
