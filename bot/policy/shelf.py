"""The library that the bot answers from, kept in step with its files while the bot runs.

Whoever writes a pack shouldn't have to stop the bot, nor be able to: the files are looked at again
every so often, and what can't be read leaves the last good pack in use. A new library is read in a
thread of its own; answers go on from the old one meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from bot.policy.library import Library

log = logging.getLogger(__name__)

LOOK = timedelta(seconds=20)


class Shelf:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen = _traces(library.content)

    def __call__(self) -> Library:
        """The library as it is now."""
        return self._library

    async def mind(self) -> None:
        """Look again every so often, for as long as the bot runs."""
        while True:
            await asyncio.sleep(LOOK.total_seconds())
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                log.error("the packs could not be looked at: %s", type(error).__name__)

    async def look(self) -> bool:
        """Read what has changed; says whether anything had."""
        traces = await asyncio.to_thread(_traces, self._library.content)
        if traces == self._seen:
            return False
        self._seen = traces
        self._library = await asyncio.to_thread(self._library.reload)
        for problem in self._library.problems:
            log.error("the last good pack stays in use: %s", problem)
        return True


def _traces(content: Path) -> frozenset[tuple[str, int, int]]:
    """Which files there are, how long and how old: cheap to take, and different after any edit."""
    found = []
    for path in content.rglob("*.yml"):
        try:
            facts = path.stat()
        except OSError:
            continue  # gone since it was listed; the next look sees that
        found.append((str(path), facts.st_size, facts.st_mtime_ns))
    return frozenset(found)
