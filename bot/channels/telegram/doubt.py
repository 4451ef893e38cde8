"""One message at a time between being given to Telegram and being marked as given.

Telegram can't be asked whether it has a message. So what a process had given away and not yet
marked when it died goes out again, and people see it twice. With one message in that state, a death
shows one message twice at most. Where Telegram is slow to answer, nobody waits for the one before
longer than `PATIENCE`: then more are under way, and a slow answer holds up no other chat.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

PATIENCE = 0.5
"""Seconds; Telegram usually answers within a tenth of that."""


class Doubt:
    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._queue = asyncio.Lock()
        self._under_way: dict[str, asyncio.Event] = {}
        self._last: asyncio.Event | None = None

    async def enter(self, reference: str) -> None:
        """Wait for one's turn, in the order of asking; from here on a message may have arrived."""
        async with self._queue:
            if self._last is not None and not self._last.is_set():
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._last.wait(), self._patience)
            self._last = self._under_way[reference] = asyncio.Event()

    def leave(self, reference: str) -> None:
        """It is written down what became of it."""
        if (settled := self._under_way.pop(reference, None)) is not None:
            settled.set()
