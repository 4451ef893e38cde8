"""A bot made to be killed: the real dialogue, store, turns and courier in a process of its own.

Updates come in on a pipe, a JSON line each; a line goes back for each one that is kept. As with any
channel, an update whose line never came back is sent again. Each delivered reply is noted in a
file. The process is forked from one that has everything loaded and nothing open, so that a life
begins in milliseconds.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from bot.app import App
from bot.dialogue.agent import Dialogue
from bot.messages import Arrival, Reply, Said
from bot.policy.shelf import Shelf
from bot.settings import Settings
from bot.store import Store

CHANNEL = "pipe"


class Remembering:
    """The dialogue, with the updates that it has answered listed beside its own memory."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        kept = json.loads(memory) if memory else {"seen": [], "memory": None}
        inner = base64.b64decode(kept["memory"]) if kept["memory"] else None
        said, after = await self._dialogue.respond(arrival, inner)
        now = {
            "seen": [*kept["seen"], arrival.update],
            "memory": base64.b64encode(after).decode(),
        }
        return said, json.dumps(now).encode()


class Notebook:
    """A channel's way out that writes down which replies it has delivered."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        os.write(self._file, f"{reference}\n".encode())


@dataclass(frozen=True)
class Bot:
    """A process, and the pipes to it and from it."""

    process: int
    hears: int
    says: int


def start(settings: Settings, shelf: Shelf, speaker: Remembering, notebook: Path) -> Bot:
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(to_write)
        os.close(from_read)
        try:
            asyncio.run(_live(settings, shelf, speaker, notebook, to_read, from_write))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(to_read)
    os.close(from_write)
    return Bot(process, to_write, from_read)


async def _live(
    settings: Settings,
    shelf: Shelf,
    speaker: Remembering,
    notebook: Path,
    to_read: int,
    from_write: int,
) -> None:
    def new_id() -> str:
        return uuid.uuid4().hex

    def now() -> datetime:
        return datetime.now(timezone.utc)

    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    senders = {CHANNEL: Notebook(notebook)}
    app = App(store, shelf, speaker, settings, senders, now=now, new_id=new_id)
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(to_read, "rb", buffering=0)
    )
    working = asyncio.create_task(app.serve())
    while line := await reader.readline():
        arrival = Arrival(**json.loads(line))
        await app.accept(arrival)
        os.write(from_write, f"{arrival.update}\n".encode())
    # Nothing more is coming: a bot that lives this long answers all of it, and brings the replies.
    counts = await store.counts()
    while counts.waiting or counts.outgoing:
        await asyncio.sleep(0.02)
        counts = await store.counts()
    await app.stop()
    await working
    await store.close()


def as_lines(arrivals: Sequence[Arrival], times: int) -> bytes:
    """What goes down the pipe, each update several times over."""
    return b"".join((json.dumps(vars(a)) + "\n").encode() * times for a in arrivals)
