"""The minder's front door to the store: what is due, the steps taken, what was seen, dead ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, exists, select, true, update
from sqlalchemy.engine import Connection

from bot.cases import dead_ends
from bot.cases.people import Reader
from bot.cases.reminders import Watched
from bot.cases.seeing import Seen, Trouble
from bot.messages import Reply
from bot.store import sightings, telling, watching
from bot.store.engine import Database
from bot.store.sealing import Sealer
from bot.store.tables import DEAD, outbox, record_keys, records
from bot.store.watch_tables import alerts, watches
from bot.store.watching import Decided

AT_ONCE = 100


class Minding:
    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def due(self, after: int = 0) -> list[tuple[int, str]]:
        """Some of the records whose time has come, by number and reference, after a number."""

        def found(at: Connection) -> list[tuple[int, str]]:
            query = (
                select(records.c.id, records.c.reference)
                .where(records.c.next_due <= self._now(), records.c.id > after)
                .order_by(records.c.id)
                .limit(AT_ONCE)
            )
            return [(row.id, row.reference) for row in at.execute(query)]

        return await self._database.read(found)

    async def step(self, number: int, decide: Callable[[Watched], Decided]) -> int:
        """Take a record's step with its alerts and its next time; how many people are told."""
        return await self._database.write(
            lambda at: watching.step(at, self._sealer, number, decide, self._now())
        )

    async def seen(self, token: str) -> Seen:
        """Somebody pressed "Seen" under an alert, or its link; UnknownRecord if it is no token."""
        return await self._database.write(
            lambda at: sightings.by_token(at, self._sealer, token, self._now())
        )

    async def tell_once(self, reader: Reader, key: str, reply: Reply) -> bool:
        """Tell a reader something that isn't of one record; False if that was done before."""
        return await self._database.write(
            lambda at: telling.tell_once(at, self._sealer, key, reader, reply, self._now())
        )

    async def wake_dead_ends(self, *, mail: bool = False) -> int:
        """Make records due whose alerts have just been given up; how many alerts those are.

        With `mail`, the administrator is told of each.
        """

        def wake(at: Connection) -> int:
            now = self._now()
            dead = at.execute(
                select(alerts, records.c.reference, records.c.school)
                .join(outbox, outbox.c.key == alerts.c.key)
                .join(records, records.c.id == alerts.c.record_id)
                .where(outbox.c.status == DEAD, ~alerts.c.noted)
                .order_by(alerts.c.key)
                .limit(AT_ONCE)
            ).all()
            for row in dead:
                at.execute(update(alerts).where(alerts.c.key == row.key).values(noted=True))
                if mail:
                    text = dead_ends.lost(row.reference, row.school, row.reader_id, row.way)
                    key = f"administrator-{row.key}"
                    telling.tell_administrator(at, self._sealer, key, text, row.school, now)
            for number in sorted({row.record_id for row in dead}):
                open_still = (records.c.id == number) & (records.c.status != "closed")
                at.execute(update(records).where(open_still).values(next_due=now))
            return len(dead)

        return await self._database.write(wake)

    async def trouble(self, school: str | None = None, reader: int | None = None) -> list[Trouble]:
        """What a person must look after, at one school or all: for `doctor`; for the desk, of what
        its `reader` holds a key to.
        """
        return await self._database.read(lambda at: _trouble(at, school, reader))


def _trouble(connection: Connection, school: str | None, reader: int | None) -> list[Trouble]:
    here = true() if school is None else records.c.school == school
    if reader is not None:
        theirs = exists().where(
            record_keys.c.record_id == records.c.id, record_keys.c.reader_id == reader
        )
        here = and_(here, theirs)
    unseen = connection.execute(
        select(records.c.reference, records.c.school)
        .join(watches, watches.c.record_id == records.c.id)
        .where(watches.c.nobody_at.is_not(None), records.c.seen_at.is_(None), here)
        .where(records.c.status == "received")
        .order_by(records.c.id)
    ).all()
    later = alerts.alias("later")
    dead = connection.execute(
        select(records.c.reference, records.c.school, alerts.c.reader_id)
        .distinct()
        .join(alerts, alerts.c.record_id == records.c.id)
        .join(outbox, outbox.c.key == alerts.c.key)
        .where(outbox.c.status == DEAD, records.c.status != "closed", here)
        .where(
            ~exists().where(
                later.c.record_id == alerts.c.record_id,
                later.c.reader_id == alerts.c.reader_id,
                later.c.way == alerts.c.way,
                later.c.told_at > alerts.c.told_at,
            )
        )
        .order_by(records.c.reference, alerts.c.reader_id)
    ).all()
    return [
        *(Trouble(row.reference, row.school, "nobody has seen it") for row in unseen),
        *(
            Trouble(row.reference, row.school, "an alert can't be brought", row.reader_id)
            for row in dead
        ),
    ]
