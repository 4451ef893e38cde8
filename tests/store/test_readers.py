"""Readers are kept by school, hear of records in their ways, and take nothing with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases.people import Reader
from bot.errors import BotError, UnknownReader
from bot.store import Store
from bot.store.keyring import new_pair
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import School, add, held


async def test_a_reader_is_kept_with_their_roles_and_ways(store: Store) -> None:
    number = await add(
        store,
        "Zoë O'Brien",
        "head",
        "dsl",
        ways={"telegram": "17", "email": "zoe@oakfield.example"},
    )
    await add(store, "Somebody Else", "dsl", school="elmtree")

    assert await store.readers(SCHOOL) == [
        Reader(
            number,
            SCHOOL,
            "Zoë O'Brien",
            frozenset(("head", "dsl")),
            ways=("telegram", "email"),
        )
    ]
    assert await store.address(number, "email") == "zoe@oakfield.example"
    assert await store.address(number, "telegram") == "17"
    assert await store.address(number + 1, "telegram") is None


async def test_a_school_has_one_recovery_key(store: Store) -> None:
    (first, _), (second, _) = new_pair(), new_pair()
    assert await store.set_recovery(SCHOOL, first)
    assert not await store.set_recovery(SCHOOL, second)
    assert await store.set_recovery("elmtree", second)


async def test_reports_are_taken_once_somebody_would_hear_of_them(store: Store) -> None:
    assert not await store.takes_records(SCHOOL)
    await add(store, "Lucy Coull", "dsl")
    assert not await store.takes_records(SCHOOL), "without a recovery key"
    await store.set_recovery(SCHOOL, new_pair()[0])
    assert await store.takes_records(SCHOOL)
    assert not await store.takes_records("elmtree")

    await store.set_recovery("elmtree", new_pair()[0])
    await add(store, "Nobody Hears", "dsl", school="elmtree", ways={})
    await add(store, "Carl Ollerenshaw", "network-manager", school="elmtree")
    assert not await store.takes_records("elmtree")


async def test_who_leaves_takes_keys_and_alerts_with_them(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await school.hand_in(record("permission", reference="SP-2222-2222"))
    head = await school.add("Ian Rowden", "head")
    await school.hand_in(record("urgent", "pupil", reference="SP-3333-3333"))
    assert len(await held(store, lead)) == 2

    assert await store.remove_reader(lead) == ["SP-2222-2222"]

    assert [reader.id for reader in await store.readers(SCHOOL)] == [head]
    assert await held(store, lead) == []
    assert await store.address(lead, "email") is None
    due = await store.claim_outgoing("courier", LEASE, "email", 8)
    assert [one.conversation for one in due] == [f"alert:{head}:email"]
    for again in (store.remove_reader, store.reader_keys):
        with pytest.raises(UnknownReader, match="people list"):
            await again(lead)
    assert (await school.read("SP-2222-2222", None)).record.kind == "permission"
    assert await school.add("Somebody New", "dsl") > head


async def test_names_and_addresses_lie_sealed(store: Store) -> None:
    await add(store, "Lucy Sentinel", "dsl")
    rows = await store._database.read(
        lambda at: [
            at.exec_driver_sql(f"SELECT * FROM {table}").all()
            for table in ("readers", "reader_channels")
        ]
    )
    assert "dsl" in str(rows)
    assert "entinel" not in str(rows)


async def test_cover_is_remembered_and_shown_to_the_rules(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    lead, leader = await school.add("Lucy Coull", "dsl"), await school.add("Lynda Prior", "slt")
    elsewhere = await add(store, "Ann Other", "dsl", school="elmtree")
    keys = store.keyholders
    for wrong in (lead, elsewhere, 99):
        with pytest.raises(BotError):
            await keys.set_cover(lead, wrong)
    await keys.set_cover(lead, leader)
    await keys.set_working_days(lead, [1, 2])
    assert clock().weekday() == 0
    found, _ = await store.readers(SCHOOL)
    assert (found.cover, found.off, found.away) == (leader, True, False)
    await school.hand_in(record("incident", "pupil"))
    for reader in (lead, leader):
        await school.read(record().reference, reader)

    await keys.set_cover(lead, None)
    clock.advance(timedelta(days=5))
    found, _ = await store.readers(SCHOOL)
    assert (found.cover, found.off) == (None, False), "nobody works on a Saturday"
    assert (await store.casework.verify_audit()).faults == ()
