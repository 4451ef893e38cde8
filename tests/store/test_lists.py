"""A list that is narrowed and paged shows what a plain look through all of it would."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.cases.entries import SECTIONS, Entry, Line
from bot.cases.records import SEVERITIES
from bot.store import Store
from bot.store.keyring import unlock
from bot.store.lists import Filter
from bot.store.tables import record_keys, records
from tests.cases.people import record
from tests.conftest import Clock
from tests.store.readers import PASSPHRASE, School

KINDS = ("incident", "permission")
STATUSES = ("received", "open", "waiting", "closed")
ALL = Filter(sections=SECTIONS, limit=100)
MANY = 24
DAY = timedelta(days=1)


async def filled(store: Store, clock: Clock, chance: random.Random) -> int:
    """Records of all sorts over some days, two of them in the same moment now and then."""
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    key = unlock(await store.reader_keys(lead), PASSPHRASE)
    for number in range(MANY):
        told = record(
            chance.choice(KINDS),  # type: ignore[arg-type]
            severity=chance.choice(SEVERITIES),
            reference=f"SP-{number:04}-2222",
        )
        await school.hand_in(told)
        status = chance.choice(STATUSES)
        if status != "received":
            move = Entry("move", status=status)
            await store.casework.move(told.reference, lead, key, move, 0)
        if status != "closed" and chance.random() < 0.4:
            await late(store, told.reference, clock() + chance.choice((-DAY, DAY * 400)))
        clock.advance(chance.choice((timedelta(), DAY)))
    return lead


async def late(store: Store, reference: str, at: datetime) -> None:
    def due(connection: Connection) -> None:
        number = select(records.c.id).where(records.c.reference == reference).scalar_subquery()
        mine = record_keys.c.record_id == number
        connection.execute(update(record_keys).where(mine).values(due_at=at))

    await store._database.write(due)


def some(chance: random.Random, of: tuple[str, ...]) -> tuple[str, ...]:
    return () if chance.random() < 0.5 else tuple(chance.sample(of, chance.randint(1, 2)))


def wanted(chance: random.Random, begins: datetime) -> Filter:
    since, until = sorted(begins + DAY * chance.randint(0, MANY) for _ in range(2))
    return Filter(
        sections=tuple(one for one in SECTIONS if chance.random() < 0.8),
        kinds=some(chance, (*KINDS, "declaration")),
        severities=some(chance, SEVERITIES),
        statuses=some(chance, STATUSES),
        since=since if chance.random() < 0.3 else None,
        until=until if chance.random() < 0.3 else None,
        limit=chance.randint(1, 5),
    )


def fits(line: Line, these: Filter) -> bool:
    return (
        line.section in these.sections
        and line.kind in (these.kinds or (line.kind,))
        and line.severity in (these.severities or (line.severity,))
        and line.status in (these.statuses or (line.status,))
        and (these.since is None or line.opened_at >= these.since)
        and (these.until is None or line.opened_at < these.until)
    )


async def test_pages_of_whatever_is_looked_for_show_all_of_it_once(
    store: Store, clock: Clock
) -> None:
    chance, begins = random.Random(7), clock()
    lead = await filled(store, clock, chance)
    everything = await store.casework.inbox(lead, ALL)
    assert len(everything) == MANY
    assert {line.section for line in everything} == set(SECTIONS)

    shown = 0
    for _ in range(80):
        these, found = wanted(chance, begins), list[Line]()
        while page := await store.casework.inbox(lead, these):
            assert len(page) <= these.limit
            found += page
            these = replace(these, after=page[-1].after)
        expected = [line.reference for line in everything if fits(line, these)]
        assert [line.reference for line in found] == expected, these
        shown += len(found)
    assert shown > MANY, "most of these filters find something"
