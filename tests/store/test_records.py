"""A record is kept once, with its turn, and opens for those it was routed to and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.cases import RecordKind, hand_over
from bot.cases.alerts import URGENT
from bot.cases.records import RecordLine
from bot.cases.routing import FIRST_HELP
from bot.errors import LeaseLost, NoReaders, NotYours, ReaderChanged, ReferenceTaken
from bot.messages import Reply
from bot.store import Store
from bot.store.sealing import SealError
from bot.store.tables import record_keys, records
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock, PostgresServer
from tests.store.people import LEASE, claimed, says
from tests.store.readers import OAKFIELD, School, add, held

SENTINEL = "sentinel-phrase"
TOLD = record(
    "staff-concern",
    "staff",
    "Mr Nobody",
    words="He wrote \udce9 \N{SNOWMAN}",
    facts=(("When", "on Tuesday"), ("Where", "")),
)


async def test_a_record_comes_back_as_it_was_told(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    lead = await school.add("Lucy Coull", "dsl")
    number = await school.hand_in(TOLD)

    for reader in (head, lead, None):
        found = await school.read(TOLD.reference, reader)
        assert (found.record, found.status, found.opened_at) == (TOLD, "seen", clock())
    line = RecordLine(TOLD.reference, SCHOOL, "staff-concern", "serious", "seen", clock())
    assert await store.records(SCHOOL) == [line]
    assert await held(store, head) == [TOLD.reference]
    assert await store.records("elmtree") == []
    assert await store.replies_to(number) == [Reply("It is stored.")]


async def test_whoever_has_no_key_is_not_told_whether_there_is_a_record(store: Store) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    about_the_head = record("staff-concern", "head")
    await school.hand_in(about_the_head)

    assert (await school.read(about_the_head.reference, chair)).record == about_the_head
    assert await held(store, head) == []
    complaints = []
    for reference in (about_the_head.reference, "SP-9999-9999"):
        with pytest.raises(NotYours) as raised:
            await school.read(reference, head)
        complaints.append(str(raised.value).replace(reference, "it"))
    assert complaints[0] == complaints[1]


async def test_an_alert_goes_out_before_answers_and_after_what_is_urgent(store: Store) -> None:
    async def answer(who: str, text: str, priority: int) -> None:
        await store.accept(says("a question", who, channel="telegram"))
        await store.finish(await claimed(store), b"memory", [Reply(text)], priority=priority)

    await answer("ben", "an answer", 0)
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl", ways={"telegram": "17"})
    await school.hand_in(record("permission", severity="routine", reference="SP-2222-2222"))
    await answer("cat", "call 999", URGENT)

    urgent, alert, plain = await store.claim_outgoing("courier", LEASE, "telegram", 8)
    assert (urgent.reply.text, plain.reply.text) == ("call 999", "an answer")
    assert "SP-2222-2222" in alert.reply.text


async def test_alerts_go_out_in_every_way_there_is_and_say_nothing(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl", ways={"email": "a@b.example", "telegram": "17"})
    head = await school.add("Ian Rowden", "head")
    mute = await school.add("Kara Satterley", "deputy-dsl", ways={})
    await school.hand_in(record("permission", severity="routine", reference="SP-2222-2222"))
    urgent = record("urgent", "pupil", SENTINEL, words=SENTINEL)
    await school.hand_in(urgent)

    assert len(await held(store, mute)) == 1
    (chat,) = await store.claim_outgoing("courier", LEASE, "telegram", 8)
    mails = await store.claim_outgoing("courier", LEASE, "email", 8)
    # In one conversation what came first goes first, and hurries before what is urgent.
    assert {mail.reference for mail in mails} == {
        f"SP-2222-2222-{lead}-email",
        f"{urgent.reference}-{head}-email",
    }
    assert {mail.priority for mail in (chat, *mails)} == {10}
    for mail in mails:
        await store.sent(mail)
        assert SENTINEL not in mail.reply.text
        assert mail.reference[:12] in mail.reply.text
        assert "at Oakfield" in mail.reply.text
    (mail,) = await store.claim_outgoing("courier", LEASE, "email", 8)
    assert mail.reference == f"{urgent.reference}-{lead}-email"
    assert "urgent" in mail.reply.text


async def test_what_nobody_may_have_is_kept_for_the_recovery_sheet(store: Store) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    about_the_head = record("staff-concern", "head")
    await school.hand_in(about_the_head)

    assert await held(store, head) == []
    assert (await store.counts()).outgoing == 1  # the reply to whoever told it
    assert (await school.read(about_the_head.reference, None)).record == about_the_head


async def test_a_school_without_anybody_takes_none(store: Store) -> None:
    number = await store.accept(says("a report"))
    assert number is not None
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    claim = await claimed(store)
    with pytest.raises(NoReaders, match="people add"):
        await store.finish(claim, b"", [Reply("It is stored.")], record=handover)

    assert await store.replies_to(number) == []
    assert await store.records(SCHOOL) == []


async def test_a_reference_is_given_once(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await school.hand_in(TOLD)
    other = replace(TOLD, kind="incident", words="something else")
    with pytest.raises(ReferenceTaken):
        await school.hand_in(other)

    assert len(await store.records(SCHOOL)) == 1
    assert (await school.read(TOLD.reference, lead)).record == TOLD
    assert (await store.counts()).waiting == 1, "the message waits to be taken up again"


async def test_a_turn_that_was_taken_over_leaves_no_record(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await store.accept(says("a report"))
    late = await claimed(store)
    clock.advance(LEASE * 2)
    await claimed(store, "another")
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    with pytest.raises(LeaseLost):
        await store.finish(late, b"", [], record=handover)

    assert await store.records(SCHOOL) == []
    assert await store.claim_outgoing("courier", LEASE, "email", 8) == []


async def test_somebody_who_leaves_in_between_gets_none(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await store.accept(says("a report"))
    claim = await claimed(store)
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    await store.remove_reader(lead)
    with pytest.raises(ReaderChanged):
        await store.finish(claim, b"", [], record=handover)
    assert await store.records(SCHOOL) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "permission"},
        {"severity": "routine"},
        {"version": 2},
        {"school": "elmtree"},
        {"opened_at": Clock().moment + timedelta(days=1)},
        {"reference": "SP-9999-9999"},
        {"nonce": bytes(24)},
        {"ciphertext": b""},
    ],
)
async def test_a_row_that_was_changed_does_not_open(store: Store, changes: dict[str, Any]) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await school.hand_in(record("urgent", "pupil"))
    await store._database.write(lambda at: at.execute(update(records).values(**changes)))

    reference = changes.get("reference", TOLD.reference)
    for reader in (lead, None):
        with pytest.raises(SealError, match="database from a backup"):
            await school.read(reference, reader)


@pytest.mark.parametrize("columns", [("ciphertext", "nonce"), ("ciphertext",)])
async def test_two_records_cannot_be_swapped(store: Store, columns: tuple[str, ...]) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    for reference in ("SP-2222-2222", "SP-3333-3333"):
        await school.hand_in(record(reference=reference))

    def swap(at: Any) -> None:
        first, second = at.execute(select(records).order_by(records.c.id)).all()
        for one, other in ((first, second), (second, first)):
            changes = {name: getattr(other, name) for name in columns}
            at.execute(update(records).where(records.c.id == one.id).values(**changes))

    await store._database.write(swap)
    with pytest.raises(SealError):
        await school.read("SP-2222-2222", lead)


async def test_another_records_key_or_another_readers_opens_nothing(store: Store) -> None:
    school = await School.opened(store)
    lead, head = await school.add("Lucy Coull", "dsl"), await school.add("Ian Rowden", "head")
    for reference in ("SP-2222-2222", "SP-3333-3333"):
        await school.hand_in(record("urgent", reference=reference))

    def give_all(at: Any) -> None:
        taken = at.execute(
            select(record_keys.c.sealed_key)
            .join(records, records.c.id == record_keys.c.record_id)
            .where(record_keys.c.reader_id == lead, records.c.reference == "SP-3333-3333")
        ).scalar()
        at.execute(update(record_keys).values(sealed_key=taken))

    await store._database.write(give_all)
    for reader in (lead, head, None):
        with pytest.raises(SealError):
            await school.read("SP-2222-2222", reader)
    assert (await school.read("SP-3333-3333", lead)).record.kind == "urgent"


async def test_many_at_once_are_each_kept_once(store: Store) -> None:
    school = await School.opened(store)
    people = [await school.add(f"Reader {one}", role) for one, role in enumerate(FIRST_HELP)]
    references = [f"SP-2222-222{digit}" for digit in "234678"]

    async def hand_in(reference: str) -> None:
        claim = await claimed(store, reference)
        kind: RecordKind = "urgent" if reference[-1] in "246" else "incident"
        readers = await store.readers(SCHOOL)
        handover = hand_over(record(kind, reference=reference), readers, OAKFIELD)
        await store.finish(claim, b"", [Reply("It is stored.")], record=handover)

    for reference in references:
        await store.accept(says("a report", who=reference))
    await asyncio.gather(*map(hand_in, references))

    assert {line.reference for line in await store.records(SCHOOL)} == set(references)
    lead = people[0]
    assert len(await held(store, lead)) == len(references)
    told = []
    while mails := await store.claim_outgoing("courier", LEASE, "email", 8):
        for mail in mails:
            await store.sent(mail)
            told.append(mail.reference)
    assert len(told) == len(set(told)) == 3 * len(people) + 3


async def everything(store: Store) -> None:
    """Leave the sentinel in each part of a record, and in who receives it."""
    school = await School.opened(store)
    await school.add(SENTINEL, "dsl", ways={"email": f"{SENTINEL}@oakfield.example"})
    for subject in ("pupil", "staff"):
        told = record(
            "urgent",
            subject,
            SENTINEL + "s",
            words=SENTINEL,
            facts=((SENTINEL, SENTINEL),),
            reference=f"SP-2222-{subject.upper()}",
        )
        await school.hand_in(replace(told, told_by=SENTINEL))


async def test_no_word_of_it_stands_in_the_file(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    file = tmp_path / "signpost.db"
    store = await Store.open(f"sqlite:///{file}", key_path, now=clock, new_id=new_id)
    await everything(store)
    written = b"".join(path.read_bytes() for path in tmp_path.glob("signpost.db*"))
    await store.close()
    written += file.read_bytes()

    assert b"SP-2222-STAFF" in written
    for form in (SENTINEL.encode(), SENTINEL.encode().hex().encode()):
        assert form not in written


async def test_no_word_of_it_stands_in_the_tables(
    postgres: PostgresServer, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    store = await Store.open(postgres.fresh(), key_path, now=clock, new_id=new_id)
    await everything(store)
    tables = ("schools", "readers", "reader_channels", "records", "record_keys", "outbox", "inbox")
    written = await store._database.read(
        lambda at: "".join(str(at.exec_driver_sql(f"SELECT * FROM {one}").all()) for one in tables)
    )
    await store.close()

    assert "SP-2222-STAFF" in written
    assert SENTINEL not in written


async def test_a_long_record_is_as_long_as_its_pages(store: Store) -> None:
    school = await School.opened(store)
    await add(store, "Lucy Coull", "dsl")
    for reference, words in (("SP-2222-2222", ""), ("SP-3333-3333", "x" * 300)):
        await school.hand_in(record(reference=reference, words=words))
    lengths = await store._database.read(
        lambda at: at.execute(select(records.c.ciphertext)).scalars().all()
    )
    assert len({len(one) for one in lengths}) == 1
