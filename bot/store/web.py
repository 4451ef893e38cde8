"""What the chat page needs of the store: whose conversation it is, what was said, and files.

The front door is `store.web`. What was said is read from the inbox and the outbox, which hold it
anyway; so there is one copy, and it goes when that goes. A line that was erased or can't be opened
is left out, and the rest is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.messages import Reply, Role
from bot.store.engine import Database
from bot.store.forgetting import erase_words
from bot.store.sealing import Sealer, SealError, unpack_arrival, unpack_reply
from bot.store.tables import WAITING, conversations, inbox, outbox
from bot.store.web_tables import uploads, web_chats

HISTORY = 200
"""Replies that a page shows when it is loaded again, and as many messages of the person's."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)

TOUCH_EACH = timedelta(hours=1)

OVERLAP = 16
"""How far back a stream looks again: rows can be committed in another order than numbered."""


@dataclass(frozen=True)
class Chat:
    """A conversation on the page: at which school, and as whom."""

    school: str
    role: Role
    quiet: bool
    """Whether it is some time since it was noted that somebody is there."""


@dataclass(frozen=True)
class Line:
    """Something that was said. `key` is its own for ever; `number` grows within its side."""

    key: str
    number: int
    at: datetime
    reply: Reply | None
    """What the bot said, or nothing when the person speaks."""
    words: str = ""
    files: int = 0
    urgent: bool = False
    answers: int = 0
    """The number of the person's line that a reply belongs to."""


class WebChats:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def begin(self, conversation: str, school: str, role: Role) -> None:
        now = self._now()
        row = {"conversation": conversation, "school": school, "role": role}
        await self._database.write(
            lambda at: at.execute(insert(web_chats).values(**row, begun_at=now, last_at=now))
        )

    async def find(self, conversation: str, silence: timedelta) -> Chat | None:
        """A conversation that isn't over; after `silence` it is."""
        now = self._now()

        def found(at: Connection) -> Chat | None:
            row = at.execute(
                select(web_chats.c.school, web_chats.c.role, web_chats.c.last_at).where(
                    web_chats.c.conversation == conversation, web_chats.c.last_at > now - silence
                )
            ).first()
            if row is None:
                return None
            return Chat(row.school, row.role, row.last_at < now - TOUCH_EACH)

        return await self._database.read(found)

    async def touch(self, conversation: str) -> None:
        """Somebody is there; so it isn't over yet. Called when it is `quiet`, not each time."""
        now = self._now()
        await self._database.write(
            lambda at: at.execute(
                update(web_chats)
                .where(
                    web_chats.c.conversation == conversation,
                    web_chats.c.last_at > LONG_AGO,
                )
                .values(last_at=now)
            )
        )

    async def lines(self, conversation: str, heard: int = 0, said: int = 0) -> list[Line]:
        """What was said, in its order: all, or what came after these numbers and a bit before."""
        return await self._database.read(
            lambda at: _lines(at, self._sealer, conversation, heard, said)
        )

    async def waiting(self, conversation: str) -> bool:
        """Whether a message of this conversation has no answer yet."""
        return await self._database.read(lambda at: _waiting(at, conversation))

    async def end(self, conversation: str) -> None:
        """Nobody can come back to it; whatever waits in it is still answered and handed over."""
        await self._database.write(
            lambda at: at.execute(
                update(web_chats)
                .where(web_chats.c.conversation == conversation)
                .values(last_at=LONG_AGO)
            )
        )

    async def clear(self, conversation: str) -> bool:
        """Erase what was said and what is remembered; False, and nothing done, in mid-turn."""
        return await self._database.write(lambda at: _clear(at, conversation, self._now()))

    async def keep_upload(self, handle: str, conversation: str, content: bytes) -> None:
        body = self._sealer.seal(content, "uploads", handle, "body")
        row = {"handle": handle, "conversation": conversation, "body": body}
        now = self._now()
        await self._database.write(
            lambda at: at.execute(insert(uploads).values(**row, sent_at=now))
        )

    async def upload(self, handle: str) -> bytes | None:
        """A file that came with a message, while it is on its way."""
        body = await self._database.read(
            lambda at: at.execute(select(uploads.c.body).where(uploads.c.handle == handle)).scalar()
        )
        return None if body is None else self._sealer.open(body, "uploads", handle, "body")

    async def forget_uploads(self, age: timedelta) -> int:
        """Erase the files whose message was answered; how many there were."""
        waits = exists().where(
            inbox.c.conversation == uploads.c.conversation, inbox.c.status == WAITING
        )
        old = uploads.c.sent_at < self._now() - age
        erased: int = await self._database.write(
            lambda at: at.execute(delete(uploads).where(old, ~waits)).rowcount
        )
        return erased

    async def forget_chats(self, silence: timedelta) -> int:
        """Forget whose conversations are over; how many there were. What was said goes its way."""
        used = exists().where(uploads.c.conversation == web_chats.c.conversation)
        over = web_chats.c.last_at < self._now() - silence
        erased: int = await self._database.write(
            lambda at: at.execute(delete(web_chats).where(over, ~used)).rowcount
        )
        return erased


def _lines(
    at: Connection, sealer: Sealer, conversation: str, last_heard: int, last_said: int
) -> list[Line]:
    heard = at.execute(
        select(inbox.c.id, inbox.c.channel, inbox.c.update_id, inbox.c.body, inbox.c.received_at)
        .where(inbox.c.conversation == conversation, inbox.c.id > last_heard - OVERLAP)
        .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
        .limit(HISTORY)
    ).all()
    said = at.execute(
        select(
            outbox.c.id,
            outbox.c.key,
            outbox.c.body,
            outbox.c.created_at,
            outbox.c.priority,
            outbox.c.inbox_id,
        )
        .where(outbox.c.conversation == conversation, outbox.c.id > last_said - OVERLAP)
        .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
        .limit(HISTORY)
    ).all()
    both = [*_heard(sealer, heard), *_said(sealer, said)]
    return sorted(both, key=_order)


def _order(line: Line) -> tuple[datetime, int, bool, int]:
    """By the moment; at the same moment, a reply stands below what it answers."""
    said = line.reply is not None
    return line.at, line.answers if said else line.number, said, line.number


def _heard(sealer: Sealer, rows: Sequence[Any]) -> Iterator[Line]:
    for row in rows:
        try:
            body = sealer.open(row.body, "inbox", f"{row.channel} {row.update_id}", "body")
        except SealError:
            continue
        arrival = unpack_arrival(body)
        yield Line(row.update_id, row.id, row.received_at, None, arrival.text, len(arrival.files))


def _said(sealer: Sealer, rows: Sequence[Any]) -> Iterator[Line]:
    for row in rows:
        try:
            reply = unpack_reply(sealer.open(row.body, "outbox", row.key, "body"))
        except SealError:
            continue
        yield Line(
            row.key,
            row.id,
            row.created_at,
            reply,
            urgent=row.priority > 0,
            answers=row.inbox_id or 0,
        )


def _waiting(at: Connection, conversation: str) -> bool:
    return (
        at.execute(
            select(inbox.c.id)
            .where(inbox.c.conversation == conversation, inbox.c.status == WAITING)
            .limit(1)
        ).first()
        is not None
    )


def _clear(at: Connection, conversation: str, now: datetime) -> bool:
    known = at.execute(select(conversations.c.id).where(conversations.c.id == conversation)).first()
    # The fence grows, so that nobody who is late writes what was said back again.
    waits = exists().where(inbox.c.conversation == conversations.c.id, inbox.c.status == WAITING)
    freed = at.execute(
        update(conversations)
        .where(
            conversations.c.id == conversation,
            or_(conversations.c.locked_until.is_(None), conversations.c.locked_until <= now),
            ~waits,
        )
        .values(
            fence=conversations.c.fence + 1,
            memory=None,
            draft_since=None,
            reminded_at=None,
            locked_by=None,
            locked_until=None,
        )
    )
    if known is not None and freed.rowcount != 1:
        return False
    erase_words(at, conversation)
    at.execute(delete(uploads).where(uploads.c.conversation == conversation))
    at.execute(delete(web_chats).where(web_chats.c.conversation == conversation))
    return True
