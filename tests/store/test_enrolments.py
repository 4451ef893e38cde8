"""Invitations are accepted as often as they say and not once more, and people are who they are."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.enrolment import (
    MOST_TRIES,
    Enrolled,
    InvitedAs,
    Membership,
    invitation,
)
from bot.errors import UnknownInvitation
from bot.store import Store
from bot.store.tries import WINDOW
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import answered, claimed, says
from tests.store.readers import School, add

CODE, OTHER = "a-code-that-nobody-guesses", "another-code"
ANN, BEA = "telegram:ann", "telegram:bea"


async def invite(
    store: Store, clock: Clock, invited_as: InvitedAs, code: str = CODE, **more: int
) -> int:
    school = SCHOOL if code == CODE else "elsewhere"
    return await store.enrolments.invite(
        invitation(school, invited_as, clock(), **more),
        code,
    )


async def test_a_link_for_staff_works_once(store: Store, clock: Clock) -> None:
    await invite(store, clock, "staff")

    assert await store.enrolments.accept(CODE, ANN) == Enrolled(SCHOOL, "staff")
    assert await store.enrolments.accept(CODE, BEA) is None
    assert await store.enrolments.memberships(ANN) == [Membership(SCHOOL, "staff", True)]
    assert await store.enrolments.memberships(BEA) == []


async def test_two_at_the_same_moment_are_not_both_let_in(store: Store, clock: Clock) -> None:
    await invite(store, clock, "staff")

    people = [f"telegram:{number}" for number in range(6)]
    ended = await asyncio.gather(*(store.enrolments.accept(CODE, one) for one in people))
    assert sum(one is not None for one in ended) == 1


async def test_parents_share_a_link_until_it_is_used_up(store: Store, clock: Clock) -> None:
    await invite(store, clock, "parent", uses=2)

    said = [await store.enrolments.accept(CODE, f"telegram:{number}") for number in range(3)]
    assert said == [Enrolled(SCHOOL, "parent")] * 2 + [None]


async def test_an_invitation_ends(store: Store, clock: Clock) -> None:
    await invite(store, clock, "parent", days=1)
    clock.advance(timedelta(days=1, seconds=1))

    assert await store.enrolments.accept(CODE, ANN) is None
    assert await store.enrolments.open_invitations(SCHOOL) == []


async def test_a_withdrawn_one_is_refused_and_whoever_came_before_stays(
    store: Store, clock: Clock
) -> None:
    number = await invite(store, clock, "parent")
    await store.enrolments.accept(CODE, ANN)
    await store.enrolments.withdraw(SCHOOL, number)

    assert await store.enrolments.accept(CODE, BEA) is None
    assert await store.enrolments.memberships(ANN) != []
    with pytest.raises(UnknownInvitation, match="no open invitation"):
        await store.enrolments.withdraw(SCHOOL, number)


async def test_another_school_can_not_withdraw_it(store: Store, clock: Clock) -> None:
    number = await invite(store, clock, "parent")
    with pytest.raises(UnknownInvitation):
        await store.enrolments.withdraw("elsewhere", number)


async def test_guessing_is_throttled_and_a_right_code_then_looks_wrong(
    store: Store, clock: Clock
) -> None:
    await invite(store, clock, "staff")
    for number in range(MOST_TRIES):
        assert await store.enrolments.accept(f"wrong-{number}", ANN) is None

    assert await store.enrolments.accept(CODE, ANN) is None
    clock.advance(WINDOW + timedelta(seconds=1))
    await store.enrolments.forget_tries()
    assert await store.enrolments.accept(CODE, ANN) == Enrolled(SCHOOL, "staff")


async def test_somebody_of_two_schools_chooses(store: Store, clock: Clock) -> None:
    await invite(store, clock, "staff")
    await invite(store, clock, "parent", OTHER)
    await store.enrolments.accept(CODE, ANN)
    await store.enrolments.accept(OTHER, ANN)
    assert await store.enrolments.memberships(ANN) == [
        Membership("elsewhere", "parent", True),
        Membership(SCHOOL, "staff", False),
    ]

    assert await store.enrolments.choose(ANN, SCHOOL)
    current = [one.school for one in await store.enrolments.memberships(ANN) if one.current]
    assert current == [SCHOOL]
    assert not await store.enrolments.choose(ANN, "a school that isn't theirs")


async def test_a_reader_is_reached_in_their_chat(store: Store, clock: Clock) -> None:
    number = await add(store, "Ann Lee", "dsl")
    await invite(store, clock, "reader", reader=number)

    await store.enrolments.accept(CODE, ANN, ("telegram", "12345"))
    assert await store.address(number, "telegram") == "12345"
    (reader,) = await store.readers(SCHOOL)
    assert reader.ways == ("email", "telegram")


async def test_whoever_has_left_is_no_reader_again(store: Store, clock: Clock) -> None:
    number = await add(store, "Ann Lee", "dsl")
    await invite(store, clock, "reader", reader=number)
    await store.remove_reader(number)

    assert await store.enrolments.accept(CODE, ANN, ("telegram", "12345")) is None
    assert await store.address(number, "telegram") is None


async def test_the_blocked_are_strangers_until_they_are_unblocked(
    store: Store, clock: Clock
) -> None:
    await invite(store, clock, "parent")
    await store.enrolments.accept(CODE, ANN)
    await store.enrolments.block(ANN)
    await store.enrolments.block(ANN)
    assert await store.enrolments.memberships(ANN) == []

    assert await store.enrolments.unblock(ANN)
    assert await store.enrolments.memberships(ANN) != []
    assert not await store.enrolments.unblock(ANN)


async def test_leaving_forgets_a_person(store: Store, clock: Clock) -> None:
    await invite(store, clock, "parent")
    await store.enrolments.accept(CODE, ANN)

    assert await store.enrolments.leave(ANN) == 1
    assert await store.enrolments.memberships(ANN) == []
    assert await store.enrolments.leave(ANN) == 0


async def test_forgetting_erases_the_conversation_and_not_a_record(
    store: Store, clock: Clock
) -> None:
    school = await School.opened(store)
    await school.add("Lee Lead", "dsl")
    number = await school.hand_in(record("incident", "pupil"))
    assert await store.replies_to(number) != []

    await store.enrolments.forget("web:ann")
    assert await store.replies_to(number) == []
    assert len(await store.records(SCHOOL)) == 1
    await store.accept(says("hello again"))
    assert (await claimed(store)).memory is None


async def test_another_school_begins_another_conversation(store: Store, clock: Clock) -> None:
    await answered(store, "Question 3 of 9.")
    await invite(store, clock, "staff")
    await invite(store, clock, "parent", OTHER)
    await store.enrolments.accept(OTHER, "web:ann")
    await store.enrolments.accept(CODE, "web:ann")
    await answered(store, "Question 3 of 9.")

    await store.enrolments.choose("web:ann", "elsewhere")
    await store.accept(says("hello"))
    assert (await claimed(store)).memory is None


async def test_a_changed_role_begins_another_conversation(store: Store, clock: Clock) -> None:
    await invite(store, clock, "parent")
    await store.enrolments.accept(CODE, "web:ann")
    await answered(store, "Question 3 of 9.")
    await store.enrolments.invite(invitation(SCHOOL, "staff", clock()), "for-staff")

    assert await store.enrolments.accept("for-staff", "web:ann") == Enrolled(SCHOOL, "staff")
    assert await store.enrolments.memberships("web:ann") == [Membership(SCHOOL, "staff", True)]
    await store.accept(says("hello"))
    assert (await claimed(store)).memory is None, "what a parent began isn't to be ended as staff"


async def test_a_parents_link_takes_nothing_from_somebody_who_works_there(
    store: Store, clock: Clock
) -> None:
    number = await invite(store, clock, "staff")
    await store.enrolments.accept(CODE, "web:ann")
    await answered(store, "Question 3 of 9.")
    await store.enrolments.invite(invitation(SCHOOL, "parent", clock()), "for-parents")

    await store.enrolments.accept("for-parents", "web:ann")
    assert await store.enrolments.memberships("web:ann") == [Membership(SCHOOL, "staff", True)]
    await store.accept(says("and then?"))
    assert (await claimed(store)).memory is not None, "what they had begun goes on"

    assert await store.enrolments.end(SCHOOL, number) == 1
    await store.enrolments.invite(invitation(SCHOOL, "parent", clock()), "for-parents-again")
    await store.enrolments.accept("for-parents-again", "web:ann")
    assert await store.enrolments.memberships("web:ann") == [Membership(SCHOOL, "parent", True)]


async def test_an_ended_invitation_takes_back_who_came_by_it(store: Store, clock: Clock) -> None:
    here = await invite(store, clock, "parent")
    await invite(store, clock, "staff", OTHER)
    await store.enrolments.accept(OTHER, "web:ann")
    for person in ("web:ann", BEA):
        await store.enrolments.accept(CODE, person)
    await answered(store, "Question 3 of 9.")
    with pytest.raises(UnknownInvitation, match="never made"):
        await store.enrolments.end("elsewhere", here)

    assert await store.enrolments.end(SCHOOL, here) == 2
    assert await store.enrolments.memberships(BEA) == []
    assert await store.enrolments.accept(CODE, BEA) is None
    # Whoever belongs to another school as well talks to that one, and not on about the form.
    assert await store.enrolments.memberships("web:ann") == [Membership("elsewhere", "staff", True)]
    await store.accept(says("hello"))
    assert (await claimed(store)).memory is None
    assert await store.enrolments.end(SCHOOL, here) == 0


async def test_no_code_is_stored(clock: Clock, tmp_path: Path, key_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    store = await Store.open(url, key_path, now=clock, new_id=lambda: "id")
    await invite(store, clock, "parent")
    await store.close()

    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert SCHOOL.encode() in kept
    assert CODE.encode() not in kept
