"""Telegram as one thing to start and stop: fetching, reading, sending, each doing its own part.

Nothing here fails because Telegram does. Whoever the bot is, and which way updates come, is asked
and settled as soon as Telegram answers, for as long as that takes. Where Telegram brings updates,
they come to `route`, which stands in the one site that the pages are on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TypeVar

from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram import files, webhook
from bot.channels.telegram.contracts import (
    CHANNEL,
    Doorkeeper,
    Doorstep,
    Numbers,
    Seen,
    Think,
)
from bot.channels.telegram.doorman import Doorman
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.keyboards import DeskLink, Keyboards
from bot.channels.telegram.pacing import LIMITS, Limits, Pacing
from bot.channels.telegram.poller import PATIENCE, WANTED, Patience, Poller, pause
from bot.channels.telegram.reading import Me
from bot.channels.telegram.sender import Address, TelegramSender
from bot.channels.telegram.touches import Touches
from bot.channels.telegram.trouble import MUTED, kind
from bot.errors import StoreError
from bot.messages import Attachment

log = logging.getLogger(__name__)

API = "https://api.telegram.org"
LOOK = 0.2
"""Seconds between looks for updates that another process has kept, or an album's next part."""

HOUR = 3600.0
KEPT = timedelta(hours=48)
"""For so long Telegram lets a bot delete messages, and an update may come a second time."""

Answer = TypeVar("Answer")
Prepare = Callable[[Bot], Awaitable[None]]


@dataclass(frozen=True)
class Access:
    """How to reach Telegram. With a `secret` Telegram brings updates to `public_url` instead."""

    token: str = field(repr=False)
    api: str = API
    public_url: str | None = None
    secret: str | None = field(default=None, repr=False)

    @property
    def brought_to(self) -> str | None:
        """The address to which Telegram brings updates, if it does."""
        if self.public_url is None or self.secret is None:
            return None
        return self.public_url.rstrip("/") + webhook.path(self.token)


@dataclass(frozen=True)
class Company:
    """Those whom the channel needs: see `contracts`. `prepare` sets the commands' list."""

    keeper: Doorkeeper
    think: Think
    address: Address
    called: Callable[[], Awaitable[None]]
    seen: Seen
    numbers: Numbers
    desk: DeskLink
    prepare: Sequence[Prepare] = ()


class Telegram:
    def __init__(
        self,
        access: Access,
        doorstep: Doorstep,
        company: Company,
        *,
        now: Callable[[], datetime],
        holder: str,
        random: Random,
        patience: Patience = PATIENCE,
        limits: Limits = LIMITS,
    ) -> None:
        mute()
        self._access = access
        self._doorstep = doorstep
        self._company = company
        self._now = now
        self._holder = holder
        self._random = random
        self._patience = patience
        self._polling = HTTPXRequest(connection_pool_size=1)
        self._bot = Bot(
            access.token,
            base_url=f"{access.api}/bot",
            base_file_url=f"{access.api}/file/bot",
            request=HTTPXRequest(connection_pool_size=64, pool_timeout=5.0),
            get_updates_request=self._polling,
        )
        self._touches = Touches(self._bot, asyncio.sleep)
        self._keyboards = Keyboards(company.desk)
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._leads = False
        self.sender = TelegramSender(
            self._bot,
            doorstep,
            Pacing(time.monotonic, asyncio.sleep, limits),
            self._touches,
            company.address,
            self._keyboards,
            patience.answer,
        )
        self.route: Route | None = None
        if access.brought_to is not None and access.secret is not None:
            self.route = webhook.route(access.token, access.secret, doorstep, self._awake.set)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that came with a message; FetchFailed says why it can't be had."""
        return await files.fetch(self._bot, attachment)

    def leads(self) -> bool:
        """Whether it is for this process to fetch, read and send, of all those that run."""
        return self._leads

    async def run(self) -> None:
        """Work until `stop`. The sender works from the start, whoever the bot turns out to be."""
        await asyncio.gather(
            self._bot.request.initialize(),
            self._polling.initialize(),
        )
        try:
            await self._work()
        finally:
            await self._touches.close()
            await asyncio.gather(self._bot.request.shutdown(), self._polling.shutdown())

    async def stop(self) -> None:
        self._stopping.set()
        self._awake.set()

    async def _work(self) -> None:
        working = [asyncio.create_task(self._forget())]
        begun = asyncio.create_task(self._insist(self._begin))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({begun, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if begun.done() and not self._stopping.is_set():
            me = begun.result()
            working += [asyncio.create_task(one) for one in (self._fetch(), self._prepare())]
            await self._read(self._doorman(me))
        for task in (*working, begun, stopping):
            task.cancel()
        await asyncio.gather(*working, begun, stopping, return_exceptions=True)
        try:
            await self._doorstep.leave(CHANNEL, self._holder)
        except StoreError as error:
            log.warning("the lease for Telegram ends by itself: %s", kind(error))

    def _doorman(self, me: Me) -> Doorman:
        company = self._company
        hearing = Hearing(
            self._bot,
            self._doorstep,
            company.keeper,
            self._touches,
            company.think,
            company.seen,
            company.numbers,
            self._keyboards,
        )
        return Doorman(self._doorstep, hearing, me, now=self._now, called=company.called)

    async def _begin(self) -> Me:
        """Ask who the bot is, and say which way updates come."""
        me = await self._bot.get_me()
        if (address := self._access.brought_to) is not None:
            await self._bot.set_webhook(
                address, allowed_updates=list(WANTED), secret_token=self._access.secret
            )
        else:
            await self._bot.delete_webhook(drop_pending_updates=False)
        return Me(me.id, me.username or "")

    async def _prepare(self) -> None:
        for prepare in self._company.prepare:
            await self._insist(partial(prepare, self._bot))

    async def _insist(self, step: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask Telegram until it answers, with longer and longer waits."""
        failures = 0
        while True:
            try:
                return await step()
            except TelegramError as error:
                failures += 1
                log.warning("Telegram wasn't ready, and is asked again: %s", kind(error))
                patience = self._patience
                wait = min(patience.first_wait * 2 ** min(failures, 20), patience.longest_wait)
                await asyncio.sleep(wait * self._random.uniform(0.5, 1))

    async def _fetch(self) -> None:
        """Be the one who reads; and who polls, where updates aren't brought."""
        poller = Poller(
            self._polling,
            self._bot.base_url,
            self._doorstep,
            holder=self._holder,
            random=self._random,
            kept=self._awake.set,
            fetching=self._access.brought_to is None,
            patience=self._patience,
        )
        await poller.run(self._stopping, self._leading)

    def _leading(self, leads: bool) -> None:
        self._leads = leads

    async def _read(self, doorman: Doorman) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            busy = False
            if self._leads:
                try:
                    busy = await doorman.look()
                except StoreError as error:
                    log.error("updates can't be read: %s", kind(error))
            if not busy and not self._stopping.is_set():
                await pause(self._awake, LOOK)

    async def _forget(self) -> None:
        while True:
            try:
                await self._doorstep.forget(self._now() - KEPT)
            except StoreError as error:
                log.error("old messages can't be forgotten: %s", kind(error))
            await asyncio.sleep(HOUR)


def mute() -> None:
    """Their lines carry the token in addresses, and whole updates."""
    for name in MUTED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
