"""One transaction for what several conversations want written at the same moment.

Beginning and committing cost more than most of what a turn writes, and each commit waits for the
disk. So while one transaction is under way the next writes gather, and then they share one. Each is
told the outcome after the commit, as if it had had a transaction of its own.

A lane may have several transactions under way, in which what doesn't touch the same rows is written
side by side: a database answers many at once, and one that is asked in turn mostly waits.

If one of them fails, nothing of any was written; then each is done again by itself, so that a
failure is its own only. If it is the commit that fails, nobody knows what was written, and all of
them are told so. A write may therefore be done more than once, and does nothing but read and write
through its connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy.engine import Connection

from bot.store.engine import Answer, Database, Work

Item = TypeVar("Item")

MOST = 16
"""Writes in one transaction; their rows are held until all of them are done."""


class Lane:
    def __init__(self, database: Database, abreast: int = 1) -> None:
        """`abreast` is how many transactions may be under way."""
        self._database = database
        self._abreast = abreast
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._going: set[asyncio.Task[None]] = set()

    async def write(self, work: Work[Answer]) -> Answer:
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, told))
        if len(self._going) < min(self._abreast, len(self._waiting)):
            self._going.add(asyncio.create_task(self._empty()))
        return await told

    async def close(self) -> None:
        """Let what was asked for come to its end."""
        while self._going:
            await asyncio.gather(*self._going)

    async def _empty(self) -> None:
        try:
            await self._go()
        finally:
            # In the same breath as the last look: whoever comes later must not count on this one.
            if (this := asyncio.current_task()) is not None:
                self._going.discard(this)

    async def _go(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            shared = _Shared([work for work, _ in some])
            try:
                answers = await self._database.write(shared)
            except Exception as error:  # noqa: BLE001  # whoever asked for it is told
                await self._apart(some, error, shared.written)
                continue
            for (_, told), answer in zip(some, answers, strict=True):
                if not told.done():
                    told.set_result(answer)

    async def _apart(
        self,
        some: Sequence[tuple[Work[Any], asyncio.Future[Any]]],
        error: Exception,
        written: bool,
    ) -> None:
        for work, told in some:
            trouble: Exception | None = error
            if len(some) > 1 and not written:
                try:
                    answer, trouble = await self._database.write(work), None
                except Exception as own:  # noqa: BLE001  # likewise
                    trouble = own
            if told.done():
                continue
            if trouble is None:
                told.set_result(answer)
            else:
                told.set_exception(trouble)


class Together(Generic[Item]):
    """Small writes of one kind that are asked for at once, in a single statement."""

    def __init__(self, lane: Lane, work: Callable[[Connection, Sequence[Item]], None]) -> None:
        self._lane = lane
        self._work = work
        self._items: list[Item] = []
        self._going: asyncio.Task[None] | None = None

    async def write(self, item: Item) -> None:
        self._items.append(item)
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        # Whoever stops waiting doesn't take the others' writes along.
        await asyncio.shield(self._going)

    async def _go(self) -> None:
        await asyncio.sleep(0)  # whoever else is ready to ask does so first
        items, self._items, self._going = self._items, [], None
        await self._lane.write(lambda at: self._work(at, items))


class _Shared:
    """Several writes as one; `written` once only the commit is left to do."""

    def __init__(self, works: Sequence[Work[Any]]) -> None:
        self._works = works
        self.written = False

    def __call__(self, connection: Connection) -> list[Any]:
        self.written = False
        answers = [work(connection) for work in self._works]
        self.written = True
        return answers
