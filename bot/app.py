"""Puts the house together: the one place that knows every room."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from bot import parts
from bot.cases.records import LEAST_BYTES, reference
from bot.cases.routing import SchoolRoutes
from bot.cases.seeing import Seen
from bot.delivery import Courier, Pace, Sender
from bot.dialogue.actions.reporting import Reporting
from bot.drafts import DraftMinder
from bot.errors import BotError, StoreError
from bot.first import Fetch, HelpFirst
from bot.health import Health
from bot.messages import Arrival, Attachment, Reply, Said
from bot.minder import Minder
from bot.morning import Mornings
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.policy.wording import who
from bot.retention import Retention
from bot.rights import in_words
from bot.settings import Settings
from bot.store import Claim, Store
from bot.times import SchoolTimes
from bot.turn import Speaker, Turns

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram
    from bot.figures import Figures

log = logging.getLogger(__name__)

SORRY = (
    "Something went wrong here, and I couldn't answer your message. It is kept, and the people who "
    "look after this bot can see that it's waiting. You can try again in other words.\n\n"
    "If a child is in danger now, call 999. If you're worried about a child, speak to {lead} at "
    "the school, or call the {nspcc}."
)

PACKS = "packs"
"""The folder beside the model where packs are kept in a form that is read quickly."""

WEB, TELEGRAM = "web", "telegram"
"""The channels that carry files, by the names that their messages have."""

DAY = 24 * 3600.0

RETRY_LOOK = 0.2
"""Seconds between looks at a message whose turn failed and will be tried again."""


class Channel(Protocol):
    """A way in that runs by itself, for as long as the bot does."""

    async def run(self) -> None: ...

    async def stop(self) -> None: ...

    async def fetch(self, attachment: Attachment) -> bytes: ...


class App:
    """A running bot: turns and deliveries over one store, whatever the channels are."""

    health: Health
    figures: Figures | None = None
    """Kept when there is a door at which they are asked for."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        speaker: Speaker,
        settings: Settings,
        senders: Mapping[str, Sender],
        *,
        help_alone: Callable[[Arrival], Said | None] = lambda arrival: None,
        answered: Callable[[str], None] = lambda conversation: None,
        takes_files: Callable[[bytes | None], bool] = lambda memory: False,
        ahead: Callable[[str], Awaitable[None]] | None = None,
        can_wait: Callable[[Arrival, bytes | None], bool] = lambda arrival, memory: False,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._help_alone = help_alone
        self._answered = answered
        self._takes_files = takes_files
        self._now = now
        self._gaps_kept = settings.gaps_kept
        times = SchoolTimes(shelf)
        self._mornings = Mornings(
            store,
            times,
            lambda: shelf().schools(),
            settings.on_desk(),
            now=now,
            told=self._nudge,
        )
        self._words_kept = settings.words_kept
        self._drafts = DraftMinder(store, settings.draft_hours, now)
        self._awaited: set[int] = set()
        self._said: dict[int, Said] = {}
        self._channels: list[Channel] = []
        self.telegram: Telegram | None = None
        # What a dead process had begun to send waits as long as what it had begun to answer.
        self._pace = Pace(lease=settings.lease, patience=settings.lease / 2)
        self._new_id = new_id
        self._couriers: list[Courier] = []
        for channel, sender in senders.items():
            self._deliver_to(channel, sender)
        mail = bool(settings.admin_mail and settings.smtp_url)
        self._minder = Minder(store, times, now=now, told=self._nudge, mail=mail)
        self._retention = Retention(store, times, now, told=self._nudge)
        self._turns = Turns(
            store,
            speaker,
            self._sorry,
            now=now,
            owner=new_id(),
            lease=settings.lease,
            workers=settings.workers,
            committed=self._committed,
            routes=lambda school: parts.routes(shelf, school),
            ahead=ahead,
            can_wait=can_wait,
        )

    @classmethod
    async def open(
        cls,
        settings: Settings,
        senders: Mapping[str, Sender],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        fetch: Mapping[str, Fetch] = MappingProxyType({}),
        answered: Callable[[str], None] = lambda conversation: None,
        telegram: bool = False,
    ) -> App:
        """`answered` hears of each conversation whose next replies are safe, at once.

        A page shows what is in the database, and needn't wait until a courier comes round. With
        `telegram`, the bot also talks there, if it was given a token. `fetch` brings a file that
        came with a message, for each channel beyond these that carries any.
        """
        shelf = Shelf(Library.load(settings.content_dir, settings.model_dir / PACKS))
        store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
        hears, fetching = parts.detector(), {WEB: parts.uploads(store), **fetch}
        reporting = Reporting(
            now=now,
            routed=lambda record: parts.routed(store, shelf, record),
            new_reference=lambda: reference(secrets.token_bytes(LEAST_BYTES)),
            draft_hours=int(settings.draft_hours.total_seconds() // 3600),
            reports_of=store.casework.reports_of,
            add=lambda report, conversation, text, once: store.casework.add_from_reporter(
                report, conversation, text, once=once
            ),
        )
        dialogue = parts.dialogue(settings, shelf, reporting)
        speaker = HelpFirst(
            dialogue,
            hears,
            shelf,
            routed=reporting.routed,
            new_reference=reporting.new_reference,
            fetch=fetching,
        )
        on_telegram = telegram and settings.telegram_token is not None
        fetched = [TELEGRAM] if on_telegram else []
        health = Health(store, parts.means(dialogue is not None, hears, fetched), now)
        figures = None
        if settings.metrics_on is not None:
            # Imported here, because nobody else needs it.
            from bot.figures import Figures

            figures = Figures(health)
        app = cls(
            store,
            shelf,
            speaker if figures is None else figures.measured(speaker),
            settings,
            # Last, so that a slow mail server holds up nobody who waits for a reply.
            {**senders, **parts.mail(settings, store, now)},
            help_alone=speaker.alone,
            answered=answered,
            takes_files=speaker.takes_files,
            ahead=parts.reads_ahead(),
            can_wait=speaker.can_wait,
            now=now,
            new_id=new_id,
        )
        app.health, app.figures = health, figures
        if on_telegram:
            channel = app._join(settings, speaker, lambda text: hears.read(text).raised)
            fetching[TELEGRAM] = channel.fetch
        return app

    def _join(
        self, settings: Settings, speaker: Speaker, is_urgent: Callable[[str], bool]
    ) -> Telegram:
        # Imported here, because nobody else needs to wait a third of a second for it.
        from bot.on_telegram import build

        async def called() -> None:
            await self._turns.nudge()
            self._nudge()

        channel = build(
            settings,
            self._store,
            self._shelf,
            speaker,
            is_urgent,
            called,
            self.seen,
            self.held,
            now=self._now,
            holder=self._new_id(),
        )
        self._channels.append(channel)
        self.telegram = channel
        self._deliver_to(TELEGRAM, channel.sender, channel.sender.settled, channel.leads)
        return channel

    def _deliver_to(
        self,
        channel: str,
        sender: Sender,
        settled: Callable[[str], None] | None = None,
        on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        chance = random.SystemRandom()  # spreads retries; nothing secret hangs on it
        self._couriers.append(
            Courier(
                self._store,
                channel,
                sender,
                owner=self._new_id(),
                now=self._now,
                random=chance,
                pace=self._pace,
                settled=settled,
                on_duty=on_duty,
            )
        )

    async def close(self) -> None:
        await self._store.close()

    def schools(self) -> list[tuple[str, str]]:
        """Each school's short name, and the name that people know it by."""
        library = self._shelf()
        return [(school, library.school_name(school)) for school in library.schools()]

    def routes(self, school: str) -> SchoolRoutes:
        """What a school's pack says on who takes what."""
        return parts.routes(self._shelf, school)

    def check_school(self, school: str) -> None:
        self._shelf().pack(school)

    def library(self) -> Library:
        """What the policies say now."""
        return self._shelf()

    @property
    def store(self) -> Store:
        """For the pages, which show what is kept."""
        return self._store

    async def accept(self, arrival: Arrival) -> int | None:
        """Keep a message; returns its number once it is safe, or None when it came before."""
        return await self._turns.accept(arrival)

    def help_alone(self, arrival: Arrival) -> Said | None:
        """What must be said to a message in danger that can't be stored; nothing if it isn't."""
        return self._help_alone(arrival)

    async def takes_files(self, conversation: str) -> bool:
        """Whether a file would be taken in a conversation now."""
        return self._takes_files(await self._store.memory(conversation))

    async def held(self, conversation: str) -> str:
        """All that the bot holds of whoever talks there, written down for themselves."""
        held = await self._store.people.held(conversation, themselves=True)
        return in_words(held, self._now())

    async def seen(self, token: str) -> Seen:
        """A reader says that they have seen what an alert told them of, by its button or link."""
        return await self._minder.seen(token)

    async def answer(self, arrival: Arrival) -> Said:
        """Take one message all the way, and say what was said."""
        try:
            number = await self.accept(arrival)
        except StoreError:
            if (help_alone := self.help_alone(arrival)) is None:
                raise
            return help_alone
        if number is None:
            raise BotError(f"The update {arrival.update} was answered before.")
        self._awaited.add(number)
        while number not in self._said:
            if not await self._turns.take_one():
                if replies := await self._store.replies_to(number):
                    self._said[number] = Said(tuple(replies), "unknown")  # given up; these say so
                else:
                    await asyncio.sleep(RETRY_LOOK)
        await self._deliver()
        self._awaited.discard(number)
        return self._said.pop(number)

    async def work_off(self, held_up: Callable[[], None]) -> None:
        """Do every turn that waits, and bring its replies.

        A turn that failed is tried again, and one that another process began waits until that one's
        lease ends. Then `held_up` is called, once, so that nobody wonders about the silence.
        """
        told = False
        while True:
            while await self._turns.take_one():
                pass
            await self._deliver()
            if not (await self._store.counts()).waiting:
                return
            if not told:
                held_up()
                told = True
            await asyncio.sleep(RETRY_LOOK)

    async def serve(self) -> None:
        """Work until `stop`: for channels that bring messages whenever they come."""
        minding = [asyncio.create_task(self._shelf.mind()), asyncio.create_task(self._forget())]
        minded = (self._drafts, self._retention, self._mornings)
        minding += [asyncio.create_task(one.run()) for one in minded]
        try:
            await asyncio.gather(
                self._turns.run(),
                self._minder.run(),
                *(courier.run() for courier in self._couriers),
                *(channel.run() for channel in self._channels),
            )
        finally:
            for task in minding:
                task.cancel()

    async def stop(self) -> None:
        for channel in self._channels:
            await channel.stop()
        await self._turns.stop()
        self._minder.stop()
        for courier in self._couriers:
            courier.stop()

    async def _forget(self) -> None:
        """Erase what has been kept long enough, now and then once a day."""
        while True:
            try:
                await self._store.forget_gaps(self._now() - self._gaps_kept)
                await self._store.forget_words(self._now() - self._words_kept)
                await self._store.enrolments.forget_tries()
            except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                log.error("what is old can't be erased: %s", type(error).__name__)
            await asyncio.sleep(DAY)

    async def _deliver(self) -> None:
        for courier in self._couriers:
            while await courier.round():
                pass

    def _committed(self, claim: Claim, said: Said) -> None:
        if claim.inbox_id in self._awaited:
            self._awaited.discard(claim.inbox_id)
            self._said[claim.inbox_id] = said
        self._answered(claim.arrival.conversation)
        self._nudge()

    def _nudge(self) -> None:
        for courier in self._couriers:
            courier.nudge()

    def _sorry(self, school: str) -> list[Reply]:
        """What a person is told whose message can't be answered, with whom to turn to."""
        library = self._shelf()
        nspcc, lead = library.helplines.by_slug["nspcc"], who(library.pack(school), "dsl")
        return [Reply(SORRY.format(lead=lead, nspcc=f"{nspcc.name} on {nspcc.phone}"))]
