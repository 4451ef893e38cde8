"""What is stuck is listed without its words, tried again as new, or let go with its words."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.messages import Reply
from bot.store import Store
from bot.store.stuck import Stuck
from bot.store.tables import inbox
from tests.conftest import Clock
from tests.store.people import LEASE, SORRY, answered, claimed, says

SENTINEL = "the yellow kite"


DONE = select(inbox.c.body).where(inbox.c.status == "done").order_by(inbox.c.id)


async def three(store: Store) -> None:
    """A message that failed, a reply that died, an update that nobody could read."""
    await store.accept(says(SENTINEL))
    await store.give_up(await claimed(store), "ValueError", [SORRY])
    (sorry,) = await store.claim_outgoing("courier", LEASE, "web", 1)
    await store.sent(sorry)
    await answered(store, SENTINEL, who="bob")
    (outgoing,) = await store.claim_outgoing("courier", LEASE, "web", 1)
    await store.dead(outgoing, "Unreachable")
    await store.doorstep.keep("telegram", [("7", SENTINEL.encode())])
    (update,) = await store.doorstep.waiting(1)
    await store.doorstep.set_aside(update, "KeyError")


async def test_they_are_listed_without_a_word(store: Store, clock: Clock) -> None:
    assert await store.stuck.listed() == []
    await three(store)
    found = await store.stuck.listed()
    now = clock()
    assert found == [
        Stuck("message", 1, "web", now, "ValueError"),
        Stuck("reply", 2, "web", now, "Unreachable"),
        Stuck("update", 1, "telegram", now, "KeyError"),
    ]
    assert SENTINEL not in repr(found)


async def test_what_is_tried_again_is_as_new(store: Store, clock: Clock) -> None:
    await three(store)
    clock.advance(timedelta(days=1))
    assert await store.stuck.again() == 3
    assert await store.stuck.listed() == []
    claim = await claimed(store)
    assert (claim.arrival.text, claim.attempts) == (SENTINEL, 1)
    await store.finish(claim, b"", [Reply("There.")])
    sent = await store.claim_outgoing("courier", LEASE, "web", 9)
    assert [one.reply.text for one in sent] == [SENTINEL, "There."]
    assert [one.update for one in await store.doorstep.waiting(9)] == ["7"]


async def test_what_is_let_go_loses_its_words_and_comes_no_second_time(store: Store) -> None:
    await store.accept(says(SENTINEL, update="u-first"))
    await store.give_up(await claimed(store), "ValueError", [SORRY])
    await three(store)
    assert await store.stuck.drop() == 4
    assert await store.stuck.listed() == []
    assert await store.accept(says(SENTINEL, update="u-first")) is None
    bodies = await store._database.read(lambda at: at.execute(DONE).scalars().all())
    assert bytes(bodies[0]) == b""
    assert await store.doorstep.keep("telegram", [("7", b"again")]) == 0


async def test_who_did_it_is_written_down(store: Store) -> None:
    await three(store)
    await store.stuck.drop()
    await store.stuck.drop()
    assert (await store.casework.verify_audit()).rows == 1
