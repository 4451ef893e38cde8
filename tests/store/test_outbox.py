"""Replies leave in order, urgent ones first, and none is lost or overtaken."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.messages import Reply
from bot.store import Outgoing, Store
from tests.conftest import Clock
from tests.store.people import HELLO, LEASE, answered, claimed, says

MINUTE = timedelta(minutes=1)


async def due(store: Store, owner: str = "courier", limit: int = 10) -> list[Outgoing]:
    return await store.claim_outgoing(owner, LEASE, "web", limit)


def texts(outgoing: list[Outgoing]) -> list[str]:
    return [each.reply.text for each in outgoing]


async def test_replies_of_one_conversation_go_one_after_the_other(store: Store) -> None:
    number = await answered(store, "one", "two")

    (one,) = await due(store)
    assert (one.reply, one.conversation, one.channel) == (Reply("one"), "web:ann", "web")
    assert (one.reference, one.attempts, one.uncertain) == (f"{number}-1", 1, False)
    assert await due(store) == []
    await store.sent(one)
    assert texts(await due(store)) == ["two"]


async def test_what_is_sent_stays_sent(store: Store, clock: Clock) -> None:
    await answered(store, "one")
    (one,) = await due(store)
    await store.sent(one)
    clock.advance(LEASE * 2)

    assert await due(store) == []
    assert (await store.counts()).outgoing == 0


async def test_a_channel_gets_its_own_replies_only(store: Store) -> None:
    for channel in ("web", "telegram"):
        await store.accept(says("hello", channel=channel))
        await store.finish(await claimed(store), b"", [Reply(channel)])

    assert texts(await due(store)) == ["web"]
    assert texts(await store.claim_outgoing("c", LEASE, "telegram", 10)) == ["telegram"]


async def test_conversations_are_served_together_up_to_the_limit(store: Store) -> None:
    for who in ("ann", "ben", "cas"):
        await answered(store, who, f"{who} too", who=who)

    assert texts(await due(store, limit=2)) == ["ann", "ben"]
    assert texts(await due(store, limit=2)) == ["cas"]


async def test_urgent_conversations_come_first_with_what_they_wait_for(store: Store) -> None:
    await answered(store, "ordinary", who="ann")
    await answered(store, "before", who="ben")
    await answered(store, "urgent", who="ben", priority=5)

    before, ordinary = await due(store)
    assert texts([before, ordinary]) == ["before", "ordinary"]
    await store.sent(before)
    assert texts(await due(store)) == ["urgent"]


async def test_a_reply_to_try_again_is_not_overtaken(store: Store, clock: Clock) -> None:
    await answered(store, "one", "two")
    await answered(store, "other", who="ben")
    one, _other = await due(store)
    await store.again(one, clock() + MINUTE, "SendFailed", uncertain=True)

    assert await due(store) == []
    clock.advance(MINUTE)
    retried = next(each for each in await due(store) if each.conversation == "web:ann")
    assert (retried.reference, retried.attempts) == (one.reference, 2)
    assert retried.uncertain


async def test_a_certain_failure_is_not_called_uncertain(store: Store, clock: Clock) -> None:
    await answered(store, "one")
    (one,) = await due(store)
    await store.again(one, clock(), "SendFailed", uncertain=False)

    (retried,) = await due(store)
    assert not retried.uncertain


async def test_uncertainty_stays(store: Store, clock: Clock) -> None:
    await answered(store, "one")
    for uncertain in (True, False):
        (one,) = await due(store)
        await store.again(one, clock(), "SendFailed", uncertain)

    (retried,) = await due(store)
    assert retried.uncertain


async def test_a_courier_that_vanished_leaves_its_reply_uncertain(
    store: Store, clock: Clock
) -> None:
    await answered(store, "one")
    (lost,) = await due(store, "vanished")
    clock.advance(LEASE)
    (found,) = await due(store, "heir")

    assert (found.reference, found.attempts, found.uncertain) == (lost.reference, 2, True)


async def test_a_courier_that_was_replaced_can_only_say_that_it_sent(
    store: Store, clock: Clock
) -> None:
    await answered(store, "one", "two")
    (slow,) = await due(store, "same name")
    clock.advance(LEASE)
    (heir,) = await due(store, "same name")
    await store.again(slow, clock(), "SendFailed", uncertain=False)
    await store.dead(slow, "Unreachable")
    assert await due(store) == []

    await store.sent(slow)
    assert texts(await due(store)) == ["two"]
    await store.sent(heir)
    assert (await store.counts()).dead == 0


async def test_a_dead_reply_stays_and_lets_the_next_one_pass(store: Store) -> None:
    number = await answered(store, "one", "two")
    (one,) = await due(store)
    await store.dead(one, "Unreachable")

    assert texts(await due(store)) == ["two"]
    assert (await store.counts()).dead == 1
    assert await store.replies_to(number) == [Reply("one"), Reply("two")]


async def test_couriers_at_once_share_without_overlap(store: Store) -> None:
    for number in range(24):
        await answered(store, HELLO.text, who=f"person{number}")
    shares = await asyncio.gather(*(due(store, f"courier{n}", limit=8) for n in range(4)))
    rest = await due(store, limit=24)

    given = [each.reference for share in [*shares, rest] for each in share]
    assert len(given) == len(set(given)) == 24


async def test_an_administrator_sees_that_a_dead_reply_may_have_arrived(
    store: Store, clock: Clock
) -> None:
    await answered(store, "one")
    await due(store, "vanished")
    clock.advance(LEASE)
    (found,) = await due(store, "heir")
    await store.dead(found, "Unreachable")

    seen = await store._database.read(
        lambda at: at.exec_driver_sql("SELECT uncertain, failure FROM outbox").one()
    )
    assert (bool(seen.uncertain), seen.failure) == (True, "Unreachable")
