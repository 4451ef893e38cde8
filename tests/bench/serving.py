"""A whole bot in a process of its own that is spoken to by the line, for measuring several at once.

`python -m tests.bench.serving DATABASE_URL KEY_FILE`: a line of JSON is a message that came in, as
a webhook would bring it; a line goes back when it is kept, and another when its reply is sent. Any
bot of the same database may be the one that sends it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from bot.app import App
from bot.logs import configure_logging
from bot.messages import Arrival, Reply
from bot.settings import load_settings
from tests.bench import places
from tests.bench.inside import CHANNEL, _new_id, _now


class Said:
    """The channel's way out: a line for each reply, with the number of what it answers."""

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        _tell(sent=int(reference.partition("-")[0]))


def _tell(**what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


async def _serve(url: str, key: Path) -> None:
    settings = replace(load_settings(dict(os.environ)), database_url=url, key_file=key)
    configure_logging()
    app = await App.open(settings, {CHANNEL: Said()}, now=_now, new_id=_new_id)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )

    async def accept(update: str, who: str, text: str) -> None:
        arrival = Arrival(CHANNEL, update, f"{CHANNEL}:{who}", places.SCHOOL, "staff", text)
        _tell(kept=update, number=await app.accept(arrival))

    working = asyncio.create_task(app.serve())
    coming: set[asyncio.Task[None]] = set()
    _tell(ready=True)
    while line := await reader.readline():
        task = asyncio.create_task(accept(**json.loads(line)))
        coming.add(task)
        task.add_done_callback(coming.discard)
    await asyncio.gather(*coming)
    await app.stop()
    await working
    await app.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
