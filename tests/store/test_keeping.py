"""What has been kept long enough is announced, waits for a month, and leaves a tombstone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.cases.entries import Entry
from bot.cases.retention import NOTICE
from bot.errors import BotError, NotYours
from bot.retention import Retention
from bot.store import Store
from bot.store.keeping import Round
from bot.store.keyring import unlock
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School

TOLD = record("website-report", severity="routine")
REFERENCE = TOLD.reference
CLOSING = Entry("move", "done", status="closed")
YEAR = timedelta(days=366)


class Oakfield:
    def __init__(self, years: dict[str, int] | None = None) -> None:
        self.years = years or {}

    def schools(self) -> list[str]:
        return [SCHOOL]

    def kept_years(self, school: str) -> dict[str, int]:
        return self.years

    def short_name(self, school: str) -> str:
        return "Oakfield"


class NoPack(Oakfield):
    def kept_years(self, school: str) -> dict[str, int]:
        raise BotError("the pack can't be read")


async def closed(
    store: Store, *told: object, ways: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """A school whose head has closed these records."""
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head", ways=ways)  # type: ignore[arg-type]
    key = unlock(await store.reader_keys(head), PASSPHRASE)
    for one in told or (TOLD,):
        await school.hand_in(one)  # type: ignore[arg-type]
        await store.casework.move(one.reference, head, key, CLOSING, 0)  # type: ignore[attr-defined]
    await mails(store)
    return head, key


async def mails(store: Store) -> list[str]:
    found = []
    while waiting := await store.claim_outgoing("courier", LEASE, "email", 8):
        for one in waiting:
            found.append(one.reply.text)
            await store.sent(one)
    return found


async def test_it_is_announced_waits_and_is_erased(store: Store, clock: Clock) -> None:
    head, key = await closed(store)
    keep = Retention(store, Oakfield(), clock)
    assert (await keep.round(SCHOOL), await keep.over(SCHOOL)) == (Round(0, ()), [])
    clock.advance(YEAR)
    (over,) = await keep.over(SCHOOL)
    assert (over.reference, over.why, over.erase_on) == (REFERENCE, "time-over", None)

    assert await keep.round(SCHOOL) == Round(1, ())
    (mail,) = await mails(store)
    assert "is erased on" in mail
    (over,) = await keep.over(SCHOOL)
    assert (over.why, over.erase_on) == ("announced", clock().date() + timedelta(days=NOTICE))
    clock.advance(timedelta(days=NOTICE - 1))
    assert (await keep.round(SCHOOL), await mails(store)) == (Round(0, ()), [])
    clock.advance(timedelta(days=1))
    assert await keep.round(SCHOOL) == Round(0, (REFERENCE,))

    assert await store.records(SCHOOL) == []
    (stone,) = await keep.erased(SCHOOL)
    assert (stone.reference, stone.kind, stone.erased_at) == (REFERENCE, TOLD.kind, clock())
    assert stone.closed_at == clock() - YEAR - timedelta(days=NOTICE)
    assert await keep.erased("elmtree") == []
    with pytest.raises(NotYours):
        await store.casework.opened(REFERENCE, head, key)
    done = [row.action for row in await store.casework.history(REFERENCE)]
    assert done[:3] == ["refused to view", "erased", "announced to be erased"]
    assert (await store.casework.verify_audit()).faults == ()


async def test_what_is_held_open_or_to_be_reviewed_stays(store: Store, clock: Clock) -> None:
    held, again, other = (replace(TOLD, reference=f"SP-2222-222{one}") for one in "234")
    head, key = await closed(store, held, again, other)
    keep, work = Retention(store, Oakfield(), clock), store.casework
    clock.advance(YEAR)
    assert (await keep.round(SCHOOL)).announced == 3
    with pytest.raises(BotError):
        await work.hold(held.reference, head, bytes(32), held=True, reason="a court")
    await work.hold(held.reference, head, key, held=True, reason="a court asked")
    await work.move(again.reference, head, key, Entry("move", status="reopened"), 1)
    clock.advance(timedelta(days=NOTICE))
    assert await keep.round(SCHOOL) == Round(0, (other.reference,))
    assert [(one.reference, one.why) for one in await keep.over(SCHOOL)] == [
        (held.reference, "held")
    ]
    await work.hold(held.reference, head, key, held=False, reason="it is over")
    assert await keep.round(SCHOOL) == Round(1, ()), "its readers are asked again"


async def test_a_review_that_is_to_come_keeps_it(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    key = unlock(await store.reader_keys(head), PASSPHRASE)
    await school.hand_in(record("declaration", "parent"))
    yes = Entry("decision", outcome="approved", review=date(2030, 1, 1), status="closed")
    await store.casework.move(REFERENCE, head, key, yes, 0)
    keep = Retention(store, Oakfield({"decisions": 1}), clock)
    clock.advance(YEAR)
    assert await keep.round(SCHOOL) == Round(0, ())
    assert [one.why for one in await keep.over(SCHOOL)] == ["review"]


async def test_nothing_is_erased_that_nobody_was_told_of(store: Store, clock: Clock) -> None:
    await closed(store, ways={})
    keep = Retention(store, Oakfield(), clock)
    clock.advance(YEAR * 3)
    for _ in range(2):
        assert await keep.round(SCHOOL) == Round(0, ())
        clock.advance(timedelta(days=NOTICE))
    assert [one.why for one in await keep.over(SCHOOL)] == ["nobody-to-ask"]


async def test_a_school_that_keeps_it_for_longer_now_takes_it_back(
    store: Store, clock: Clock
) -> None:
    await closed(store)
    clock.advance(YEAR)
    assert (await Retention(store, Oakfield(), clock).round(SCHOOL)).announced == 1
    clock.advance(timedelta(days=NOTICE))
    longer = Retention(store, Oakfield({"websites": 5}), clock)
    assert (await longer.round(SCHOOL), await longer.over(SCHOOL)) == (Round(0, ()), [])
    assert (await Retention(store, Oakfield(), clock).round(SCHOOL)).announced == 1


async def test_a_pack_that_cannot_be_read_erases_nothing(store: Store, clock: Clock) -> None:
    await closed(store)
    clock.advance(YEAR * 30)
    with pytest.raises(BotError):
        await Retention(store, NoPack(), clock).round(SCHOOL)
    assert len(await store.records(SCHOOL)) == 1
