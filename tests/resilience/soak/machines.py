"""The bots of the town, each in a process of its own as `run` has it, and what befalls machines."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.bench.process import resident
from tests.channels.postbox import Postbox
from tests.conftest import ROOT
from tests.resilience.soak.in_telegram import Town
from tests.resilience.soak.ledger import Ledger

START = 180.0
STOP = 60.0


@dataclass
class Bot:
    """One bot, in its present life. All its lives speak into one log."""

    port: int
    log: Path
    settings: Mapping[str, str]
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    fell: int = field(default=0, init=False)
    """How often it had ended by itself when somebody came to end it."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    async def live(self) -> None:
        outside = {k: v for k, v in os.environ.items() if not k.startswith("SIGNPOST_")}
        own = {**outside, **self.settings, "SIGNPOST_PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=ROOT,
                env=own,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )
        await self._reached()

    async def _reached(self) -> None:
        until = time.monotonic() + START
        async with httpx.AsyncClient() as client:
            while time.monotonic() < until:
                try:
                    await client.get(f"{self.address}/alive")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return
        raise AssertionError("a bot didn't start to serve its pages")

    async def die(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        else:
            self.fell += 1

    async def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), STOP)

    def megabytes(self) -> float:
        assert self.process is not None
        return resident(self.process.pid)


@dataclass
class Troubles:
    """Something fails now and then, one thing at a time; the second bot dies, the first lives."""

    mortal: Bot
    town: Town
    box: Postbox
    restart: Callable[[str], None]
    """Stops the database, in a way that it knows, and starts it again."""
    ledger: Ledger
    chance: random.Random

    async def befall(self, until: float) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(self.chance.uniform(5, 15))
            kind = self.chance.choice(
                (*("kill",) * 4, "database", *("telegram",) * 2, "telegram once", *("mail",) * 2)
            )
            self.ledger.troubles[kind] += 1
            match kind:
                case "kill":
                    await self.mortal.die()
                    await asyncio.sleep(self.chance.uniform(0, 2))
                    await self.mortal.live()
                case "database":
                    mode = self.chance.choice(("fast", "immediate"))
                    await asyncio.to_thread(self.restart, mode)
                case "telegram":
                    self.town.down = True
                    await asyncio.sleep(self.chance.uniform(2, 6))
                    self.town.down = False
                case "telegram once":
                    self._telegram_once()
                case "mail":
                    await self._mail()

    def _telegram_once(self) -> None:
        fault = self.chance.choice(
            (
                {"status": 429, "parameters": {"retry_after": 1}},
                {"status": 500, "times": 3},
                {"status": 502, "after": True, "hangs": 0.2},
            )
        )
        method = self.chance.choice(("sendMessage", "getUpdates", "answerCallbackQuery", "getFile"))
        self.town.fault(method, **fault)

    async def _mail(self) -> None:
        if self.chance.random() < 0.5:
            self.box.answers = "451 not now"
        else:
            self.box.hangs_up = True
        await asyncio.sleep(self.chance.uniform(2, 6))
        self.box.answers, self.box.hangs_up = "250 taken", False
