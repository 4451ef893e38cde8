"""The web's way out: rings the bell of every page that shows a conversation.

A reply is not carried here. It stands in the database before anybody is told, and a page that is
rung fetches whatever is new there, in its order; so a reply that no page was open for is shown by
the next one, and ringing twice shows nothing twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bot.messages import Reply

CHANNEL = "web"

MOST_PAGES = 20
"""Pages of one conversation that may listen at once."""


@dataclass(eq=False)
class Bell:
    """One open page's; `over` when it should listen no longer."""

    rung: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    async def wait(self, seconds: float) -> bool:
        """Until it rings, or not much longer than this; whether it rang."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.rung.wait(), seconds)
        rang = self.rung.is_set()
        self.rung.clear()
        return rang


class Streams:
    def __init__(self) -> None:
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._closed = False

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        self.ring(conversation)

    def ring(self, conversation: str) -> None:
        for bell in self._bells.get(conversation, ()):
            bell.rung.set()

    def end(self, conversation: str) -> None:
        """The conversation was cleared or left: its pages show nothing more of it."""
        for bell in self._bells.get(conversation, ()):
            bell.over = True
            bell.rung.set()

    def close(self) -> None:
        """Let all pages go, so that the server can stop; they come back by themselves."""
        self._closed = True
        for conversation in list(self._bells):
            self.end(conversation)

    @property
    def closed(self) -> bool:
        return self._closed

    def crowded(self, conversation: str) -> bool:
        return len(self._bells.get(conversation, ())) >= MOST_PAGES

    @contextmanager
    def listen(self, conversation: str) -> Iterator[Bell]:
        bell = Bell(over=self._closed)
        self._bells[conversation].add(bell)
        try:
            yield bell
        finally:
            self._bells[conversation].discard(bell)
            if not self._bells[conversation]:
                del self._bells[conversation]
