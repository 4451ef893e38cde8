"""What the bot holds of a person can all be given out, and goes when they or time say so."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from bot.cases import hand_over
from bot.cases.enrolment import invitation
from bot.cases.records import Evidence
from bot.messages import Attachment, Gap, Reply
from bot.rights import TITLES, in_words
from bot.store import Store, case_tables, holdings
from bot.store.tables import metadata
from bot.updates import Home
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import answered, claimed, says
from tests.store.readers import OAKFIELD, School

CODE = "a-code-that-nobody-guesses"
CHAT = 77_123_456
WORDS = "the yellow kite on the roof"
PNG = Evidence("image/png", b"\x89PNG" + b"x" * 60)
MONTH = timedelta(days=30)

TIED = {
    name: column
    for table in metadata.tables.values()
    for name, column in [(table.name, "conversation"), (table.name, "person")]
    if column in table.c
}
"""Every table that says whose its rows are."""


def home(name: str) -> Home:
    return Home(name, "telegram", CHAT, SCHOOL, "parent")


async def known(store: Store, clock: Clock) -> str:
    """Somebody who joined, asked, sent a file and handed a report over; their name."""
    school = await School.opened(store)
    await school.add("Ann Lee", "dsl")
    person = store.doorstep.name_for("telegram", CHAT)
    await store.enrolments.invite(invitation(SCHOOL, "parent", clock()), CODE)
    await store.enrolments.accept("wrong", person)
    await store.enrolments.accept(CODE, person)
    await store.doorstep.keep("telegram", [("1", b"{}"), ("2", json.dumps(raw()).encode())])
    first, second = await store.doorstep.waiting(9)
    await store.doorstep.settle([first], home(person), replies=[Reply("Welcome.")], messages=[5])
    await store.doorstep.set_aside(second, "ValueError")
    await school.hand_in(record("incident", "pupil", words="handed over"))
    who = person.removeprefix("telegram:")
    photo = (Attachment("picture", "file-1"),)
    arrival = says(WORDS, who, channel="telegram")
    await store.accept(type(arrival)(**{**vars(arrival), "files": photo}))
    await store.finish(
        await claimed(store),
        b'{"events": ["kite"]}',
        [Reply("I see.")],
        Gap("unknown", None, "yellow kite"),
        evidence=[PNG],
    )
    return person


def raw() -> dict[str, object]:
    return {"update_id": 2, "message": {"chat": {"id": CHAT, "first_name": "Ann"}}}


async def handed_over(store: Store, person: str) -> str:
    """A report that this person made; its reference."""
    arrival = says("I want to report", person.removeprefix("telegram:"), channel="telegram")
    await store.accept(arrival)
    told = record("incident", "pupil", reference="SP-7KQ4-XM2E")
    handover = hand_over(told, await store.readers(SCHOOL), OAKFIELD)
    await store.finish(await claimed(store), b"{}", [Reply("Stored.")], record=handover)
    return told.reference


async def test_all_that_is_held_is_given_out(store: Store, clock: Clock) -> None:
    person = await known(store, clock)
    held = await store.people.held(person)

    assert held["chat_at_telegram"] == CHAT
    assert [(one["school"], one["role"]) for one in held["belongs_to"]] == [(SCHOOL, "parent")]
    assert [(one["words"], one["files"]) for one in held["they_wrote"]] == [(WORDS, 1)]
    assert [one["words"] for one in held["the_bot_said"]] == ["Welcome.", "I see."]
    assert held["remembered"] == {"events": ["kite"]}
    assert held["files_of_an_unfinished_form"] == [{"kind": "image/png", "bytes": 64}]
    assert [one["words"] for one in held["questions_without_an_answer"]] == ["yellow kite"]
    assert len(held["not_understood_by_the_channel"]) == 1
    assert held["reports"] == []
    assert json.loads(json.dumps(held)) == held


async def test_a_report_is_named_and_not_opened(store: Store, clock: Clock) -> None:
    person = await known(store, clock)
    reference = await handed_over(store, person)
    (report,) = (await store.people.held(person))["reports"]
    assert (report["reference"], report["kind"]) == (reference, "incident")
    assert WORDS not in json.dumps(await store.people.held(person)), "it was wiped at hand-over"


async def test_of_a_stranger_nothing_is_held(store: Store, clock: Clock) -> None:
    await known(store, clock)
    held = await store.people.held("telegram:nobody")
    assert {name for name, value in held.items() if value} == {"person"}


async def test_every_table_that_names_a_person_is_looked_at(store: Store, clock: Clock) -> None:
    """A new table that says whose its rows are must be given out, or be left out for a reason."""
    no_more_than_a_number = {"chat_messages"}
    sealed_and_told_as_reports = {"records"}
    looked_at = {name for name, table in vars(holdings).items() if getattr(table, "c", None)}
    looked_at |= {"draft_evidence", "inbox", "outbox"}
    assert TIED.keys() - looked_at == no_more_than_a_number | sealed_and_told_as_reports


async def left(store: Store, person: str) -> set[str]:
    """The tables in which something still hangs on a person."""

    def look(at: object) -> set[str]:
        found = set()
        for name, column in {**TIED, "conversations": "id"}.items():
            table = metadata.tables[name]
            if (
                name != "records"
                and at.execute(  # type: ignore[attr-defined]
                    select(table).where(table.c[column] == person)
                ).first()
            ):
                found.add(name)
        return found

    return await store._database.read(look)


async def test_deleted_means_gone(store: Store, clock: Clock) -> None:
    person = await known(store, clock)
    await store.enrolments.forget(person)

    held = await store.people.held(person)
    assert not held["belongs_to"] and not held["they_wrote"] and not held["the_bot_said"]
    assert held["remembered"] is None and not held["files_of_an_unfinished_form"]
    # The chat's number stays for a while, to say "done"; and wrong codes for their hour.
    assert await left(store, person) == {"conversations", "chats", "chat_messages"}

    clock.advance(MONTH + timedelta(days=1))
    await store.enrolments.forget_tries()
    await store.forget_words(clock() - MONTH)
    assert await left(store, person) == set()


async def test_an_administrator_can_do_it_for_them_and_it_is_written_down(
    store: Store, clock: Clock
) -> None:
    person = await known(store, clock)
    await store.people.erase(person)
    assert not (await store.people.held(person))["they_wrote"]
    rows = await store.casework.history(holdings.PERSON)
    assert [(row.actor, row.action) for row in rows] == [
        ("administrator", "gave out what is held of"),
        ("administrator", "erased"),
    ]
    assert (await store.casework.verify_audit()).faults == ()


async def test_what_is_given_to_themselves_has_a_heading_for_each_thing_and_is_written_down(
    store: Store, clock: Clock
) -> None:
    person = await known(store, clock)
    given = await store.people.held(person, themselves=True)
    written = in_words(given, clock())
    assert given.keys() == TITLES.keys()
    assert all(title.upper() in written for title in TITLES.values())
    assert WORDS in written and "kite" in written and f"{CHAT}" in written
    (row,) = await store.casework.history(holdings.PERSON)
    assert (row.actor, row.action) == ("bot", "gave out what is held of")
    reference = await handed_over(store, person)
    after = in_words(await store.people.held(person, themselves=True), clock())
    assert f"reference: {reference}; kind: incident" in after


async def test_somebody_whose_report_is_kept_can_still_be_reached(
    store: Store, clock: Clock
) -> None:
    person = await known(store, clock)
    reference = await handed_over(store, person)
    await store.enrolments.forget(person)
    clock.advance(MONTH + timedelta(days=1))
    await store.forget_words(clock() - MONTH)
    assert {"conversations", "chats"} <= await left(store, person)
    assert [one.reference for one in await store.casework.reports_of(person)] == [reference]


async def test_words_are_erased_when_they_are_old_and_not_before(
    store: Store, clock: Clock
) -> None:
    await answered(store, "old answer")
    clock.advance(timedelta(days=20))
    await answered(store, "newer answer")
    (sent,) = await store.claim_outgoing("courier", timedelta(seconds=30), "web", 1)
    await store.sent(sent)
    (sent,) = await store.claim_outgoing("courier", timedelta(seconds=30), "web", 1)
    await store.sent(sent)

    clock.advance(timedelta(days=9))
    assert await store.forget_words(clock() - MONTH) == 0
    clock.advance(timedelta(days=2))
    # Both replies were sent on the same day: only the question is old enough, and its reply isn't.
    assert await store.forget_words(clock() - MONTH) == 0
    clock.advance(timedelta(days=20))
    assert await store.forget_words(clock() - MONTH) == 5
    assert await left(store, "web:ann") == set()


async def test_what_is_not_settled_stays_however_old(store: Store, clock: Clock) -> None:
    await store.accept(says("still waiting"))
    await answered(store, "never delivered", who="bob")
    clock.advance(MONTH * 12)
    assert await store.forget_words(clock() - MONTH) == 0
    assert (await store.counts()).waiting == 1
    assert (await store.counts()).outgoing == 1


async def test_a_draft_and_its_files_are_left_to_their_own_rule(store: Store, clock: Clock) -> None:
    await store.accept(says("a form"))
    await store.finish(await claimed(store), b"form", [], draft=True, evidence=[PNG])
    clock.advance(MONTH * 2)
    assert await store.forget_words(clock() - MONTH) == 0
    assert await store.memory("web:ann") == b"form"
    assert case_tables.draft_evidence.name in await left(store, "web:ann")
