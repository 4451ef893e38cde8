"""Decisions reach the reporter, stand in a register, and are looked at again on their day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from bot.cases.calendar import Calendar
from bot.cases.entries import Entry
from bot.cases.registers import Review
from bot.cases.standing import in_words
from bot.cases.workflow import MoveRefused
from bot.errors import BotError, MovedMeanwhile, NotYours
from bot.minder import Minder
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School

TOLD = record("declaration", "parent", severity="routine", facts=(("Kind of tie", "Friends"),))
REFERENCE = TOLD.reference
REVIEW = date(2026, 6, 1)
YES = Entry(
    "decision",
    "We know each other's families.",
    outcome="approved-with-conditions",
    conditions="No contact about school.",
    review=REVIEW,
    status="closed",
)


class Oakfield:
    def calendar(self, school: str, now: object) -> Calendar:
        return Calendar()

    def respond_days(self, school: str) -> int:
        return 5

    def short_name(self, school: str) -> str:
        return "Oakfield"


@dataclass(frozen=True)
class Desk:
    school: School
    head: int
    key: bytes

    async def move(self, entry: Entry, moves: int = 0, reference: str = REFERENCE) -> int:
        return await self.school.store.casework.move(reference, self.head, self.key, entry, moves)


async def desk(store: Store, *told: object) -> Desk:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    for one in told or (TOLD,):
        await school.hand_in(one)  # type: ignore[arg-type]
    await brought(store)
    return Desk(school, head, unlock(await store.reader_keys(head), PASSPHRASE))


async def brought(store: Store) -> list[tuple[str, str]]:
    """What went out now: to which conversation, and what it said."""
    found = []
    for channel in ("web", "email"):
        while waiting := await store.claim_outgoing("courier", LEASE, channel, 8):
            for one in waiting:
                found.append((one.conversation, one.reply.text))
                await store.sent(one)
    return found


async def test_a_decision_reaches_the_reporter_with_its_conditions(store: Store) -> None:
    here = await desk(store)
    await here.move(YES)
    ((to, text),) = await brought(store)
    assert to == "web:ann"
    for said in ("decided on your declaration", "with conditions", YES.conditions, YES.text):
        assert said in text
    assert "1 June 2026" in text


async def test_a_decision_that_lacks_something_is_refused_by_the_store(store: Store) -> None:
    here = await desk(store)
    for lacking in (
        replace(YES, conditions=""),
        replace(YES, outcome="declined", text="", conditions=""),
        replace(YES, review=None),
        replace(YES, outcome="perhaps"),
    ):
        with pytest.raises(MoveRefused):
            await here.move(lacking)
    assert await brought(store) == []
    assert [line.status for line in await store.records(SCHOOL)] == ["received"]


@pytest.mark.parametrize(
    "entry", [Entry("move", status="reopened"), Entry("move", status="gone"), YES]
)
async def test_a_move_that_is_not_in_the_table_is_refused_by_the_store(
    store: Store, entry: Entry
) -> None:
    here = await desk(store, record("incident", "pupil"))
    with pytest.raises(MoveRefused):
        await here.move(entry)
    case = await store.casework.opened(REFERENCE, here.head, here.key)
    assert (case.moves, case.entries, case.part) == (0, (), "receiver")


async def test_whoever_has_a_copy_moves_nothing_until_it_is_theirs(
    store: Store, clock: Clock
) -> None:
    here = await desk(store, record("website-report"))
    copied = await here.school.add("Lucy Coull", "dsl")
    await here.school.hand_in(record("staff-concern", "staff", reference="SP-2222-2222"))
    key = unlock(await store.reader_keys(copied), PASSPHRASE)
    case = await store.casework.opened("SP-2222-2222", copied, key)
    assert case.part == "copy"
    with pytest.raises(MoveRefused, match="have a copy"):
        closing = Entry("move", "done", status="closed")
        await store.casework.move("SP-2222-2222", copied, key, closing, case.moves)
    clock.advance(timedelta(days=7))
    await Minder(store, Oakfield(), now=clock).round()
    case = await store.casework.opened("SP-2222-2222", copied, key)
    assert case.part == "receiver"
    await store.casework.move("SP-2222-2222", copied, key, closing, case.moves)


async def test_the_review_is_remembered_to_both_sides(store: Store, clock: Clock) -> None:
    here = await desk(store)
    await here.move(YES)
    await brought(store)
    mind = Minder(store, Oakfield(), now=clock)
    clock.advance(timedelta(days=90))
    assert (await mind.round(), await brought(store)) == (0, []), "not before its day"
    clock.advance(timedelta(days=1))
    assert clock().date() == REVIEW
    assert await store.registers.reviews(here.head, clock().date()) == [
        Review(REFERENCE, SCHOOL, "declaration", REVIEW)
    ]
    assert await mind.round() == 1
    told = dict(await brought(store))
    assert set(told) == {"web:ann", f"alert:{here.head}:email"}
    assert "looked at again" in told["web:ann"]
    assert "settled for a time" in told[f"alert:{here.head}:email"]
    assert "families" not in "".join(told.values())
    assert (await mind.round(), await brought(store)) == (0, [])

    clock.advance(timedelta(days=7))
    assert await mind.round() == 1
    assert [to for to, _ in await brought(store)] == [f"alert:{here.head}:email"]

    await here.move(Entry("move", status="reopened"), 1)
    await here.move(replace(YES, review=date(2027, 6, 1)), 2)
    await brought(store)
    clock.advance(timedelta(days=60))
    assert (await mind.round(), await brought(store)) == (0, [])
    assert await store.registers.reviews(here.head, clock().date()) == []


CONFIRMED = record("acknowledgement", severity="routine")
AGAIN = replace(CONFIRMED, reference="SP-2222-2222")
NOTED = Entry("move", "noted", status="closed")


async def test_an_acknowledgement_asks_to_be_made_again(store: Store, clock: Clock) -> None:
    here, mind = await desk(store, CONFIRMED), Minder(store, Oakfield(), now=clock)
    clock.advance(timedelta(days=364))
    assert (await mind.round(), await brought(store)) == (0, []), "not before its day"
    clock.advance(timedelta(days=1))
    assert await mind.round() == 1
    told = dict(await brought(store))
    assert set(told) == {"web:ann", f"alert:{here.head}:email"}
    assert "confirm it again" in told["web:ann"]
    due = Review(REFERENCE, SCHOOL, "acknowledgement", date(2027, 3, 2))
    assert await store.registers.reviews(here.head, clock().date()) == [due]
    for _ in range(4):
        clock.advance(timedelta(days=7))
        assert (await mind.round(), await brought(store)) == (0, []), "once is enough"

    await here.move(Entry("move", status="reopened"), 0)
    await here.move(NOTED, 1)
    assert await store.registers.reviews(here.head, clock().date()) == []
    (entry,) = (await store.registers.page("acknowledgements", here.head, here.key)).entries
    assert (entry.review, entry.due) == (None, False)


async def test_a_confirmation_waits_for_nobody_and_comes_round_in_a_year(
    store: Store, clock: Clock
) -> None:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    await school.hand_in(CONFIRMED)
    (alert,) = [text for to, text in await brought(store) if to == f"alert:{head}:email"]
    assert "waits for nothing" in alert and "is waiting" not in alert
    assert sum((await store.casework.counts(head)).values()) == 0
    (state,) = await store.casework.reports_of("web:ann")
    assert (state.status, state.seen_at, state.closed_at) == ("closed", None, clock())
    assert "stands in the school's register" in in_words(state)

    mind, told = Minder(store, Oakfield(), now=clock), []
    for _ in range(56):
        clock.advance(timedelta(days=7))
        await mind.round()
        told += [(to, clock().date()) for to, _ in await brought(store)]
    assert sorted(to for to, _ in told) == [f"alert:{head}:email", "web:ann"]
    (on,) = {day for _, day in told}
    assert timedelta() <= on - date(2027, 3, 2) <= timedelta(days=7)
    assert [one.reference for one in await store.registers.reviews(head, on)] == [REFERENCE]


async def test_whoever_confirmed_anew_is_left_in_peace(store: Store, clock: Clock) -> None:
    here, mind = await desk(store, CONFIRMED), Minder(store, Oakfield(), now=clock)
    clock.advance(timedelta(days=350))
    await here.school.hand_in(AGAIN)
    await brought(store)
    clock.advance(timedelta(days=30))
    assert (await mind.round(), await brought(store)) == (0, [])
    assert await store.registers.reviews(here.head, clock().date()) == []
    page = await store.registers.page("acknowledgements", here.head, here.key)
    assert [(one.reference, one.due) for one in page.entries] == [
        (AGAIN.reference, False),
        (REFERENCE, False),
    ]
    assert [one.review for one in page.entries] == [date(2028, 2, 15), None]


async def test_a_colleague_at_the_same_computer_takes_nobodys_day(
    store: Store, clock: Clock
) -> None:
    here = await desk(store, CONFIRMED)
    clock.advance(timedelta(days=7))
    await here.school.hand_in(AGAIN)
    due = [one.reference for one in await store.registers.reviews(here.head, date(2027, 3, 20))]
    assert due == [REFERENCE, AGAIN.reference]


async def test_the_reporters_answer_takes_it_up_again(store: Store) -> None:
    here = await desk(store)
    await store.casework.tell_reporter(REFERENCE, here.head, here.key, "Since when?", 0)
    assert [line.status for line in await store.records(SCHOOL)] == ["waiting"]
    with pytest.raises(MovedMeanwhile):
        await store.casework.tell_reporter(REFERENCE, here.head, here.key, "And who?", 0)
    await brought(store)
    await store.casework.add_from_reporter(REFERENCE, "web:ann", "Since 2019.", once="1")
    assert [line.status for line in await store.records(SCHOOL)] == ["open"]
    assert [to for to, _ in await brought(store)] == [f"alert:{here.head}:email"]
    with pytest.raises(MovedMeanwhile, match="What the reporter added"):
        await here.move(YES, 1)
    case = await store.casework.opened(REFERENCE, here.head, here.key)
    assert [kept.entry.status for kept in case.entries] == ["waiting", "open"]
    await here.move(YES, case.moves)
    await store.casework.add_from_reporter(REFERENCE, "web:ann", "Thank you.", once="2")
    assert [line.status for line in await store.records(SCHOOL)] == ["closed"]


async def test_a_register_has_what_its_reader_can_open(store: Store) -> None:
    told = [replace(TOLD, reference=f"SP-2222-222{digit}") for digit in "2346"]
    here = await desk(store, *told, record("acknowledgement", severity="routine"))
    other = await here.school.add("Lynda Prior", "slt")
    key = unlock(await store.reader_keys(other), PASSPHRASE)
    await here.move(YES, reference="SP-2222-2223")

    first = await store.registers.page("declarations", here.head, here.key, limit=3)
    assert [one.reference[-1] for one in first.entries] == ["6", "4", "3"]
    assert [one.standing for one in first.entries][-1] == "approved-with-conditions"
    rest = await store.registers.page("declarations", here.head, here.key, first.after)
    assert ([one.reference[-1] for one in rest.entries], rest.after) == (["2"], "")
    assert rest.entries[0].about == "Friends"
    (confirmed,) = (await store.registers.page("acknowledgements", here.head, here.key)).entries
    assert confirmed.standing == "confirmed"

    assert (await store.registers.page("declarations", other, key)).entries == ()
    assert await store.registers.reviews(other, REVIEW) == []
    with pytest.raises(BotError):
        await store.registers.page("declarations", here.head, here.key, "5 or 1=1")
    actions = [row.action for row in await store.casework.history("SP-2222-2222")]
    assert actions[0] == "viewed in a register"
    assert [line.status for line in await store.records(SCHOOL)].count("received") == 3
    with pytest.raises(NotYours):
        await store.casework.opened("SP-2222-2222", other, key)
