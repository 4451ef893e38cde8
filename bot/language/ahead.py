"""Reads the messages of several conversations at once, before their turns ask for them.

The weights of the encoder are far larger than a message, and most of the time goes into bringing
them to the processor. For four messages they are brought once, and each takes half as long.
"""

from __future__ import annotations

import asyncio
import logging

from bot.language.encoder import REMEMBERED, Encoder

log = logging.getLogger(__name__)

LONGEST = 400
"""Characters of a message that is read ahead. A longer one is read in pieces, by its own turn."""


class Ahead:
    def __init__(self, encoder: Encoder) -> None:
        """It must be one that remembers, or all of this would be for nothing."""
        self._encoder = encoder
        self._asked: list[str] = []
        self._going: asyncio.Task[None] | None = None

    async def read(self, text: str) -> None:
        """Have the encoder know a text, together with whatever else is asked for right now."""
        if len(text) > LONGEST:
            return
        self._asked.append(text)
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        await asyncio.shield(self._going)

    async def _go(self) -> None:
        await asyncio.sleep(0)  # whoever else is ready to ask does so first
        asked, self._asked = self._asked, []
        self._going = None
        try:
            self._encoder.encode(asked[:REMEMBERED])
        except Exception as error:  # noqa: BLE001 - the turn reads it again, and knows what to do
            log.error("messages could not be read ahead: %s", type(error).__name__)
