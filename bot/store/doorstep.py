"""The front door for a channel that is sent updates and writes into chats, such as Telegram.

Each method is one committed transaction, as at the store's own front door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.engine import Connection

from bot.messages import Arrival, Reply
from bot.store import pollers, updates
from bot.store.engine import Database
from bot.store.lane import Lane
from bot.store.outbox import ERASED
from bot.store.sealing import Sealer, unpack_reply
from bot.store.tables import conversations, inbox, outbox
from bot.store.telegram_tables import chat_messages, chats
from bot.updates import Home, KeptUpdate, Offered, Settled


class Doorstep:
    def __init__(
        self, database: Database, lane: Lane, sealer: Sealer, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._lane = lane
        self._sealer = sealer
        self._now = now

    def name_for(self, channel: str, number: int) -> str:
        """The conversation of a chat: always the same, and doesn't show the chat's number."""
        return f"{channel}:{self._sealer.name_for(f'{channel} {number}')}"

    async def lead(self, name: str, holder: str, lease: timedelta) -> bool:
        """Be the only one who fetches; False while that is somebody else."""
        return await self._database.write(
            lambda at: pollers.lead(at, name, holder, self._now(), lease)
        )

    async def led(self, name: str) -> bool:
        """Whether any process fetches now."""
        return await self._database.read(lambda at: pollers.led(at, name, self._now()))

    async def leave(self, name: str, holder: str) -> None:
        await self._database.write(lambda at: pollers.leave(at, name, holder))

    async def keep(self, channel: str, came: Sequence[tuple[str, bytes]]) -> int:
        """Keep updates as they came; how many of them are new."""
        return await self._database.write(
            lambda at: updates.keep(at, self._sealer, channel, came, self._now())
        )

    async def waiting(self, limit: int) -> list[KeptUpdate]:
        return await self._database.write(
            lambda at: updates.waiting(at, self._sealer, limit, self._now())
        )

    async def settle(
        self,
        came: Sequence[KeptUpdate],
        home: Home | None = None,
        *,
        arrival: Arrival | None = None,
        replies: Sequence[Reply] = (),
        messages: Sequence[int] = (),
        priority: int = 0,
    ) -> Settled | None:
        """Write what follows from updates, if anything; None when that was done before.

        `messages` are the numbers that the person's own messages have in the chat.
        """
        numbers, key = [one.number for one in came], f"up-{came[0].update}"

        def settled(at: Connection) -> Settled | None:
            now = self._now()
            if not updates.end(at, numbers, "done", now):
                raise _SettledBefore
            if home is None:
                return Settled(None)
            return updates.settle(
                at, self._sealer, home, key, arrival, replies, messages, priority, now
            )

        try:
            return await self._lane.write(settled)
        except _SettledBefore:
            return None

    async def set_aside(
        self,
        came: KeptUpdate,
        failure: str,
        home: Home | None = None,
        replies: Sequence[Reply] = (),
    ) -> None:
        """Keep what can't be read for somebody who can. `failure` is an error's class name.

        `replies` are what the person is told of it, where it is known who that is.
        """

        def aside(at: Connection) -> None:
            now = self._now()
            if updates.end(at, [came.number], "aside", now, failure) and home is not None:
                key = f"up-{came.update}"
                updates.settle(at, self._sealer, home, key, None, replies, (), 0, now)

        await self._database.write(aside)

    async def aside(self) -> int:
        return await self._database.read(updates.set_aside)

    async def chat(self, conversation: str) -> int | None:
        """The number of the chat in which a conversation takes place."""

        def found(at: Connection) -> int | None:
            query = select(chats.c.chat).where(chats.c.conversation == conversation)
            sealed = at.execute(query).scalar()
            place = updates.chat_place(conversation)
            return None if sealed is None else int(self._sealer.open(sealed, *place))

        return await self._database.read(found)

    async def school(self, conversation: str) -> str | None:
        """The school with which a conversation is."""
        query = select(conversations.c.school).where(conversations.c.id == conversation)
        return await self._database.read(lambda at: at.execute(query).scalar())

    async def moved(self, conversation: str, chat: int) -> None:
        """A group got another number."""
        sealed = self._sealer.seal(str(chat).encode(), *updates.chat_place(conversation))
        await self._database.write(
            lambda at: at.execute(
                update(chats)
                .where(chats.c.conversation == conversation)
                .values(chat=sealed, updated_at=self._now())
            )
        )

    async def noted(self, conversation: str, message: int, has_buttons: bool) -> None:
        """Remember for two days that we wrote a message."""
        await self._lane.write(
            lambda at: updates.note_message(at, conversation, message, has_buttons, self._now())
        )

    async def offered(self, conversation: str, key: str, place: int) -> Offered | None:
        """The button of a reply in this conversation; None when it is not there any more."""

        def found(at: Connection) -> Offered | None:
            # What was said before a report was handed over is erased, and offers nothing any more.
            row = at.execute(
                select(outbox).where(
                    outbox.c.key == key,
                    outbox.c.conversation == conversation,
                    outbox.c.body != ERASED,
                )
            ).first()
            if row is None:
                return None
            reply = unpack_reply(self._sealer.open(row.body, "outbox", key, "body"))
            if not 0 <= place < len(reply.buttons):
                return None
            later = exists().where(
                inbox.c.conversation == conversation, inbox.c.id > (row.inbox_id or 0)
            )
            passed = row.inbox_id is not None and at.execute(select(later)).scalar()
            return Offered(reply.buttons[place], reply, bool(passed))

        return await self._database.read(found)

    async def messages(self, conversation: str) -> list[int]:
        """The messages of a chat that can still be deleted."""
        query = (
            select(chat_messages.c.message)
            .where(chat_messages.c.conversation == conversation)
            .order_by(chat_messages.c.message)
        )
        return await self._database.read(lambda at: list(at.execute(query).scalars()))

    async def deleted(self, conversation: str, messages: Sequence[int]) -> None:
        """These messages aren't in the chat any more."""
        query = delete(chat_messages).where(
            chat_messages.c.conversation == conversation,
            chat_messages.c.message.in_(list(messages)),
        )
        await self._database.write(lambda at: at.execute(query))

    async def forget(self, before: datetime) -> None:
        await self._database.write(lambda at: updates.forget(at, before))


class _SettledBefore(Exception):  # noqa: N818  # what happened; it only undoes the transaction
    """Another process was quicker."""
