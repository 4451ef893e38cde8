"""A search that goes on when whoever asked has given up, so that asking again finds it done.

The first search in a school's policy reads all of its clauses, which takes a second, and many where
the machine is busy. A turn may take only so long; if its end threw away what was read, then each
new try would begin at the beginning, and on a slow machine none would ever come to an end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

Search = Callable[[str, Sequence[str], str], Awaitable[list[int]]]
"""Given the name of a collection, its texts and a question: the places of the nearest texts."""


def lasting(search: Search) -> Search:
    """The same search, one at a time in each collection."""
    going: dict[str, asyncio.Task[list[int]]] = {}

    async def nearest(name: str, texts: Sequence[str], question: str) -> list[int]:
        while name in going:
            await asyncio.wait((going[name],))
        task = going[name] = asyncio.ensure_future(search(name, texts, question))
        task.add_done_callback(lambda _: going.pop(name, None))
        return await asyncio.shield(task)

    return nearest
