"""The store's front door: one object, whose every method is one committed transaction.

What a caller is told is true when it is told: a method returns after the commit, or raises and
nothing was written. Trouble with the database comes out as a StoreError that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.messages import Arrival, Gap, Reply
from bot.store import counting, gaps, inbox, opening, outbox
from bot.store.counting import Counts
from bot.store.engine import Database, connect
from bot.store.gaps import KeptGap
from bot.store.inbox import Claim, Look
from bot.store.outbox import Outgoing
from bot.store.place import Place
from bot.store.sealing import Sealer

PATIENCE = timedelta(seconds=5)


class Store:
    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now
        self._new_id = new_id

    @classmethod
    async def open(
        cls,
        url: str,
        key_path: Path,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        patience: timedelta = PATIENCE,
    ) -> Store:
        """Open the database, made or brought up to date first if need be.

        `patience` is how long another program's lock is waited for.
        """
        place = Place.of(url)
        database = connect(place, patience)
        try:
            sealer = await database.write(lambda at: opening.prepare(at, place, key_path))
        except BaseException:
            await database.close()
            raise
        return cls(database, sealer, now, new_id)

    async def close(self) -> None:
        await self._database.close()

    async def accept(self, arrival: Arrival) -> int | None:
        """Keep a message; its number, or None when this update was kept before."""
        return await self._database.write(
            lambda at: inbox.accept(at, self._sealer, arrival, self._now())
        )

    async def claim(self, owner: str, lease: timedelta) -> Claim | None:
        """The oldest message that can be worked on now, with its conversation locked."""
        while True:
            found = await self._database.write(
                lambda at: inbox.claim(at, self._sealer, owner, self._now(), lease)
            )
            if isinstance(found, Claim):
                return found
            if found is Look.NOTHING_WAITS:
                return None

    async def finish(
        self,
        claim: Claim,
        memory: bytes,
        replies: Sequence[Reply],
        gap: Gap | None = None,
        priority: int = 0,
    ) -> None:
        """Write a turn's whole outcome; LeaseLost, and nothing written, if it isn't ours now."""
        await self._database.write(
            lambda at: inbox.finish(
                at, self._sealer, claim, memory, replies, gap, priority, self._now()
            )
        )

    async def put_back(self, claim: Claim, not_before: datetime, failure: str) -> None:
        """Leave a message for later. `failure` is an error's class name, never its text."""
        await self._database.write(
            lambda at: inbox.put_back(at, claim, not_before, failure, self._now())
        )

    async def give_up(
        self, claim: Claim, failure: str, replies: Sequence[Reply], priority: int = 0
    ) -> None:
        """Set a message aside for the administrator and tell the person so with `replies`."""
        await self._database.write(
            lambda at: inbox.give_up(
                at, self._sealer, claim, failure, replies, priority, self._now()
            )
        )

    async def claim_outgoing(
        self, owner: str, lease: timedelta, channel: str, limit: int
    ) -> list[Outgoing]:
        """Replies that can be sent now, the most urgent first, one of each conversation."""
        name = f"{owner} {self._new_id()}"
        return await self._database.write(
            lambda at: outbox.claim(at, self._sealer, name, channel, limit, self._now(), lease)
        )

    async def sent(self, outgoing: Outgoing) -> None:
        await self._database.write(lambda at: outbox.sent(at, outgoing, self._now()))

    async def again(
        self, outgoing: Outgoing, not_before: datetime, failure: str, uncertain: bool
    ) -> None:
        """Try a reply again later; `uncertain` when it may have arrived all the same."""
        await self._database.write(
            lambda at: outbox.again(at, outgoing, not_before, failure, uncertain)
        )

    async def dead(self, outgoing: Outgoing, failure: str) -> None:
        """Stop trying. The row stays, and those behind it go on."""
        await self._database.write(lambda at: outbox.dead(at, outgoing, failure))

    async def counts(self) -> Counts:
        return await self._database.read(lambda at: counting.counts(at, self._now()))

    async def gaps(self, school: str) -> list[KeptGap]:
        """A school's questions that got no answer, the oldest first."""
        return await self._database.read(lambda at: gaps.listed(at, self._sealer, school))

    async def forget_gaps(self, before: datetime) -> int:
        """Erase the unanswered questions that are older; how many there were."""
        return await self._database.write(lambda at: gaps.forget(at, before))

    async def replies_to(self, inbox_id: int) -> list[Reply]:
        """What was answered to one message, sent or not, in its order."""
        return await self._database.read(lambda at: outbox.replies_to(at, self._sealer, inbox_id))
