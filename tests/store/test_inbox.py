"""Each message is kept once, worked on in order, and its outcome is written by one worker only."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import LeaseLost
from bot.messages import Reply
from bot.store import Store
from tests.conftest import Clock
from tests.store.people import HELLO, LEASE, SORRY, claimed, says

MINUTE = timedelta(minutes=1)


async def test_a_message_comes_back_as_it_was_said(store: Store) -> None:
    arrival = says("Can I add a pupil?\n\x00\x1b \udce9 \N{SNOWMAN}" + "x" * 100_000)
    number = await store.accept(arrival)

    claim = await claimed(store)

    assert (claim.inbox_id, claim.arrival) == (number, arrival)
    assert (claim.memory, claim.attempts) == (None, 1)


async def test_the_same_update_three_times_is_one_message(store: Store) -> None:
    numbers = [await store.accept(says("hello", update="7")) for _ in range(3)]
    await store.finish(await claimed(store), b"", [HELLO])
    late = await store.accept(says("hello", update="7"))

    assert isinstance(numbers[0], int)
    assert [*numbers[1:], late] == [None, None, None]
    assert await store.claim("worker", LEASE) is None
    assert (await store.counts()).outgoing == 1


async def test_the_same_update_three_times_at_once_is_one_message(store: Store) -> None:
    numbers = await asyncio.gather(*(store.accept(says("hi", update="7")) for _ in range(3)))

    assert len([number for number in numbers if number is not None]) == 1
    assert (await store.counts()).waiting == 1


async def test_channels_may_use_the_same_numbers(store: Store) -> None:
    for channel in ("web", "telegram"):
        assert await store.accept(says("hello", update="7", channel=channel)) is not None


async def test_memory_passes_from_one_turn_to_the_next(store: Store) -> None:
    for text in ("first", "second"):
        await store.accept(says(text))
    first = await claimed(store)
    await store.finish(first, b"asked about phones", [HELLO])

    assert (await claimed(store)).memory == b"asked about phones"


async def test_messages_of_one_conversation_wait_for_each_other(store: Store) -> None:
    for text in ("first", "second"):
        await store.accept(says(text))
    first = await claimed(store)

    assert first.arrival.text == "first"
    assert await store.claim("another", LEASE) is None
    await store.finish(first, b"", [])
    assert (await claimed(store)).arrival.text == "second"


async def test_eight_conversations_go_on_side_by_side(store: Store) -> None:
    people = [f"person{number}" for number in range(8)]
    for text in ("first", "second", "third"):
        for who in people:
            await store.accept(says(text, who))

    heard: dict[str, list[str]] = {}
    for _ in range(3):
        turns = await asyncio.gather(*(claimed(store, who) for who in people))
        assert len({turn.arrival.conversation for turn in turns}) == len(people)
        assert await store.claim("one more", LEASE) is None
        for turn in turns:
            heard.setdefault(turn.arrival.conversation, []).append(turn.arrival.text)
        await asyncio.gather(*(store.finish(turn, b"", [HELLO]) for turn in turns))

    assert heard == {f"web:{who}": ["first", "second", "third"] for who in people}


async def test_an_ended_lease_is_taken_over_and_the_old_owner_shut_out(
    store: Store, clock: Clock
) -> None:
    number = await store.accept(says("hello"))
    assert number is not None
    slow = await claimed(store, "slow")
    clock.advance(LEASE)
    heir = await claimed(store, "heir")

    assert (heir.inbox_id, heir.attempts) == (number, 2)
    assert heir.fence > slow.fence
    with pytest.raises(LeaseLost):
        await store.finish(slow, b"slow", [Reply("from slow")])
    with pytest.raises(LeaseLost):
        await store.put_back(slow, clock() + MINUTE, "SlowError")
    with pytest.raises(LeaseLost):
        await store.give_up(slow, "SlowError", [SORRY])
    assert await store.replies_to(number) == []

    await store.finish(heir, b"heir", [Reply("from heir")])
    assert await store.replies_to(number) == [Reply("from heir")]
    await store.accept(says("and then"))
    assert (await claimed(store)).memory == b"heir"


async def test_the_old_owner_is_shut_out_after_the_heir_has_finished(
    store: Store, clock: Clock
) -> None:
    number = await store.accept(says("hello"))
    assert number is not None
    slow = await claimed(store, "slow")
    clock.advance(LEASE)
    await store.finish(await claimed(store, "heir"), b"heir", [Reply("from heir")])

    with pytest.raises(LeaseLost):
        await store.finish(slow, b"slow", [Reply("from slow")])
    assert await store.replies_to(number) == [Reply("from heir")]


async def test_a_late_owner_whom_nobody_replaced_may_finish(store: Store, clock: Clock) -> None:
    number = await store.accept(says("hello"))
    assert number is not None
    late = await claimed(store)
    clock.advance(LEASE * 3)
    await store.finish(late, b"", [HELLO])

    assert await store.replies_to(number) == [HELLO]
    assert await store.claim("worker", LEASE) is None


async def test_a_turn_ends_once(store: Store) -> None:
    number = await store.accept(says("hello"))
    assert number is not None
    claim = await claimed(store)
    await store.finish(claim, b"", [HELLO])

    with pytest.raises(LeaseLost):
        await store.finish(claim, b"", [HELLO])
    assert await store.replies_to(number) == [HELLO]


async def test_a_message_put_back_holds_up_its_own_conversation_only(
    store: Store, clock: Clock
) -> None:
    for text, who in (("first", "ann"), ("second", "ann"), ("hello", "ben")):
        await store.accept(says(text, who))
    await store.put_back(await claimed(store), clock() + MINUTE, "TurnFailed")

    assert (await claimed(store)).arrival.conversation == "web:ben"
    assert await store.claim("worker", LEASE) is None
    clock.advance(MINUTE)
    again = await claimed(store)
    assert (again.arrival.text, again.attempts) == ("first", 2)


async def test_a_message_given_up_is_kept_and_the_person_told(store: Store) -> None:
    for text in ("well", "bad", "next"):
        await store.accept(says(text))
    await store.finish(await claimed(store), b"as it was", [])
    bad = await claimed(store)
    await store.give_up(bad, "TurnFailed", [SORRY])

    assert await store.replies_to(bad.inbox_id) == [SORRY]
    assert (await store.counts()).failed == 1
    following = await claimed(store)
    assert (following.arrival.text, following.memory) == ("next", b"as it was")


async def test_replies_come_back_in_order_with_their_buttons(store: Store) -> None:
    number = await store.accept(says("hello"))
    assert number is not None
    replies = [HELLO, *(Reply(f"line {line}") for line in range(11))]
    await store.finish(await claimed(store), b"", replies)

    assert await store.replies_to(number) == replies


async def test_counts_tell_how_much_waits_and_since_when(store: Store, clock: Clock) -> None:
    assert (await store.counts()).unanswered is None
    assert (await store.counts()).undelivered is None
    await store.accept(says("hello", "ann"))
    clock.advance(MINUTE)
    await store.accept(says("hello", "ben"))
    await store.finish(await claimed(store), b"", [HELLO, SORRY])
    clock.advance(MINUTE)

    counts = await store.counts()
    assert (counts.waiting, counts.outgoing, counts.failed, counts.dead) == (1, 2, 0, 0)
    assert (counts.unanswered, counts.undelivered) == (MINUTE, MINUTE)


async def test_many_workers_at_once_take_each_message_once(store: Store) -> None:
    for number in range(40):
        await store.accept(says(f"{number}", f"person{number % 8}"))
    heard: list[tuple[str, int]] = []

    async def work(owner: str) -> None:
        idle = 0
        while idle < 3:
            claim = await store.claim(owner, LEASE)
            if claim is None:
                idle += 1
                continue
            heard.append((claim.arrival.conversation, int(claim.arrival.text)))
            await store.finish(claim, b"", [HELLO])

    await asyncio.gather(*(work(f"worker{number}") for number in range(8)))
    await work("the last")

    assert sorted(number for _, number in heard) == list(range(40))
    for conversation in {conversation for conversation, _ in heard}:
        own = [number for whose, number in heard if whose == conversation]
        assert own == sorted(own)


async def test_a_cancelled_wait_leaves_the_store_usable(store: Store) -> None:
    waits = [asyncio.ensure_future(store.accept(says("hello", "ann"))) for _ in range(20)]
    for steps, wait in enumerate(waits):
        for _ in range(steps):
            await asyncio.sleep(0)
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)

    number = await store.accept(says("still there?", "ben"))
    assert number is not None
    assert (await store.counts()).waiting >= 1
