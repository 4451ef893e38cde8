"""Several bots behind one address, killed at random, and the sender of a webhook before them.

Like a load balancer's, the sender's messages go to any of the bots. Like Telegram, it sends the
next message of a conversation once the last was taken, and what nobody acknowledges again, to
whichever bot comes next. When the traffic ends the last bots answer all that is left, and the store
is counted as after the kills of a single bot.

`python -m tests.resilience.fleet DATABASE_URL KILLS`.
"""

from __future__ import annotations

import asyncio
import os
import random
import select
import signal
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.messages import Arrival
from tests.resilience.bot_to_kill import CHANNEL, Bot, as_lines
from tests.resilience.killing import SAYINGS, Outcome, bots, count, main

BOTS = 4
CONVERSATIONS = 24
BETWEEN_KILLS = (0.1, 1.0)
PATIENCE = 0.5
"""Seconds without an acknowledgement after which the sender tries again."""
TWICE = 0.2
"""How often a message goes to a second bot at once, as after an answer that was lost."""
DEADLINE = 60.0


def run(url: str, kills: int, seed: int, folder: Path) -> Outcome:
    settings, new_bot = bots(url, folder, timedelta(seconds=2))
    sender = _Sender(new_bot, random.Random(seed))
    sender.send_through(kills)
    sender.finish()
    return asyncio.run(count(settings, sender.sent, kills, folder))


class _Sender:
    def __init__(self, new_bot: Callable[[], Bot], chance: random.Random) -> None:
        self._new_bot = new_bot
        self._chance = chance
        self._bots = [new_bot()]  # it makes the tables, and the server key
        self._heard: dict[int, bytes] = defaultdict(bytes)
        self._under_way: dict[str, tuple[Arrival, float]] = {}
        self.sent: dict[str, list[str]] = defaultdict(list)

    def send_through(self, kills: int) -> None:
        self._speak()
        while self._under_way:
            self._listen(PATIENCE)
        self._bots += [self._new_bot() for _ in range(BOTS - 1)]
        for _ in range(kills):
            until = time.monotonic() + self._chance.uniform(*BETWEEN_KILLS)
            while time.monotonic() < until:
                self._speak()
                self._listen(until - time.monotonic())
            self._kill(self._chance.choice(self._bots))
            self._bots.append(self._new_bot())

    def finish(self) -> None:
        """Have the last messages taken, and let each bot end once nothing is left to do."""
        until = time.monotonic() + DEADLINE
        while self._under_way and time.monotonic() < until:
            self._speak(new=False)
            self._listen(PATIENCE)
        assert not self._under_way, "some messages were never taken"
        for bot in self._bots:
            os.close(bot.hears)
        # The last one first: each holds the pipes to those that were there when it began.
        for bot in reversed(self._bots):
            while os.read(bot.says, 2**16):
                pass
            os.close(bot.says)
            _, status = os.waitpid(bot.process, 0)
            assert os.waitstatus_to_exitcode(status) == 0

    def _speak(self, *, new: bool = True) -> None:
        for number in range(CONVERSATIONS if new else 0):
            who = f"{CHANNEL}:{number}"
            if who not in self._under_way:
                place = len(self.sent[who])
                said = SAYINGS[place % len(SAYINGS)]
                arrival = Arrival(CHANNEL, f"{number}-{place}", who, "welbeck", "staff", said)
                self.sent[who].append(arrival.update)
                self._under_way[who] = arrival, 0.0
        now = time.monotonic()
        for who, (arrival, tried) in self._under_way.items():
            if now - tried > PATIENCE:
                self._under_way[who] = arrival, now
                for _ in range(2 if self._chance.random() < TWICE else 1):
                    os.write(self._chance.choice(self._bots).hears, as_lines([arrival], 1))

    def _listen(self, seconds: float) -> None:
        """Note what any of them acknowledges; whoever's message that was may go on."""
        says = {bot.says: bot for bot in self._bots}
        ready, _, _ = select.select(list(says), [], [], max(0.0, seconds))
        for one in ready:
            self._note(says[one], os.read(one, 2**16))

    def _note(self, bot: Bot, heard: bytes) -> None:
        *whole, self._heard[bot.process] = (self._heard[bot.process] + heard).split(b"\n")
        for line in whole:
            number, _, _ = line.decode().partition("-")
            who = f"{CHANNEL}:{number}"
            if who in self._under_way and self._under_way[who][0].update == line.decode():
                del self._under_way[who]

    def _kill(self, bot: Bot) -> None:
        os.kill(bot.process, signal.SIGKILL)
        os.waitpid(bot.process, 0)
        while heard := os.read(bot.says, 2**16):  # what it had said before it died
            self._note(bot, heard)
        os.close(bot.hears)
        os.close(bot.says)
        self._bots.remove(bot)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    main(run)
