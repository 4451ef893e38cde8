"""Records are passed on, seen and settled on real databases, and nobody is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cases.alerts import SEEN_PAYLOAD
from bot.cases.calendar import Calendar, Span
from bot.cases.dead_ends import ADMINISTRATOR
from bot.cases.entries import Entry
from bot.cases.seeing import Trouble
from bot.errors import NotYours, UnknownRecord
from bot.holidays import bank_holidays
from bot.minder import Minder
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School

REFERENCE = record().reference
QUARTER = timedelta(minutes=15)


class Oakfield:
    """What the minder knows of the schools here."""

    def calendar(self, school: str, now: datetime) -> Calendar:
        return Calendar(bank_holidays([now.year]), (Span(date(2026, 3, 30), date(2026, 4, 10)),))

    def respond_days(self, school: str) -> int:
        return 5

    def short_name(self, school: str) -> str:
        return "Oakfield"


def minder(store: Store, clock: Clock) -> Minder:
    return Minder(store, Oakfield(), now=clock)


async def sent(store: Store, channel: str = "email") -> dict[str, str]:
    """What went out now, by its key; the token under it is the text's last line."""
    found: dict[str, str] = {}
    while waiting := await store.claim_outgoing("courier", LEASE, channel, 8):
        for one in waiting:
            await store.sent(one)
            (button,) = one.reply.buttons
            assert button.payload.startswith(SEEN_PAYLOAD)
            assert len(button.payload) <= 64
            token = button.payload.removeprefix(SEEN_PAYLOAD)
            found[one.reference] = f"{one.reply.text}\n{token}"
    return found


def token(text: str) -> str:
    return text.rpartition("\n")[2]


async def staffed(store: Store) -> tuple[School, int, int, int]:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    deputy = await school.add("Kara Satterley", "deputy-dsl")
    head = await school.add("Ian Rowden", "head")
    return school, lead, deputy, head


async def test_an_unseen_record_goes_down_its_line_and_then_makes_noise(
    store: Store, clock: Clock
) -> None:
    school, lead, deputy, head = await staffed(store)
    await school.hand_in(record("incident", "pupil", severity="immediate"))
    mind = minder(store, clock)
    assert await mind.round() == 0
    assert set(await sent(store)) == {f"{REFERENCE}-{lead}-email"}

    clock.advance(QUARTER - timedelta(seconds=1))
    assert await mind.round() == 0
    clock.advance(timedelta(seconds=1))
    assert await mind.round() == 2
    told = await sent(store)
    assert set(told) == {f"{REFERENCE}-{lead}-email-2", f"{REFERENCE}-{deputy}-email"}
    assert "next in line" in told[f"{REFERENCE}-{deputy}-email"]

    clock.advance(QUARTER)
    assert await mind.round() == 3
    assert f"{REFERENCE}-{head}-email" in await sent(store)
    assert await store.minding.trouble() == []

    clock.advance(QUARTER)
    await mind.round()
    assert await store.minding.trouble(SCHOOL) == [Trouble(REFERENCE, SCHOOL, "nobody has seen it")]
    assert await store.minding.trouble("elmtree") == []
    await school.read(REFERENCE, head)
    assert await store.minding.trouble() == []


async def test_seen_is_said_once_and_by_a_person(store: Store, clock: Clock) -> None:
    school, lead, _deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    (text,) = (await sent(store)).values()
    mind = minder(store, clock)
    await mind.round()
    assert [line.status for line in await store.records(SCHOOL)] == ["received"]

    with pytest.raises(UnknownRecord, match="Nothing was marked"):
        await mind.seen("guessed")
    clock.advance(timedelta(minutes=5))
    first_at = clock()
    seen = await mind.seen(token(text))
    assert (seen.reference, seen.reader, seen.at, seen.first) == (REFERENCE, lead, first_at, True)
    clock.advance(timedelta(minutes=5))
    again = await mind.seen(token(text))
    assert (again.at, again.first) == (first_at, False)
    assert [line.status for line in await store.records(SCHOOL)] == ["seen"]

    clock.advance(timedelta(days=2))
    assert await mind.round() == 0, "it is seen, and not late"
    actions = [row.action for row in await store.casework.history(REFERENCE)]
    assert actions.count("seen") == 1


async def test_whoever_left_says_nothing_any_more(store: Store, clock: Clock) -> None:
    school, lead, deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    (text,) = (await sent(store)).values()
    await store.remove_reader(lead)
    mind = minder(store, clock)
    with pytest.raises(UnknownRecord):
        await mind.seen(token(text))
    assert await mind.round() == 1, "nobody has it now, so the next in line does"
    assert set(await sent(store)) == {f"{REFERENCE}-{deputy}-email"}


async def test_a_case_goes_on_when_whoever_works_on_it_is_removed(
    store: Store, clock: Clock
) -> None:
    school, lead, deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    gone = unlock(await store.reader_keys(lead), PASSPHRASE)
    await store.casework.opened(REFERENCE, lead, gone)
    await store.casework.move(REFERENCE, lead, gone, Entry("move", "Rang home.", status="open"), 0)
    await sent(store)
    await store.remove_reader(lead)
    with pytest.raises(NotYours):
        await store.casework.opened(REFERENCE, lead, gone)

    mind = minder(store, clock)
    heard: set[str] = set()
    for _ in range(8):
        clock.advance(timedelta(days=7))
        await mind.round()
        heard |= {key.rsplit("-email")[0] for key in await sent(store)}
    assert heard == {f"{REFERENCE}-{deputy}"}, "the next in line, and not whoever left"
    private = unlock(await store.reader_keys(deputy), PASSPHRASE)
    case = await store.casework.opened(REFERENCE, deputy, private)
    assert [kept.entry.text for kept in case.entries] == ["Rang home."]
    closing = Entry("move", "Settled.", status="closed")
    await store.casework.move(REFERENCE, deputy, private, closing, case.moves)
    assert [line.status for line in await store.records(SCHOOL)] == ["closed"]


async def test_a_copy_that_is_seen_leaves_the_receiver_to_look(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    lead = await school.add("Lucy Coull", "dsl")
    await school.hand_in(record("staff-concern", "staff"))
    told = await sent(store)
    assert set(told) == {f"{REFERENCE}-{head}-email", f"{REFERENCE}-{lead}-email"}
    mind = minder(store, clock)
    await mind.seen(token(told[f"{REFERENCE}-{lead}-email"]))
    await school.read(REFERENCE, lead)
    assert [line.status for line in await store.records(SCHOOL)] == ["received"]
    clock.advance(timedelta(hours=4))
    assert await mind.round() == 2, "the headteacher, and the lead whose turn it is now"


async def test_whoever_opens_it_before_their_turn_has_taken_over(
    store: Store, clock: Clock
) -> None:
    school, _, deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    await school.read(REFERENCE, deputy)
    assert [line.status for line in await store.records(SCHOOL)] == ["seen"]


async def test_a_dead_alert_goes_to_the_next_in_line_at_once(store: Store, clock: Clock) -> None:
    school, lead, deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    mind = minder(store, clock)
    await mind.round()
    (alert,) = await store.claim_outgoing("courier", LEASE, "email", 8)
    await store.dead(alert, "Unreachable")
    assert await mind.round() == 1
    assert set(await sent(store)) == {f"{REFERENCE}-{deputy}-email"}
    dead = Trouble(REFERENCE, SCHOOL, "an alert can't be brought", lead)
    assert await store.minding.trouble() == [dead]
    assert await mind.round() == 0


async def test_one_dead_way_of_two_is_waited_out(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl", ways={"telegram": "1", "email": "a@b.example"})
    await school.add("Kara Satterley", "deputy-dsl")
    await school.hand_in(record("incident", "pupil"))
    (chat,) = await store.claim_outgoing("courier", LEASE, "telegram", 8)
    await store.dead(chat, "Unreachable")
    assert await minder(store, clock).round() == 0
    assert set(await sent(store)) == {f"{REFERENCE}-{lead}-email"}


async def test_a_routine_record_asks_who_has_no_key_to_see_to_it(
    store: Store, clock: Clock
) -> None:
    school, _lead, deputy, _ = await staffed(store)
    await school.hand_in(record("permission", severity="routine"))
    mind = minder(store, clock)
    for _ in range(2):
        await mind.round()
        clock.advance(timedelta(days=1))
    await mind.round()
    told = await sent(store)
    assert "please ask Lucy Coull" in told[f"{REFERENCE}-{deputy}-email"]
    with pytest.raises(NotYours):
        await school.read(REFERENCE, deputy)
    await mind.seen(token(told[f"{REFERENCE}-{deputy}-email"]))
    assert [line.status for line in await store.records(SCHOOL)] == ["received"]


async def test_nobody_whom_it_is_about_is_ever_told(store: Store, clock: Clock) -> None:
    school, _lead, _deputy, _head = await staffed(store)
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    await school.hand_in(record("staff-concern", "head", severity="immediate"))
    mind = minder(store, clock)
    told = set(await sent(store))
    for _ in range(40):
        clock.advance(timedelta(hours=1))
        await mind.round()
        told |= set(await sent(store))
    assert {key.split("-")[3] for key in told} == {str(chair)}


async def test_what_nobody_may_have_is_trouble_at_once(store: Store, clock: Clock) -> None:
    school = await School.opened(store)
    await school.add("Ian Rowden", "head")
    await school.hand_in(record("staff-concern", "head"))
    await minder(store, clock).round()
    assert await store.minding.trouble() == [Trouble(REFERENCE, SCHOOL, "nobody has seen it")]


async def test_a_weeks_outage_is_one_step_for_each_record(store: Store, clock: Clock) -> None:
    school, lead, _deputy, _ = await staffed(store)
    for severity, last in (("immediate", "2"), ("serious", "3"), ("routine", "4")):
        await school.hand_in(
            record("incident", "pupil", severity=severity, reference=f"SP-2222-222{last}")  # type: ignore[arg-type]
        )
    await sent(store)
    clock.advance(timedelta(days=7))
    mind = minder(store, clock)
    await mind.round()
    assert await mind.round() == 0
    told = await sent(store)
    assert len(told) == 5
    assert sum(f"-{lead}-" in key for key in told) == 3


async def test_two_minders_take_each_step_once(
    database_url: str, key_path: Path, new_id: Callable[[], str], clock: Clock
) -> None:
    stores = [await Store.open(database_url, key_path, now=clock, new_id=new_id) for _ in range(3)]
    school, *_ = await staffed(stores[0])
    for digit in "2346789":
        await school.hand_in(record("urgent", "pupil", reference=f"SP-2222-222{digit}"))
    await sent(stores[0])
    clock.advance(QUARTER)
    found = await asyncio.gather(*(minder(one, clock).round() for one in stores))
    told = await sent(stores[0])
    assert sum(found) == len(told) == 7 * 3
    for one in stores:
        await one.close()


async def test_a_closed_record_rests_and_a_reopened_one_does_not(
    store: Store, clock: Clock
) -> None:
    school, lead, *_ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    await sent(store)
    private = unlock(await store.reader_keys(lead), PASSPHRASE)
    case = await store.casework.opened(REFERENCE, lead, private)
    closing = Entry("move", status="closed")
    moves = await store.casework.move(REFERENCE, lead, private, closing, case.moves)
    assert moves
    mind = minder(store, clock)
    clock.advance(timedelta(days=30))
    assert await mind.round() == 0
    case = await store.casework.opened(REFERENCE, lead, private)
    await store.casework.move(
        REFERENCE, lead, private, Entry("move", status="reopened"), case.moves
    )
    assert await mind.round() == 0
    clock.advance(timedelta(days=14))
    assert await mind.round() == 0, "the school is closed for Easter"
    clock.advance(timedelta(days=7))
    assert await mind.round() == 1
    (text,) = (await sent(store)).values()
    assert "past its time" in text


async def test_one_record_that_cannot_be_minded_stops_no_other(store: Store, clock: Clock) -> None:
    school, _lead, _deputy, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil", severity="immediate"))
    await school.hand_in(
        record("incident", "pupil", severity="immediate", reference="SP-3333-3333")
    )
    await sent(store)

    class Broken(Oakfield):
        def __init__(self) -> None:
            self.asked = 0

        def respond_days(self, school: str) -> int:
            self.asked += 1
            if self.asked == 1:
                raise RuntimeError("no pack")
            return 5

    clock.advance(QUARTER)
    assert await Minder(store, Broken(), now=clock).round() == 2
    assert await minder(store, clock).round() == 2, "and it is tried again"


async def test_what_a_reporter_adds_is_told_to_those_who_know_of_it(
    store: Store, clock: Clock
) -> None:
    school, lead, _, _ = await staffed(store)
    await school.hand_in(record("incident", "pupil", reference="SP-2222-2222"))
    clock.advance(timedelta(hours=4))
    await minder(store, clock).round()
    await school.hand_in(record("incident", "pupil"))
    while waiting := await store.claim_outgoing("courier", LEASE, "email", 8):
        for one in waiting:
            await store.sent(one)
    await store.casework.add_from_reporter(REFERENCE, "web:ann", "He left.", once="7")
    told = await store.claim_outgoing("courier", LEASE, "email", 8)
    assert [one.conversation for one in told] == [f"alert:{lead}:email"]


async def administrators(store: Store) -> list[str]:
    """What the administrator was told now; the rest is left alone."""
    found = []
    while waiting := await store.claim_outgoing("courier", LEASE, "email", 8):
        for one in waiting:
            await store.sent(one)
            if one.conversation == ADMINISTRATOR:
                found.append(one.reply.text)
    return found


async def test_the_administrator_is_told_once_of_what_nobody_sees(
    store: Store, clock: Clock
) -> None:
    school, *_ = await staffed(store)
    await school.hand_in(record("incident", "pupil", severity="immediate"))
    mind = Minder(store, Oakfield(), now=clock, mail=True)
    told: list[str] = []
    for _ in range(12):
        clock.advance(QUARTER)
        await mind.round()
        told += await administrators(store)
    (text,) = told
    assert f"nobody has looked at {REFERENCE} at {SCHOOL}" in text
    await minder(store, clock).round()


async def test_the_administrator_is_told_of_each_way_that_is_dead(
    store: Store, clock: Clock
) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl", ways={"telegram": "1", "email": "a@b.example"})
    await school.hand_in(record("incident", "pupil"))
    (chat,) = await store.claim_outgoing("courier", LEASE, "telegram", 8)
    await store.dead(chat, "Unreachable")
    mind = Minder(store, Oakfield(), now=clock, mail=True)
    await mind.round()
    (text,) = await administrators(store)
    assert f"Reader {lead} can't be reached by telegram" in text
    await mind.round()
    assert await administrators(store) == []
