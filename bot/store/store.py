"""The store's front door: one object, whose every method is one committed transaction.

What a caller is told is true when it is told: a method returns after the commit, or raises and
nothing was written. Trouble with the database comes out as a StoreError that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Connection

from bot.cases.people import Reader, Way
from bot.cases.records import Evidence, OpenedRecord, RecordLine
from bot.cases.routing import Handover
from bot.messages import Arrival, Gap, Reply
from bot.store import (
    ageing,
    audit,
    backup,
    counting,
    drafts,
    gaps,
    inbox,
    opening,
    outbox,
    readers,
    records,
)
from bot.store.casework import Casework
from bot.store.counting import Counts
from bot.store.desk_sessions import Desk
from bot.store.doorstep import Doorstep
from bot.store.engine import Database, connect
from bot.store.enrolments import Enrolments
from bot.store.gaps import KeptGap
from bot.store.holdings import People
from bot.store.inbox import Claim, Look
from bot.store.keeping import Keeping
from bot.store.keyholders import Keyholders
from bot.store.keyring import ReaderKeys
from bot.store.lane import Lane, Together
from bot.store.minding import Minding
from bot.store.outbox import Outgoing
from bot.store.patterns import Patterns
from bot.store.place import Place
from bot.store.readers import NewReader
from bot.store.registers import Registers
from bot.store.sealing import Sealer
from bot.store.stuck import StuckThings
from bot.store.unfinished import Drafts
from bot.store.views import Views
from bot.store.web import WebChats

PATIENCE = timedelta(seconds=5)
DOORS = 4
"""Transactions in which what comes in is kept: several people's, and so of different rows."""


class Store:
    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._lane = Lane(database)
        # What comes in is kept beside what is worked on: neither waits for the other.
        self._door = Lane(database, abreast=DOORS)
        self._sent: Together[int] = Together(
            self._lane, lambda at, numbers: outbox.sent(at, numbers, self._now())
        )
        self._sealer = sealer
        self._now = now
        self._new_id = new_id
        self.web = WebChats(database, sealer, now)
        self.desk = Desk(database, sealer, now)
        self.doorstep = Doorstep(database, self._door, sealer, now)
        self.enrolments = Enrolments(database, sealer, now)
        self.drafts = Drafts(database, sealer, now, new_id)
        self.casework = Casework(database, sealer, now)
        self.keyholders = Keyholders(database, sealer, now)
        self.stuck = StuckThings(database, sealer, now)
        self.people = People(database, sealer, now)
        self.minding = Minding(database, sealer, now)
        self.registers = Registers(database, sealer, now)
        self.keeping = Keeping(database, sealer, now)
        self.patterns = Patterns(database, sealer, now)
        self.views = Views(database, sealer, now)

    @classmethod
    async def open(
        cls,
        url: str,
        key_path: Path,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        patience: timedelta = PATIENCE,
    ) -> Store:
        """Open the database, made or brought up to date first if need be.

        `patience` is how long another program's lock is waited for.
        """
        place = Place.of(url)
        database = connect(place, patience)
        try:
            sealer = await database.write(lambda at: opening.prepare(at, place, key_path))
        except BaseException:
            await database.close()
            raise
        return cls(database, sealer, now, new_id)

    async def close(self) -> None:
        await self._lane.close()
        await self._door.close()
        await self._database.close()

    async def accept(self, arrival: Arrival) -> int | None:
        """Keep a message; its number, or None when this update was kept before."""
        return await self._lane.write(
            lambda at: inbox.accept(at, self._sealer, arrival, self._now())
        )

    async def claim(
        self, owner: str, lease: timedelta, after: Collection[str] = ()
    ) -> Claim | None:
        """The oldest message that can be worked on now, with its conversation locked.

        Those of the schools `after` come after those of all others.
        """
        while True:
            found = await self._lane.write(
                lambda at: inbox.claim(at, self._sealer, owner, self._now(), lease, after)
            )
            if isinstance(found, Claim):
                return found
            if found is Look.NOTHING_WAITS:
                return None

    async def finish(
        self,
        claim: Claim,
        memory: bytes,
        replies: Sequence[Reply],
        gap: Gap | None = None,
        priority: int = 0,
        record: Handover | None = None,
        draft: bool = False,
        evidence: Sequence[Evidence] = (),
        wiped: bool = False,
    ) -> None:
        """Write a turn's whole outcome; LeaseLost, and nothing written, if it isn't ours now.

        `draft` is whether the memory holds a form that waits to be finished. With a record, or when
        a draft is wiped, what the conversation said leaves the tables.
        """

        def outcome(at: Connection) -> None:
            now, conversation = self._now(), claim.arrival.conversation
            if record is not None or wiped:
                drafts.hush(at, conversation)
            inbox.finish(at, self._sealer, claim, memory, replies, gap, priority, now, draft)
            drafts.add(at, self._sealer, claim, evidence, now)
            if record is not None:
                records.keep(at, self._sealer, record, now, conversation)
            if record is not None or wiped:
                drafts.wipe(at, conversation)

        # A record waits for its place in the audit chain, and would hold up the others.
        together = self._lane if record is None else self._database
        await together.write(outcome)

    async def memory(self, conversation: str) -> bytes | None:
        return await self._database.read(
            lambda at: inbox.remembered(at, self._sealer, conversation)
        )

    async def put_back(self, claim: Claim, not_before: datetime, failure: str) -> None:
        """Leave a message for later. `failure` is an error's class name, never its text."""
        await self._database.write(
            lambda at: inbox.put_back(at, claim, not_before, failure, self._now())
        )

    async def give_up(
        self, claim: Claim, failure: str, replies: Sequence[Reply], priority: int = 0
    ) -> None:
        """Set a message aside for the administrator and tell the person so with `replies`."""
        await self._database.write(
            lambda at: inbox.give_up(
                at, self._sealer, claim, failure, replies, priority, self._now()
            )
        )

    async def claim_outgoing(
        self, owner: str, lease: timedelta, channel: str, limit: int
    ) -> list[Outgoing]:
        """Replies that can be sent now, the most urgent first, one of each conversation."""
        name = f"{owner} {self._new_id()}"
        return await self._lane.write(
            lambda at: outbox.claim(at, self._sealer, name, channel, limit, self._now(), lease)
        )

    async def sent(self, outgoing: Outgoing, *, at_once: bool = False) -> None:
        """`at_once` where the next reply waits for this: then it waits for nobody's writes."""
        if at_once:
            await self._database.alone(lambda at: outbox.sent(at, [outgoing.id], self._now()))
        else:
            await self._sent.write(outgoing.id)

    async def again(
        self,
        outgoing: Outgoing,
        not_before: datetime,
        failure: str,
        uncertain: bool,
        counted: bool = True,
    ) -> None:
        """Try a reply again later; `uncertain` when it may have arrived all the same.

        An attempt is not `counted` when nothing was wrong with the reply.
        """
        await self._database.write(
            lambda at: outbox.again(at, outgoing, not_before, failure, uncertain, counted)
        )

    async def dead(self, outgoing: Outgoing, failure: str) -> None:
        """Stop trying. The row stays, and those behind it go on."""
        await self._database.write(lambda at: outbox.dead(at, outgoing, failure))

    async def backup_overdue(self, after: timedelta) -> tuple[bool, datetime | None]:
        """Whether records have been without a backup for so long; when the last one was made."""
        return await self._database.read(lambda at: backup.overdue(at, self._now(), after))

    async def counts(self) -> Counts:
        return await self._database.read(lambda at: counting.counts(at, self._now()))

    async def gaps(self, school: str, *, dealt: bool = False) -> list[KeptGap]:
        """A school's questions that got no answer, the oldest first."""
        return await self._database.read(
            lambda at: gaps.listed(at, self._sealer, school, dealt=dealt)
        )

    async def forget_gaps(self, before: datetime) -> int:
        """Erase the unanswered questions that are older; how many there were."""
        return await self._database.write(lambda at: gaps.forget(at, before))

    async def forget_words(self, before: datetime) -> int:
        """Erase what was said and dealt with before then; how many lines and conversations."""
        gone = 0
        while found := await self._database.write(lambda at: ageing.forget_words(at, before)):
            gone += found
        while found := await self._database.write(
            lambda at: ageing.forget_conversations(at, self._sealer, before)
        ):
            gone += found
        return gone

    async def replies_to(self, inbox_id: int) -> list[Reply]:
        """What was answered to one message, sent or not, in its order."""
        return await self._database.read(lambda at: outbox.replies_to(at, self._sealer, inbox_id))

    async def readers(self, school: str) -> list[Reader]:
        """Who may receive records at a school now."""
        return await self._database.read(
            lambda at: readers.listed(at, self._sealer, school, self._now())
        )

    async def takes_records(self, school: str) -> bool:
        """Whether what is told at this school reaches somebody who hears of it."""
        return await self._database.read(lambda at: readers.takes_records(at, self._sealer, school))

    async def add_reader(
        self, reader: NewReader, keys: ReaderKeys, recovery: bytes | None = None
    ) -> tuple[int, bool]:
        """Add somebody; their number, and whether `recovery` is the school's recovery key now."""

        def added(at: Connection) -> tuple[int, bool]:
            now = self._now()
            number = readers.add(at, self._sealer, reader, keys, now)
            first = recovery is not None and readers.set_recovery(at, reader.school, recovery, now)
            self._note(at, "added", number)
            return number, first

        return await self._database.write(added)

    async def remove_reader(self, reader: int) -> list[str]:
        """Take somebody's keys away; the references of the records that only they could open."""

        def removed(at: Connection) -> list[str]:
            alone = readers.remove(at, reader)
            self._note(at, "removed", reader)
            return alone

        return await self._database.write(removed)

    async def only_theirs(self, reader: int) -> list[str]:
        """The records that would be left to the recovery key if this reader went."""
        return await self._database.read(lambda at: readers.only_theirs(at, reader))

    async def reader_keys(self, reader: int) -> ReaderKeys:
        return await self._database.read(lambda at: readers.keys(at, reader))

    async def set_recovery(self, school: str, public: bytes) -> bool:
        """Give a school its recovery key; False, and nothing changed, if it has one."""
        return await self._database.write(
            lambda at: readers.set_recovery(at, school, public, self._now())
        )

    async def address(self, reader: int, way: Way) -> str | None:
        """Where a reader is reached; None when they have left or have no such way."""
        return await self._database.read(lambda at: readers.address(at, self._sealer, reader, way))

    async def dead_alerts(self) -> int:
        return await self._database.read(readers.dead_alerts)

    async def records(self, school: str) -> list[RecordLine]:
        """All that was handed over at a school, as far as it can be known without a key."""
        return await self._database.read(lambda at: records.listed(at, school))

    async def opened(self, reference: str, reader: int | None, private: bytes) -> OpenedRecord:
        """A record, opened with a reader's private key, or the recovery key for no reader."""
        return (await self.casework.opened(reference, reader, private)).opened

    def _note(self, at: Connection, action: str, reader: int) -> None:
        act = audit.Act(audit.ADMINISTRATOR, action, audit.reader(reader))
        audit.write(at, self._sealer, self._now(), act)
