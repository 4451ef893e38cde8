"""What follows a record: kept in its order, sealed to its readers, never moved past one of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.cases.entries import Entry
from bot.errors import BotError, MovedMeanwhile, NotYours
from bot.store import Store
from bot.store.case_tables import part_keys, record_parts
from bot.store.keyring import unlock
from bot.store.lists import Filter
from bot.store.sealing import SealError
from bot.store.tables import outbox, record_keys, records
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School

TOLD = record("staff-concern", "staff", "Mr Nobody", words="what happened")
REFERENCE = TOLD.reference
NOTE = Entry("private-note", "sentinel \N{SNOWMAN}", owner=1, due=date(2026, 4, 1))
DECISION = Entry(
    "decision", "because", outcome="approved", conditions="one", review=date(2027, 1, 1)
)


@dataclass(frozen=True)
class Case:
    school: School
    head: int
    lead: int
    head_key: bytes
    lead_key: bytes


async def case(store: Store) -> Case:
    """A record that the head received, with a copy for the lead."""
    school = await School.opened(store)
    head, lead = await school.add("Ian Rowden", "head"), await school.add("Lucy Coull", "dsl")
    keys = [unlock(await store.reader_keys(one), PASSPHRASE) for one in (head, lead)]
    await school.hand_in(TOLD)
    return Case(school, head, lead, *keys)


async def test_entries_come_back_in_their_order(store: Store, clock: Clock) -> None:
    one = await case(store)
    work = store.casework
    await work.add_entry(REFERENCE, one.head, one.head_key, NOTE)
    clock.advance(timedelta(hours=1))
    await work.add_entry(REFERENCE, one.lead, one.lead_key, DECISION)

    for reader, key in ((one.head, one.head_key), (one.lead, one.lead_key), (None, b"")):
        found = await work.opened(REFERENCE, reader, key or one.school.recovery)
        assert [(kept.number, kept.author, kept.entry) for kept in found.entries] == [
            (1, one.head, NOTE),
            (2, one.lead, DECISION),
        ]
        assert found.entries[1].at - found.entries[0].at == timedelta(hours=1)
        assert found.opened.record == TOLD


async def test_who_holds_no_key_adds_nothing(store: Store) -> None:
    one = await case(store)
    other = await one.school.add("Hugh Samuelson", "chair-of-governors")
    key = unlock(await store.reader_keys(other), PASSPHRASE)
    for reader, private in ((other, key), (one.head, key)):
        with pytest.raises((NotYours, SealError)):
            await store.casework.add_entry(REFERENCE, reader, private, NOTE)
    assert (await store.casework.opened(REFERENCE, one.head, one.head_key)).entries == ()
    done = [row.action for row in await store.casework.history(REFERENCE)]
    assert done.count("refused to add private-note") == 2


async def test_two_who_move_it_at_once_do_not_pass_each_other(store: Store) -> None:
    one = await case(store)
    work = store.casework

    async def move(reader: int, key: bytes, status: str, moves: int = 0) -> int:
        return await work.move(REFERENCE, reader, key, Entry("move", status=status), moves)

    both = await asyncio.gather(
        move(one.head, one.head_key, "open"),
        move(one.head, one.head_key, "closed"),
        return_exceptions=True,
    )
    (refused,) = [end for end in both if isinstance(end, BaseException)]
    assert isinstance(refused, MovedMeanwhile)
    found = await work.opened(REFERENCE, one.head, one.head_key)
    assert (found.moves, len(found.entries)) == (1, 1)
    assert str(refused).startswith(f"Ian Rowden has moved {REFERENCE} to “{found.opened.status}”")

    if found.opened.status == "open":
        await move(one.head, one.head_key, "closed", 1)
    await move(one.lead, one.lead_key, "reopened", 2 if found.opened.status == "open" else 1)
    assert (await store.records(SCHOOL))[0].status == "reopened"


def swap(at: Connection) -> None:
    one, two = at.execute(select(record_parts).order_by(record_parts.c.number)).all()
    for number, to in ((one.id, 9), (two.id, 1), (one.id, 2)):
        at.execute(update(record_parts).where(record_parts.c.id == number).values(number=to))


def cut_off(at: Connection) -> None:
    last = select(record_parts.c.id).where(record_parts.c.number == 2)
    at.execute(delete(part_keys).where(part_keys.c.part_id.in_(last)))
    at.execute(delete(record_parts).where(record_parts.c.number == 2))


def cut_off_and_count(at: Connection) -> None:
    cut_off(at)
    at.execute(update(records).values(parts=1))


def exchange(at: Connection) -> None:
    """The second entry's words in the first one's place, key and all."""
    one, two = at.execute(select(record_parts).order_by(record_parts.c.number)).all()
    changes = {name: getattr(two, name) for name in ("nonce", "digest", "ciphertext")}
    at.execute(update(record_parts).where(record_parts.c.id == one.id).values(**changes))
    for row in at.execute(select(part_keys).where(part_keys.c.part_id == two.id)).all():
        mine = part_keys.c.reader_id == row.reader_id
        if row.reader_id is None:
            mine = part_keys.c.reader_id.is_(None)
        at.execute(
            update(part_keys)
            .where(part_keys.c.part_id == one.id, mine)
            .values(sealed_key=row.sealed_key)
        )


def tamper(**changes: Any) -> Any:
    return lambda at: at.execute(update(records).values(**changes))


@pytest.mark.parametrize(
    "change",
    [
        swap,
        cut_off,
        cut_off_and_count,
        exchange,
        tamper(status="closed"),
        tamper(moves=7),
        tamper(mark=None),
        tamper(head=bytes(32)),
        tamper(excluded=None),
        tamper(thread=None),
    ],
)
async def test_what_was_changed_in_the_tables_is_refused(store: Store, change: Any) -> None:
    one = await case(store)
    for entry in (NOTE, DECISION):
        await store.casework.add_entry(REFERENCE, one.head, one.head_key, entry)
    await store._database.write(change)

    with pytest.raises(SealError, match="database from a backup"):
        await store.casework.opened(REFERENCE, one.head, one.head_key)
    if change not in (swap, cut_off, exchange):
        with pytest.raises(SealError):
            await store.casework.add_entry(REFERENCE, one.head, one.head_key, NOTE)


async def test_the_reporter_is_told_adds_and_asks(store: Store, clock: Clock) -> None:
    one = await case(store)
    work = store.casework
    clock.advance(timedelta(minutes=5))
    await work.opened(REFERENCE, one.head, one.head_key)
    for mail in await store.claim_outgoing("courier", LEASE, "email", 8):
        await store.sent(mail)
    for mail in await store.claim_outgoing("courier", LEASE, "web", 8):
        await store.sent(mail)

    await work.tell_reporter(REFERENCE, one.head, one.head_key, "When was it?")
    (told,) = await store.claim_outgoing("courier", LEASE, "web", 8)
    assert "When was it?" in told.reply.text
    await store.sent(told)
    added = await work.add_from_reporter(REFERENCE, "web:ann", "On Monday", once="7")
    assert added == 2
    assert await work.add_from_reporter(REFERENCE, "web:ann", "On Monday", once="7") is None
    for stranger, reference in (("web:ben", REFERENCE), ("web:ann", "SP-9999-9999")):
        with pytest.raises(NotYours):
            await work.add_from_reporter(reference, stranger, "Me too", once="8")

    found = await work.opened(REFERENCE, one.lead, one.lead_key)
    assert [(kept.author, kept.entry.kind, kept.entry.text) for kept in found.entries] == [
        (one.head, "to-reporter", "When was it?"),
        (None, "from-reporter", "On Monday"),
    ]
    alerts = await store.claim_outgoing("courier", LEASE, "email", 8)
    assert len(alerts) == 2
    assert not [mail for mail in alerts if "Monday" in mail.reply.text]
    (state,) = await work.reports_of("web:ann")
    assert (state.reference, state.status, state.seen_at) == (REFERENCE, "seen", clock())
    assert state.seen_by == {"head"}
    assert await work.reports_of("web:ben") == []

    def bodies(at: Connection) -> Any:
        mine = select(outbox.c.body).where(outbox.c.conversation == "web:ann")
        return at.execute(mine.order_by(outbox.c.id)).scalars().all()

    assert (await store._database.read(bodies))[-1] == b""


async def test_a_list_has_what_needs_its_reader_first_and_nothing_else(
    store: Store, clock: Clock
) -> None:
    one = await case(store)
    hidden = replace(TOLD, reference="SP-2222-2222", subject="dsl")
    mine = [replace(TOLD, reference=f"SP-3333-333{digit}") for digit in "2346"]
    for told in (hidden, *mine):
        await one.school.hand_in(told)
    closed, opened, _, late = (told.reference for told in mine)
    for reference, status in ((closed, "closed"), (opened, "open")):
        entry = Entry("move", status=status)
        await store.casework.move(reference, one.head, one.head_key, entry, 0)

    def overdue(at: Connection) -> None:
        number = select(records.c.id).where(records.c.reference == late).scalar_subquery()
        mine = record_keys.c.record_id == number
        at.execute(update(record_keys).where(mine).values(due_at=clock()))

    await store._database.write(overdue)
    everything = Filter(sections=("overdue", "new", "open", "closed"))
    lines = await store.casework.inbox(one.lead, everything)
    assert [(line.section, line.reference[-4:]) for line in lines] == [
        ("overdue", "3336"),
        ("new", "3334"),
        ("new", "XM2D"),
        ("open", "3333"),
        ("closed", "3332"),
    ]
    paged, after = [], ""
    while page := await store.casework.inbox(one.lead, replace(everything, after=after, limit=1)):
        paged += page
        after = page[-1].after
    assert paged == lines
    assert await store.casework.counts(one.lead) == {"overdue": 1, "new": 2, "open": 1}
    assert await store.casework.counts(one.head) == {"overdue": 1, "new": 3, "open": 1}
    assert await store.casework.inbox(one.lead, replace(everything, kinds=("incident",))) == []
    with pytest.raises(BotError, match="first page"):
        await store.casework.inbox(one.lead, Filter(after="9-x"))


async def test_what_was_kept_long_enough_leaves_a_tombstone(store: Store, clock: Clock) -> None:
    one = await case(store)
    held = replace(TOLD, reference="SP-2222-2222")
    still_open = replace(TOLD, reference="SP-3333-3333")
    for told in (held, still_open):
        await one.school.hand_in(told)
    for told in (TOLD, held):
        closing = Entry("move", status="closed")
        await store.casework.move(told.reference, one.head, one.head_key, closing, 0)
    await store.casework.hold(held.reference, one.head, held=True, reason="a court asked")
    clock.advance(timedelta(days=400))

    before = {"staff-concern": clock() - timedelta(days=365), "incident": clock()}
    assert await store.casework.forget_records(SCHOOL, before) == [REFERENCE]
    assert await store.casework.forget_records(SCHOOL, before) == []
    left = {line.reference for line in await store.records(SCHOOL)}
    assert left == {held.reference, still_open.reference}
    with pytest.raises(NotYours):
        await store.casework.opened(REFERENCE, one.head, one.head_key)
    (refused, erased, *_) = await store.casework.history(REFERENCE)
    assert (refused.action, erased.action) == ("refused to view", "erased")
    assert (await store.casework.verify_audit()).faults == ()
