"""Old records reach new readers only by a reader's hand, and never whom they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.cases.entries import Entry
from bot.cases.records import Evidence
from bot.errors import BotError, NotYours, WrongPassphrase
from bot.store import Store
from bot.store.keyring import new_pair, new_reader_keys, open_key, unlock
from bot.store.sealing import SealError
from bot.store.tables import record_keys, records
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.readers import CHEAP, PASSPHRASE, School, held

ABOUT_HEAD = record("staff-concern", "head", "Ian Rowden", words="about the head")
REFERENCE = ABOUT_HEAD.reference
FILE = Evidence("text/plain", b"a file")
NOTE = Entry("note", "a note")


async def key(store: Store, reader: int) -> bytes:
    return unlock(await store.reader_keys(reader), PASSPHRASE)


async def with_parts(school: School, chair: int) -> bytes:
    """A record about the head, with a file and a note; the chair's private key."""
    await school.hand_in(ABOUT_HEAD)
    private = await key(school.store, chair)
    work = school.store.casework
    await work.add_entry(REFERENCE, chair, private, NOTE)
    await work.add_from_reporter(REFERENCE, "web:ann", "more", once="1", files=[FILE])
    return private


async def all_of_it(store: Store, reader: int | None, private: bytes) -> list[Any]:
    case = await store.casework.opened(REFERENCE, reader, private)
    files = [
        await store.casework.evidence(REFERENCE, file.number, reader, private)
        for file in case.files
    ]
    return [case.opened.record, [kept.entry.text for kept in case.entries], files]


WHOLE = [ABOUT_HEAD, ["a note", "more"], [FILE]]


async def test_a_new_reader_gets_what_a_present_one_grants(store: Store) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    private = await with_parts(school, chair)
    new = await school.add("Lucy Coull", "dsl")
    assert await held(store, new) == []

    granted = await store.keyholders.grant(None, chair, private, new, SCHOOL)
    assert (granted.given, granted.refused) == ((REFERENCE,), ())
    assert await all_of_it(store, new, await key(store, new)) == WHOLE
    assert (await store.keyholders.grant(None, chair, private, new, SCHOOL)).given == ()
    # What comes afterwards is theirs too.
    await store.casework.add_entry(REFERENCE, chair, private, NOTE)
    case = await store.casework.opened(REFERENCE, new, await key(store, new))
    assert len(case.entries) == 3


async def test_nobody_gives_what_they_cannot_open(store: Store) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    await with_parts(school, chair)
    new, other = await school.add("Lucy Coull", "dsl"), await school.add("Kara Satterley", "slt")
    with pytest.raises(NotYours):
        await store.keyholders.grant([REFERENCE], new, await key(store, new), other, SCHOOL)
    with pytest.raises(SealError):
        await store.keyholders.grant([REFERENCE], chair, await key(store, new), other, SCHOOL)
    assert await held(store, other) == []


@pytest.mark.parametrize(
    ("name", "role", "there_before"),
    [
        ("Ian Rowden", "head", True),
        ("Ian Rowden", "head", False),
        ("Ian Rowden", "slt", False),
        ("Mr Rowden", "network-manager", False),
        ("Somebody Else", "head", False),
    ],
)
async def test_whom_it_is_about_is_never_given_it(
    store: Store, name: str, role: Any, there_before: bool
) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    subject = await school.add(name, role) if there_before else 0
    private = await with_parts(school, chair)
    subject = subject or await school.add(name, role)

    granted = await store.keyholders.grant(None, chair, private, subject, SCHOOL)
    assert (granted.given, granted.refused) == ((), (REFERENCE,))
    assert await held(store, subject) == []
    assert "refused to grant" in (await store.casework.history(REFERENCE))[0].action


async def test_a_second_role_of_somebody_left_out_brings_nothing(store: Store) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    await school.add("Ian Rowden", "head")
    # Nothing in the record names him: he is left out for his post.
    unnamed = replace(ABOUT_HEAD, named=())
    await school.hand_in(unnamed)
    again = await school.add("Ian Rowden", "dsl")
    successor = await school.add("Lynda Prior", "head")
    private = await key(store, chair)
    for reader, given in ((again, ()), (successor, (REFERENCE,))):
        granted = await store.keyholders.grant(None, chair, private, reader, SCHOOL)
        assert granted.given == given


async def test_what_somebody_who_left_could_open_is_encrypted_anew(store: Store) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    private = await with_parts(school, chair)
    gone = await school.add("Lucy Coull", "dsl")
    await store.keyholders.grant(None, chair, private, gone, SCHOOL)
    theirs = await key(store, gone)

    def stolen(at: Connection) -> tuple[bytes, bytes]:
        mine = record_keys.c.reader_id == gone
        copy = at.execute(select(record_keys.c.sealed_key).where(mine)).scalar()
        return copy, at.execute(select(records.c.ciphertext)).scalar()

    copied, before = await store._database.read(stolen)
    old_key = open_key(copied, theirs)
    await store.remove_reader(gone)
    assert await store.keyholders.rekey(chair, private) == 1
    assert await store.keyholders.rekey(chair, private) == 0

    def anew(at: Connection) -> Any:
        return at.execute(select(records)).one()

    row = await store._database.read(anew)
    assert row.ciphertext != before
    assert row.version == 2
    from bot.store.keyring import SealedRecord, unlock_record
    from bot.store.records import about

    with pytest.raises(SealError):
        sealed = SealedRecord(row.nonce, row.ciphertext)
        unlock_record(sealed, about(REFERENCE, 2, SCHOOL), old_key)
    assert await all_of_it(store, chair, private) == WHOLE
    assert await all_of_it(store, None, school.recovery) == WHOLE
    with pytest.raises(NotYours):
        await all_of_it(store, gone, theirs)
    assert (await store.casework.verify_audit()).faults == ()


@pytest.mark.parametrize("by_sheet", [True, False])
async def test_a_lost_passphrase_is_replaced_by_another_reader_or_the_sheet(
    store: Store, by_sheet: bool
) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    lead = await school.add("Lucy Coull", "dsl")
    private = await with_parts(school, chair)
    await store.keyholders.grant(None, chair, private, lead, SCHOOL)
    alone = record("incident", "pupil", reference="SP-2222-2222", severity="routine")
    await school.hand_in(alone)

    keys = new_reader_keys("another passphrase", CHEAP)
    giver, theirs = (None, school.recovery) if by_sheet else (chair, private)
    done = await store.keyholders.reset(lead, keys, giver, theirs)
    assert done.kept == ((REFERENCE, alone.reference) if by_sheet else (REFERENCE,))
    assert done.lost == (() if by_sheet else (alone.reference,))
    with pytest.raises(WrongPassphrase):
        await key(store, lead)
    mine = unlock(await store.reader_keys(lead), "another passphrase")
    assert await all_of_it(store, lead, mine) == WHOLE
    assert {one.name for one in await store.readers(SCHOOL)} == {"Hugh Samuelson", "Lucy Coull"}
    with pytest.raises(BotError, match="nothing was changed"):
        await store.keyholders.reset(lead, keys, None, new_pair()[1])


async def test_a_lost_sheet_is_replaced_by_a_reader(store: Store) -> None:
    school = await School.opened(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    lead = await school.add("Lucy Coull", "dsl")
    private = await with_parts(school, chair)
    other = record("incident", "pupil", reference="SP-2222-2222", severity="routine")
    await school.hand_in(other)
    public, sheet = new_pair()

    assert await store.keyholders.new_sheet(chair, private, public) == (1, 1)
    assert await all_of_it(store, None, sheet) == WHOLE
    with pytest.raises(SealError):
        await store.opened(other.reference, None, sheet)
    # The others follow as their readers sign in; then the old sheet opens nothing.
    assert await store.keyholders.rekey(chair, private) == 1
    assert await store.keyholders.rekey(lead, await key(store, lead)) == 1
    assert (await store.opened(other.reference, None, sheet)).record == other
    for reference in (REFERENCE, other.reference):
        with pytest.raises(SealError):
            await store.opened(reference, None, school.recovery)


async def test_who_is_away_is_away_for_that_time(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    away = clock() + timedelta(days=1), clock() + timedelta(days=3)
    await store.keyholders.set_away(lead, *away)
    await store.keyholders.set_working_days(lead, (2, 0))
    found = []
    for _ in range(5):
        (reader,) = await store.readers(SCHOOL)
        found.append(reader.away)
        clock.advance(timedelta(days=1))
    assert found == [False, True, True, False, False]
    assert reader.week == {0, 2}
    with pytest.raises(BotError, match="back before"):
        await store.keyholders.set_away(lead, away[1], away[0])
    with pytest.raises(BotError, match="at least one day"):
        await store.keyholders.set_working_days(lead, ())
