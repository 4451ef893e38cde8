"""What the chat page does, apart from how it is asked: begin, say, send a file, show, leave.

The page's own rules stand here: whose conversation it is, what is shown of it, what may be sent
how often. The bot behind it, and what is kept, are given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels.web.doors import SILENCE, conversation_of, new_token, update_of
from bot.channels.web.pages import Shown, shown_reply, shown_words
from bot.channels.web.streams import CHANNEL, Streams
from bot.channels.web.throttle import Allowance, Throttle
from bot.messages import Arrival, Attachment, AttachmentKind, Reply, Role, Said

NEW_CHATS = Allowance(burst=40, each_second=0.2)
"""By address, where a whole school may be behind one."""

MESSAGES_FROM_ADDRESS = Allowance(burst=120, each_second=10)
MESSAGES_IN_CHAT = Allowance(burst=20, each_second=1)

ANSWER_PATIENCE = 6.0
"""Seconds that a page without a script waits for its answer before it is shown without."""

LOOK_EACH = 0.25

UPLOAD_AGE = timedelta(minutes=10)


class Bot(Protocol):
    """What the page needs of the application."""

    def schools(self) -> list[tuple[str, str]]: ...

    async def accept(self, arrival: Arrival) -> int | None: ...

    def help_alone(self, arrival: Arrival) -> Said | None: ...

    async def takes_files(self, conversation: str) -> bool:
        """Whether a file would be taken that is sent now."""

    async def held(self, conversation: str) -> str:
        """All that is held of whoever talks there, for themselves to read."""


class Place(Protocol):
    @property
    def school(self) -> str: ...

    @property
    def role(self) -> Role: ...

    @property
    def quiet(self) -> bool:
        """Whether nobody has noted for some time that somebody is there."""


class Told(Protocol):
    """A line that is kept: `reply` of the bot's, or `words` of the person's."""

    @property
    def key(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def reply(self) -> Reply | None: ...

    @property
    def words(self) -> str: ...

    @property
    def files(self) -> int: ...

    @property
    def urgent(self) -> bool: ...


class Kept(Protocol):
    """What the page needs of the store."""

    async def begin(self, conversation: str, school: str, role: Role) -> None: ...

    async def find(self, conversation: str, silence: timedelta) -> Place | None: ...

    async def touch(self, conversation: str) -> None: ...

    async def lines(self, conversation: str, heard: int = 0, said: int = 0) -> Sequence[Told]: ...

    async def waiting(self, conversation: str) -> bool: ...

    async def clear(self, conversation: str) -> bool: ...

    async def end(self, conversation: str) -> None: ...

    async def keep_upload(self, handle: str, conversation: str, content: bytes) -> None: ...

    async def upload(self, handle: str) -> bytes | None: ...

    async def forget_uploads(self, age: timedelta) -> int: ...

    async def forget_chats(self, silence: timedelta) -> int: ...


@dataclass(frozen=True)
class Cursor:
    """How far a page has come on either side; it is what the stream is asked to go on from."""

    heard: int = 0
    said: int = 0

    @classmethod
    def read(cls, text: str) -> Cursor:
        heard, _, said = text.partition(".")
        numbers = [
            int(n) if n.isascii() and n.isdecimal() and len(n) < 18 else 0 for n in (heard, said)
        ]
        return cls(*numbers)

    def after(self, line: Told) -> Cursor:
        if line.reply is None:
            return Cursor(max(self.heard, line.number), self.said)
        return Cursor(self.heard, max(self.said, line.number))

    def __str__(self) -> str:
        return f"{self.heard}.{self.said}"


class Chats:
    def __init__(
        self,
        bot: Bot,
        kept: Kept,
        streams: Streams,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.bot = bot
        self.kept = kept
        self.streams = streams
        self.new_id = new_id
        self.new_chats = Throttle(NEW_CHATS, now)
        self.messages_from = Throttle(MESSAGES_FROM_ADDRESS, now)
        self.messages_in = Throttle(MESSAGES_IN_CHAT, now)

    async def begin(self, school: str, role: Role) -> str:
        """Open a conversation; what the browser is to keep of it."""
        token = new_token()
        await self.kept.begin(conversation_of(token), school, role)
        return token

    async def find(self, conversation: str | None) -> Place | None:
        return None if conversation is None else await self.kept.find(conversation, SILENCE)

    def may_say(self, address: str, conversation: str) -> bool:
        return self.messages_in.allows(conversation) and self.messages_from.allows(address)

    async def say(
        self,
        conversation: str,
        place: Place,
        text: str,
        given: str,
        files: tuple[Attachment, ...] = (),
    ) -> Arrival:
        """Keep a message; StoreError when that is not possible, and then it wasn't kept."""
        arrival = self.arrival(conversation, place, text, given, files)
        await self.bot.accept(arrival)
        self.streams.ring(conversation)
        if place.quiet:
            await self.kept.touch(conversation)
        return arrival

    @staticmethod
    def arrival(
        conversation: str,
        place: Place,
        text: str,
        given: str,
        files: tuple[Attachment, ...] = (),
    ) -> Arrival:
        update = update_of(conversation, given)
        return Arrival(CHANNEL, update, conversation, place.school, place.role, text, files)

    async def send_file(
        self,
        conversation: str,
        place: Place,
        content: bytes,
        kind: AttachmentKind,
        given: str,
    ) -> None:
        handle = self.new_id()
        await self.kept.keep_upload(handle, conversation, content)
        file = Attachment(kind, handle, len(content))
        await self.say(conversation, place, "", given, (file,))

    async def fetch(self, file: Attachment) -> bytes:
        """A file that came with a message, for whoever asked for evidence."""
        content = await self.kept.upload(file.handle)
        if content is None:
            raise FileNotFoundError("this upload is not there any more")
        return content

    async def tidy(self) -> None:
        """Erase the files that were dealt with, and whose conversations are over."""
        await self.kept.forget_uploads(UPLOAD_AGE)
        await self.kept.forget_chats(SILENCE)

    async def answered(self, conversation: str) -> None:
        """Wait until nothing waits for an answer, or it takes too long."""
        until = time.monotonic() + ANSWER_PATIENCE
        with self.streams.listen(conversation) as bell:
            while await self.kept.waiting(conversation) and time.monotonic() < until:
                await bell.wait(LOOK_EACH)

    async def shown(
        self, conversation: str, since: Cursor = Cursor()
    ) -> tuple[list[tuple[Told, Shown]], Cursor]:
        """What is to be seen, and where it ends. Only the last answer's buttons can be pressed."""
        told = await self.kept.lines(conversation, since.heard, since.said)
        spoken = [place for place, line in enumerate(told) if line.reply is None]
        last = spoken[-1] if spoken else -1
        both = []
        for place, line in enumerate(told):
            since = since.after(line)
            both.append((line, _as_shown(line, buttons=place > last)))
        return both, since


def _as_shown(line: Told, *, buttons: bool) -> Shown:
    if line.reply is None:
        return shown_words(line.key, line.words, line.files)
    return shown_reply(line.key, line.reply, urgent=line.urgent, buttons=buttons)
