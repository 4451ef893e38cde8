"""Opened private keys, in the memory of this process and nowhere else.

A key goes when its session ends, when nothing has happened for a while, and with the process; a
timer sees to it, whether or not anybody asks for a page again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass
class _Held:
    reader: int
    private: bytes = field(repr=False)
    timer: asyncio.TimerHandle


class Keychain:
    def __init__(self, idle: timedelta) -> None:
        self._seconds = idle.total_seconds()
        self._held: dict[str, _Held] = {}

    def put(self, token: str, reader: int, private: bytes) -> None:
        self.drop(token)
        self._held[token] = _Held(reader, private, self._timer(token))

    def get(self, token: str, reader: int) -> bytes | None:
        """The key of this session, which isn't idle now."""
        held = self._held.get(token)
        if held is None or held.reader != reader:
            return None
        held.timer.cancel()
        held.timer = self._timer(token)
        return held.private

    def drop(self, token: str) -> None:
        if (held := self._held.pop(token, None)) is not None:
            held.timer.cancel()

    def drop_all(self, reader: int) -> None:
        for token in [token for token, held in self._held.items() if held.reader == reader]:
            self.drop(token)

    def __len__(self) -> int:
        return len(self._held)

    def _timer(self, token: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._seconds, self.drop, token)
