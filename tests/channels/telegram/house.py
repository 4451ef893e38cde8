"""A bot in which all is real but Telegram and what is said: store, turns, courier, channel."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.cases.alerts import SEEN, SEEN_PAYLOAD, conversation
from bot.channels.telegram.channel import Access, Company, Telegram
from bot.channels.telegram.contracts import CHANNEL, Answer, Noted, Person
from bot.channels.telegram.pacing import Limits
from bot.channels.telegram.poller import Patience
from bot.channels.telegram.touches import BEFORE_TYPING
from bot.delivery import Courier, Pace
from bot.messages import Arrival, Button, Reply, Said
from bot.store import Store, outbox
from bot.turn import Turns
from bot.updates import Home
from tests.channels.telegram.fake_api import TOKEN, FakeApi

ANN, BOB, STRANGER = 501, 502, 909
READER = 7
QUICK = Patience(poll=1, lease=timedelta(seconds=5), first_wait=0.02, longest_wait=0.1)
FAST = Limits(overall=1000, chat=1000, group=1000)


@dataclass
class Keeper:
    """Knows the people of the tests. Enrolment is another part's."""

    staff: set[int] = field(default_factory=lambda: {ANN, BOB})

    async def person(self, conversation: str, chat: int) -> Person:
        if chat in self.staff:
            return Person(conversation, "welbeck", "staff", chat)
        return Person(conversation, chat=chat)

    async def command(self, person: Person, name: str, argument: str) -> Answer | None:
        if name == "report":
            return Answer(says=f"report {argument}".strip())
        if name == "start" and argument:
            return Answer((Reply("That link can't be used."),))
        if name == "start":
            again = Button("Report", "command:report contact-report")
            broken = Button("Broken", "command:broken")
            return Answer((Reply("Hello from Signpost.", (again, broken)),))
        if name == "broken":
            raise RuntimeError("the test wants it")
        if name == "download_my_data":
            return Answer((Reply("That is all."),), file=f"What is held in {person.chat}.")
        return None

    async def stranger(self, person: Person, text: str) -> Answer:
        urgent = "hurt" in text
        return Answer(
            (Reply("In danger, call 999." if urgent else "Use your link."),), None, urgent
        )


class Echo:
    """Says what it heard, and counts in its memory; some words have answers of their own."""

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        turn = int(memory or b"0") + 1
        if "think" in arrival.text:
            await asyncio.sleep(BEFORE_TYPING + 0.5)
        files = f" +{len(arrival.files)} files" if arrival.files else ""
        buttons = (Button("Yes", "/yes"), Button("No", "/no")) if "ask" in arrival.text else ()
        said = Said((Reply(f"{turn}: {arrival.text}{files}", buttons),), "answer")
        if "danger" in arrival.text:
            said = Said((Reply("Call 999."),), "urgent")
        if "several" in arrival.text:
            said = Said((Reply("Do you mean one of these?", (Button("A", "/a"),)),), "clarify")
        if "messaged me" in arrival.text:
            said = Said((Reply("You may not answer."),), "answer", flow="contact-report")
        if "stored" in arrival.text:
            said = Said((Reply("It is stored under the number SP-7KQ4-XM2D."),), "flow")
        return said, str(turn).encode()


@dataclass
class House:
    fake: FakeApi
    store: Store
    telegram: Telegram
    seen: list[str]
    readers: dict[int, str]
    nudge: Callable[[], None]

    async def alert(self, reader: int, reference: str, text: str, token: str) -> None:
        """Put an alert into the outbox, as a record that is handed over does."""
        name = conversation(reader, CHANNEL)
        raw = (f"alert {reference}", b"{}")
        await self.store.doorstep.keep("test", [raw])
        kept = [one for one in await self.store.doorstep.waiting(99) if one.update == raw[0]]
        home = Home(name, CHANNEL, 0, "welbeck", "reader")
        await self.store.doorstep.settle(kept, home)
        key = f"{reference}-{reader}-{CHANNEL}"

        def tell(at: Any) -> None:
            sealer, now = self.store._sealer, datetime.now(timezone.utc)
            reply = Reply(text, (Button(SEEN, SEEN_PAYLOAD + token),))
            outbox.tell(at, sealer, key, name, CHANNEL, reply, 10, now)

        await self.store._database.write(tell)
        self.nudge()


@asynccontextmanager
async def house(
    fake: FakeApi,
    database_url: str,
    key_path: Path,
    *,
    keeper: Keeper | None = None,
    limits: Limits = FAST,
    public_url: str | None = None,
    secret: str | None = None,
    patience: Patience = QUICK,
    lease: timedelta = timedelta(seconds=30),
) -> AsyncIterator[House]:

    def now() -> datetime:
        return datetime.now(timezone.utc)

    def new_id() -> str:
        return uuid.uuid4().hex

    store = await Store.open(database_url, key_path, now=now, new_id=new_id)
    seen: list[str] = []
    couriers: list[Courier] = []

    readers: dict[int, str] = {}

    async def address(reader: int) -> str | None:
        return readers.get(reader)

    def nudge() -> None:
        for one in couriers:
            one.nudge()

    async def called() -> None:
        await turns.nudge()
        nudge()

    async def note(token: str) -> Noted | None:
        seen.append(token)
        return None if token == "unknown" else Noted(READER, "SP-7KQ4-XM2D")

    async def numbers(reader: int, chat: int) -> str | None:
        return "Call 999." if readers.get(reader) == str(chat) else None

    def desk(reference: str) -> str:
        return f"https://signpost.school.example/desk/records/{reference}"

    async def think(arrival: Arrival) -> Said:
        return (await Echo().respond(arrival, None))[0]

    turns = Turns(
        store,
        Echo(),
        lambda school: [Reply("Sorry.")],
        now=now,
        owner=new_id(),
        lease=lease,
        workers=4,
        committed=lambda claim, said: nudge(),
    )
    telegram = Telegram(
        Access(TOKEN, fake.url, public_url, secret),
        store.doorstep,
        Company(keeper or Keeper(), think, address, called, note, numbers, desk),
        now=now,
        holder=new_id(),
        random=random.Random(7),
        patience=patience,
        limits=limits,
    )
    courier = Courier(
        store,
        CHANNEL,
        telegram.sender,
        owner=new_id(),
        now=now,
        random=random.Random(7),
        pace=Pace(lease=lease, poll=timedelta(milliseconds=100)),
        settled=telegram.sender.settled,
        on_duty=telegram.leads,
    )
    couriers.append(courier)
    working = [asyncio.create_task(one.run()) for one in (turns, telegram, courier)]
    try:
        yield House(fake, store, telegram, seen, readers, courier.nudge)
    finally:
        await turns.stop()
        courier.stop()
        await telegram.stop()
        ended = await asyncio.gather(*working, return_exceptions=True)
        await store.close()
        assert [one for one in ended if one is not None] == []
