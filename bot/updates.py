"""What a channel was sent and nobody has settled yet, and what settling it led to.

The words that the store and such a channel share, so that neither has to know the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Button, Reply


@dataclass(frozen=True)
class KeptUpdate:
    """One update that nobody has settled yet. `number` is the row's own."""

    number: int
    update: str
    raw: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True)
class Home:
    """Where a conversation takes place. Of somebody who isn't known yet, the school is empty."""

    conversation: str
    channel: str
    chat: int = field(repr=False)
    school: str
    role: str


@dataclass(frozen=True)
class Settled:
    """`message` is the message's number in the inbox, if it became one; `buttons` are the messages
    of ours whose buttons mean nothing any more, because something else was said since."""

    message: int | None
    buttons: tuple[int, ...] = ()


@dataclass(frozen=True)
class Offered:
    """A button that was offered. It is `passed` when something else was said after it."""

    button: Button
    reply: Reply
    passed: bool
