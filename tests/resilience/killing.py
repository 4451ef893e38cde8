"""Kills a bot at random moments under traffic, and then counts what is in the store.

Run by the tests with few kills and by the bench with many:
`python -m tests.resilience.killing DATABASE_URL KILLS`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bot.dialogue.actions import all_actions
from bot.dialogue.agent import Dialogue
from bot.dialogue.training import model_path
from bot.language.encoder import shared_encoder
from bot.language.search import Search
from bot.messages import Arrival
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import Settings, load_settings
from bot.store import Store
from tests.ends import no_ends
from tests.resilience.bot_to_kill import CHANNEL, Bot, Remembering, as_lines, start

CONVERSATIONS = 8
A_LIFE = 12
"""New messages in the life of one process; most lives end before they're all answered."""
LONGEST_LIFE = 0.4
"""Seconds of work after the first message is kept; one life in ten ends before that."""
DEADLINE = 60.0
SENT = 3
NOTEBOOK = "delivered"
"""The file in which the bots write what they delivered."""

SAYINGS = (
    "a mum wants to be my friend on facebook",
    "a pupil messaged me and I need to report it",
    "what about photos of the fair",
    "A pupil",
    "No",
    "thanks",
)


@dataclass(frozen=True)
class Outcome:
    """What a run of kills left behind."""

    kills: int
    sent: int
    answered_once: int
    lost: int
    doubled: int
    out_of_order: int
    failed: int
    replies: int
    undelivered: int
    delivered_again: int


def bots(url: str, folder: Path, lease: timedelta) -> tuple[Settings, Callable[[], Bot]]:
    """How a bot over this database is set, and what starts one more of them."""
    settings = replace(
        load_settings(dict(os.environ)),
        database_url=url,
        key_file=folder / "signpost.key",
        lease=lease,
    )
    shelf = Shelf(Library.load(settings.content_dir))
    dialogue = Dialogue(
        model_path(settings.model_dir),
        lambda domain: all_actions(
            domain, shelf, lambda: _now().date(), Search(shared_encoder()).nearest, no_ends()
        ),
    )
    return settings, lambda: start(settings, shelf, Remembering(dialogue), folder / NOTEBOOK)


def run(url: str, kills: int, seed: int, folder: Path) -> Outcome:
    settings, new_bot = bots(url, folder, timedelta(milliseconds=500))
    traffic = _Traffic(random.Random(seed))
    for _ in range(kills):
        traffic.add(A_LIFE)
        traffic.pour(new_bot(), kill=True)
    traffic.pour(new_bot(), kill=False)
    return asyncio.run(count(settings, traffic.sent, kills, folder))


class _Traffic:
    """Everything that was ever sent, in its order, and what has not been acknowledged yet."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._waiting: dict[str, Arrival] = {}
        self._heard = b""
        self.sent: dict[str, list[str]] = defaultdict(list)

    def add(self, messages: int) -> None:
        for _ in range(messages):
            who = self._chance.randrange(CONVERSATIONS)
            number = sum(map(len, self.sent.values()))
            said = SAYINGS[len(self.sent[f"{CHANNEL}:{who}"]) % len(SAYINGS)]
            arrival = Arrival(CHANNEL, f"u{number}", f"{CHANNEL}:{who}", "welbeck", "staff", said)
            self._waiting[arrival.update] = arrival
            self.sent[arrival.conversation].append(arrival.update)

    def pour(self, bot: Bot, *, kill: bool) -> None:
        """Send all that isn't acknowledged, and end the bot: soon, or when it has done it all."""
        os.write(bot.hears, as_lines(list(self._waiting.values()), SENT))
        if not kill:
            os.close(bot.hears)
            self._hear(bot, DEADLINE)
        else:
            if self._chance.random() > 0.1:
                self._hear(bot, DEADLINE, until_kept=True)
            self._hear(bot, self._chance.uniform(0, LONGEST_LIFE))
            os.kill(bot.process, signal.SIGKILL)
            self._hear(bot, DEADLINE)  # what it had said before it died
            os.close(bot.hears)
        os.close(bot.says)
        _, status = os.waitpid(bot.process, 0)
        assert os.waitstatus_to_exitcode(status) == (-signal.SIGKILL if kill else 0)

    def _hear(self, bot: Bot, seconds: float, *, until_kept: bool = False) -> None:
        """Note what the bot acknowledges, for a time or until it has closed its end."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([bot.says], [], [], left)
            if not ready:
                return
            heard = os.read(bot.says, 2**16)
            if not heard:
                return
            self._heard += heard
            *whole, self._heard = self._heard.split(b"\n")
            for update in whole:
                self._waiting.pop(update.decode(), None)
            if whole and until_kept:
                return


async def count(
    settings: Settings, sent: dict[str, list[str]], kills: int, folder: Path
) -> Outcome:
    """Ask the store itself: what each conversation has seen, and what was made of it."""
    seen = {who: await _memory(settings, who) for who in sent}
    times = Counter(update for updates in seen.values() for update in updates)
    everything = [update for updates in sent.values() for update in updates]
    delivered = Counter((folder / NOTEBOOK).read_text().split())
    store = await _open(settings)
    try:
        counts = await store.counts()
    finally:
        await store.close()
    return Outcome(
        kills=kills,
        sent=len(everything),
        answered_once=sum(times[update] == 1 for update in everything),
        lost=sum(times[update] == 0 for update in everything),
        doubled=sum(times[update] > 1 for update in everything),
        out_of_order=sum(seen[who] != updates for who, updates in sent.items()),
        failed=counts.failed,
        replies=len(delivered),
        undelivered=counts.outgoing + counts.dead,
        delivered_again=sum(delivered.values()) - len(delivered),
    )


async def _memory(settings: Settings, conversation: str) -> list[str]:
    """The updates that a conversation remembers, read by claiming one more message of it."""
    store = await _open(settings)
    try:
        probe = Arrival(CHANNEL, uuid.uuid4().hex, conversation, "welbeck", "staff", "hello")
        await store.accept(probe)
        claim = await store.claim("counting", timedelta(minutes=1))
        assert claim is not None and claim.arrival == probe, "something was left to do"
        await store.finish(claim, claim.memory or b"", [])
        seen: list[str] = json.loads(claim.memory or b'{"seen": []}')["seen"]
        return seen
    finally:
        await store.close()


async def _open(settings: Settings) -> Store:
    return await Store.open(
        settings.database_url, settings.key_file, now=_now, new_id=lambda: uuid.uuid4().hex
    )


def _now() -> datetime:
    return datetime.now(timezone.utc)


def main(run: Callable[[str, int, int, Path], Outcome]) -> None:
    url, kills = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(url, kills, random.SystemRandom().randrange(2**32), Path(folder))
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(run)
