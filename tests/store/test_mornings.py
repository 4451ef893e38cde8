"""Once on a working day a reader is told how much waits, of what they have a key to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bot.cases.calendar import Calendar
from bot.holidays import bank_holidays
from bot.morning import Mornings
from bot.store import Store
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import School

MONDAY = datetime(2026, 3, 2, 8, 5, tzinfo=timezone.utc)
DAY = timedelta(days=1)


class Times:
    def calendar(self, school: str, now: datetime) -> Calendar:
        return Calendar(bank_holidays([now.year]))

    def short_name(self, school: str) -> str:
        return "Oakfield"


def mornings(store: Store, clock: Clock) -> Mornings:
    return Mornings(store, Times(), lambda: [SCHOOL], None, now=clock)


async def told(store: Store) -> dict[str, str]:
    """What went out since the last time, by its key, but for alerts."""
    found = {}
    while waiting := await store.claim_outgoing("courier", LEASE, "email", 8):
        for one in waiting:
            await store.sent(one)
            found[one.reference] = one.reply.text.partition("\n")[0]
    return {key: text for key, text in found.items() if key.startswith("morning-")}


async def test_counts_are_told_once_and_only_of_what_somebody_may_open(
    store: Store, clock: Clock
) -> None:
    clock.moment = MONDAY - DAY
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    head = await school.add("Ian Rowden", "head")
    await school.hand_in(record("incident", "pupil"))
    # About the lead herself: the head has it, and she must not hear of it.
    await school.hand_in(record("staff-concern", "dsl", reference="SP-3CDF-9GHJ"))
    clock.moment = MONDAY
    assert await mornings(store, clock).look() == 2
    counted = await told(store)
    one = "Signpost: 1 report is waiting for you at Oakfield: 1 new."
    assert counted[f"morning-{lead}-2026-03-02"] == one
    assert f"morning-{head}-2026-03-02" in counted
    # Not again: not by the same process, not by one that was started since.
    again = mornings(store, clock)
    assert (await again.look(), await again.look(), await told(store)) == (0, 0, {})
    clock.advance(DAY)
    assert await again.look() == 2


async def test_two_processes_tell_once(
    database_url: str, key_path: Path, store: Store, clock: Clock, new_id: Callable[[], str]
) -> None:
    clock.moment = MONDAY - DAY
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(record("incident", "pupil"))
    clock.moment = MONDAY
    other = await Store.open(database_url, key_path, now=clock, new_id=new_id)
    try:
        both = [mornings(one, clock).look() for one in (store, other)]
        assert sum(await asyncio.gather(*both)) == 1
    finally:
        await other.close()
    assert len(await told(store)) == 1


async def test_nothing_is_said_at_other_times_on_days_off_or_when_nothing_waits(
    store: Store, clock: Clock
) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    clock.moment = MONDAY
    assert await mornings(store, clock).look() == 0
    await school.hand_in(record("incident", "pupil"))
    moments = {
        "before work": MONDAY - timedelta(minutes=10),
        "later in the day": MONDAY + timedelta(hours=3),
        "on a Saturday": MONDAY + 5 * DAY,
        "on Good Friday": datetime(2026, 4, 3, 7, 30, tzinfo=timezone.utc),
    }
    for when, moment in moments.items():
        clock.moment = moment
        assert await mornings(store, clock).look() == 0, when
    # In summer the clocks at the school are an hour ahead.
    clock.moment = datetime(2026, 6, 1, 7, 30, tzinfo=timezone.utc)
    assert await mornings(store, clock).look() == 1
    await store.keyholders.set_working_days(lead, [1, 2])
    clock.moment += 7 * DAY
    assert await mornings(store, clock).look() == 0
    clock.advance(DAY)
    assert await mornings(store, clock).look() == 1
