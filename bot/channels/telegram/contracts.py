"""What the Telegram channel asks of others: who somebody is, and what the commands say.

The channel knows chats and updates. Who may speak as whom, and what `/status` answers, is known
elsewhere, and is the same for other channels.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.messages import Arrival, Reply, Role, Said
from bot.updates import Home, KeptUpdate, Offered, Settled

CHANNEL: Literal["telegram"] = "telegram"


@dataclass(frozen=True)
class Person:
    """Who writes. `conversation` is theirs for ever; without a school they aren't enrolled."""

    conversation: str
    school: str | None = None
    role: Role | None = None
    chat: int = field(default=0, repr=False)


@dataclass(frozen=True)
class Noted:
    """A reader, by their number, has seen the record with this reference."""

    reader: int
    reference: str


@dataclass(frozen=True)
class Answer:
    """What the channel says at once, or the words with which the conversation goes on.

    With `says`, the person's message counts as these words, such as “cancel”. A `file` of text goes
    before the replies.
    """

    replies: tuple[Reply, ...] = ()
    says: str | None = None
    urgent: bool = False
    file: str = field(default="", repr=False)


class Doorkeeper(Protocol):
    """Knows people, and answers what isn't for the dialogue."""

    async def person(self, conversation: str, chat: int) -> Person: ...

    async def command(self, person: Person, name: str, argument: str) -> Answer | None:
        """What `/name argument` does; None when there is no such command."""

    async def stranger(self, person: Person, text: str) -> Answer:
        """What somebody is told who isn't enrolled: help first, and how to enrol."""


Think = Callable[[Arrival], Awaitable[Said]]
"""Answers a question that nothing is kept of."""

Seen = Callable[[str], Awaitable[Noted | None]]
"""Notes by an alert's token that its reader has seen it; None when it can't be noted."""

Numbers = Callable[[int, int], Awaitable[str | None]]
"""Whom a reader can call, by their number and the chat that asks; None if it isn't their chat."""

COMMAND = "command:"
"""A button with this payload is the command that follows, as if it were written."""


def spoken(command: str) -> tuple[str, str]:
    """The name and the argument of `name argument`."""
    name, _, argument = command.lstrip("/").partition(" ")
    return name.lower(), argument.strip()


class Doorstep(Protocol):
    """The store's front door for this channel; see `bot.store.doorstep`."""

    def name_for(self, channel: str, number: int) -> str: ...

    async def lead(self, name: str, holder: str, lease: timedelta) -> bool: ...

    async def leave(self, name: str, holder: str) -> None: ...

    async def keep(self, channel: str, came: Sequence[tuple[str, bytes]]) -> int: ...

    async def waiting(self, limit: int) -> list[KeptUpdate]: ...

    async def settle(
        self,
        came: Sequence[KeptUpdate],
        home: Home | None = None,
        *,
        arrival: Arrival | None = None,
        replies: Sequence[Reply] = (),
        messages: Sequence[int] = (),
        priority: int = 0,
    ) -> Settled | None: ...

    async def set_aside(
        self,
        came: KeptUpdate,
        failure: str,
        home: Home | None = None,
        replies: Sequence[Reply] = (),
    ) -> None: ...

    async def chat(self, conversation: str) -> int | None: ...

    async def moved(self, conversation: str, chat: int) -> None: ...

    async def noted(self, conversation: str, message: int, has_buttons: bool) -> None: ...

    async def offered(self, conversation: str, key: str, place: int) -> Offered | None: ...

    async def messages(self, conversation: str) -> list[int]: ...

    async def deleted(self, conversation: str, messages: Sequence[int]) -> None: ...

    async def forget(self, before: datetime) -> None: ...
