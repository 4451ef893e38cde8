"""Takes kept updates in their order, reads each, and settles what follows from it.

One process does this at a time, so that nobody's messages overtake each other. Chats don't wait for
one another: what several people wrote can share a transaction. The parts of an album are waited
for, and meanwhile whatever else comes from that chat. What can't be read is set aside, with the
kind of error and nothing of the text, and holds up nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.telegram import words
from bot.channels.telegram.contracts import CHANNEL, Doorstep
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.reading import Ignored, Me, Reading, Written, join, read
from bot.channels.telegram.trouble import kind
from bot.errors import StoreError
from bot.messages import Reply
from bot.updates import Home, KeptUpdate

log = logging.getLogger(__name__)

BATCH = 100
ALBUM_WAIT = timedelta(seconds=1)
"""After the last part that came; Telegram sends the parts within a fraction of that."""

MOST_TRIES = 3
UNREAD = (KeyError, TypeError, ValueError, AttributeError, StopIteration, RecursionError)
"""How an update that hasn't the shape it should have makes itself felt."""


@dataclass
class Batch:
    """Updates that are one message: nearly always one update."""

    came: list[KeptUpdate]
    reading: Reading

    def add(self, came: KeptUpdate, part: Written) -> None:
        self.came.append(came)
        if isinstance(self.reading, Written):
            self.reading = join([self.reading, part])


class Doorman:
    """`called` is told when there is a message to answer or a reply to send."""

    def __init__(
        self,
        doorstep: Doorstep,
        hearing: Hearing,
        me: Me,
        *,
        now: Callable[[], datetime],
        called: Callable[[], Awaitable[None]],
    ) -> None:
        self._doorstep = doorstep
        self._hearing = hearing
        self._me = me
        self._now = now
        self._called = called
        self._tries: dict[int, int] = {}

    async def look(self) -> bool:
        """Settle what can be settled now; False when there was nothing."""
        chats: dict[int | None, list[Batch]] = defaultdict(list)
        for batch in await self._ready(await self._doorstep.waiting(BATCH)):
            chats[getattr(batch.reading, "chat", None)].append(batch)
        ended = await asyncio.gather(*map(self._in_order, chats.values()), return_exceptions=True)
        settled = any(one is True for one in ended)
        if settled:
            await self._called()
        for trouble in ended:
            if isinstance(trouble, BaseException):
                raise trouble
        return settled

    async def _in_order(self, batches: Sequence[Batch]) -> bool:
        """Settle what came from one chat, up to what can't be settled now; False if nothing was."""
        settled = False
        for batch in batches:
            if not await self._settle(batch):
                break
            settled = True
        return settled

    async def _ready(self, kept: list[KeptUpdate]) -> list[Batch]:
        """In order, with albums put together, and chats left out whose album isn't complete."""
        batches: list[Batch] = []
        albums: dict[tuple[int, str], Batch] = {}
        for came in kept:
            try:
                reading = read(json.loads(came.raw), self._me)
            except UNREAD as error:
                log.error("update %s can't be read, and is set aside: %s", came.update, kind(error))
                await self._doorstep.set_aside(came, kind(error))
                continue
            batch = Batch([came], reading)
            if isinstance(reading, Written) and reading.album is not None:
                begun = albums.setdefault((reading.chat, reading.album), batch)
                if begun is not batch:
                    begun.add(came, reading)
                    continue
            batches.append(batch)
        since = self._now() - ALBUM_WAIT
        growing = {
            chat for (chat, _), batch in albums.items() if batch.came[-1].received_at > since
        }
        return [one for one in batches if getattr(one.reading, "chat", None) not in growing]

    async def _settle(self, batch: Batch) -> bool:
        first = batch.came[0]
        try:
            if isinstance(batch.reading, Ignored):
                await self._doorstep.settle(batch.came)
            else:
                await self._hearing.hear(batch.reading, batch.came, self._me)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # one broken update must not hold up the others
            tries = self._tries[first.number] = self._tries.get(first.number, 0) + 1
            log.error("update %s: attempt %d failed: %s", first.update, tries, kind(error))
            if tries < MOST_TRIES:
                return False
            await self._give_up(batch, kind(error))
        self._tries.pop(first.number, None)
        return True

    async def _give_up(self, batch: Batch, failure: str) -> None:
        """The person is told, and the update waits for whoever looks after the bot."""
        chat = getattr(batch.reading, "chat", None)
        for came in batch.came[1:]:
            await self._doorstep.set_aside(came, failure)
        home = None
        if chat is not None and chat > 0:
            home = Home(self._doorstep.name_for(CHANNEL, chat), CHANNEL, chat, "", "unknown")
        await self._doorstep.set_aside(batch.came[0], failure, home, [Reply(words.SORRY)])
        self._hearing.give_up(batch.reading)
