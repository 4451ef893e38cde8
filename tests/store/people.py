"""What people say in the tests of the store."""

from __future__ import annotations

import itertools
from datetime import timedelta

from bot.messages import Arrival, Button, Reply
from bot.store import Claim, Store

LEASE = timedelta(seconds=30)
HELLO = Reply("Hello, how can I help?", (Button("Ask", "/ask"), Button("Report", "/report")))
SORRY = Reply("That went wrong here; your message is kept.")

_updates = itertools.count(1)


def says(text: str, who: str = "ann", update: str | None = None, channel: str = "web") -> Arrival:
    return Arrival(
        channel=channel,
        update=update or f"u{next(_updates)}",
        conversation=f"{channel}:{who}",
        school="oakfield",
        role="parent",
        text=text,
    )


async def claimed(store: Store, owner: str = "worker") -> Claim:
    claim = await store.claim(owner, LEASE)
    assert claim is not None, "nothing could be claimed"
    return claim


async def answered(store: Store, *replies: str, who: str = "ann", priority: int = 0) -> int:
    """One whole turn; the number of its message."""
    number = await store.accept(says("a question", who))
    assert number is not None
    said = [Reply(text) for text in replies]
    await store.finish(await claimed(store), b"memory", said, priority=priority)
    return number
