"""A day without Telegram, by a clock that nobody waits for, and what goes out when it is back."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.cases.alerts import URGENT
from bot.channels.telegram.contracts import CHANNEL
from bot.channels.telegram.keyboards import Keyboards
from bot.channels.telegram.pacing import LIMITS, Pacing
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.touches import Touches
from bot.delivery import LONGEST_PAUSE, Courier
from bot.messages import Reply
from bot.store import Store
from bot.updates import Home
from tests.channels.telegram.fake_api import TOKEN, FakeApi
from tests.conftest import Clock

PEOPLE = tuple(range(601, 613))
STRANGER = 999
DAY, BETWEEN = timedelta(hours=24), timedelta(minutes=20)
URGENT_HERE, URGENT_ELSEWHERE = "urgent", "urgent as well"


@dataclass(frozen=True)
class Outcome:
    """`texts` are all that went out, in order; `too_soon` those that broke a limit."""

    written: int
    texts: list[str]
    waiting: int
    people_out_of_order: int
    before_urgent: int
    too_soon: int


async def told(store: Store, person: int, text: str, priority: int = 0) -> None:
    """Put something to say to somebody into the outbox."""
    door = store.doorstep
    await door.keep(CHANNEL, [(text, b"{}")])
    home = Home(door.name_for(CHANNEL, person), CHANNEL, person, "welbeck", "staff")
    await door.settle(await door.waiting(1), home, replies=[Reply(text)], priority=priority)


class Watched(Pacing):
    """Notes when each message may go, by a clock that nobody waits for."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(lambda: clock().timestamp(), self._sleep)
        self._clock = clock
        self.moments: dict[int, list[float]] = defaultdict(list)

    async def _sleep(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))

    async def overall(self, chat: int) -> None:
        await super().overall(chat)
        self.moments[chat].append(self._clock().timestamp())
        self.moments[0].append(self._clock().timestamp())


async def a_day(
    fake: FakeApi, database_url: str, key_path: Path, new_id: Callable[[], str]
) -> Outcome:
    clock = Clock()
    store = await Store.open(database_url, key_path, now=clock, new_id=new_id)
    bot = Bot(TOKEN, base_url=f"{fake.url}/bot", request=HTTPXRequest(connection_pool_size=8))
    pacing, touches = Watched(clock), Touches(bot, asyncio.sleep)
    sender = TelegramSender(bot, store.doorstep, pacing, touches, _nobody, Keyboards(_nowhere))
    courier = Courier(
        store,
        CHANNEL,
        sender,
        owner="one",
        now=clock,
        random=Random(7),
        settled=sender.settled,
    )
    await bot.request.initialize()
    try:
        fake.down = True
        until, number = clock() + DAY, 0
        while clock() < until:
            await told(store, PEOPLE[number % len(PEOPLE)], f"text {number}")
            await courier.round()
            clock.advance(BETWEEN)
            number += 1
        await told(store, PEOPLE[-1], URGENT_HERE, URGENT)
        await told(store, STRANGER, URGENT_ELSEWHERE, URGENT)
        assert fake.texts() == []

        fake.down = False
        pacing.moments.clear()
        clock.advance(LONGEST_PAUSE)
        while await courier.round():
            pass
        counts = await store.counts()
    finally:
        await touches.close()
        await bot.request.shutdown()
        await store.close()
    texts = fake.texts()
    return Outcome(
        written=number + 2,
        texts=texts,
        waiting=counts.outgoing + counts.dead,
        people_out_of_order=sum(not _in_order(fake, place, number) for place in range(len(PEOPLE))),
        before_urgent=texts.index(URGENT_ELSEWHERE),
        too_soon=_too_soon(pacing),
    )


def _in_order(fake: FakeApi, place: int, number: int) -> bool:
    own = [f"text {one}" for one in range(place, number, len(PEOPLE))]
    return own == [text for text in fake.texts(PEOPLE[place]) if text != URGENT_HERE]


def _too_soon(pacing: Watched) -> int:
    apart = {0: 1 / LIMITS.overall}
    return sum(
        other - one < apart.get(chat, 1 / LIMITS.chat) - 1e-4
        for chat, moments in pacing.moments.items()
        for one, other in itertools.pairwise(moments)
    )


async def _nobody(reader: int) -> str | None:
    return None


def _nowhere(reference: str) -> str | None:
    return None
