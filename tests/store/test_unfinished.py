"""A form that was left is reminded of once, and its answers are wiped, on either database."""

from __future__ import annotations

from datetime import timedelta

from bot.drafts import REMINDER, DraftMinder
from bot.messages import Reply
from bot.store import Store
from tests.conftest import Clock
from tests.store.people import claimed, says

KEPT = timedelta(hours=72)


async def turn(store: Store, *, draft: bool) -> str:
    await store.accept(says("an answer"))
    claim = await claimed(store)
    await store.finish(claim, b"answers", [Reply("Question 2")], draft=draft)
    return claim.arrival.conversation


async def sent(store: Store, clock: Clock) -> list[str]:
    texts = []
    channel = says("x").channel
    while found := await store.claim_outgoing("courier", timedelta(seconds=30), channel, 9):
        for one in found:
            texts.append(one.reply.text)
            await store.sent(one)
    return texts


async def test_one_reminder_and_then_it_is_wiped(store: Store, clock: Clock) -> None:
    minder = DraftMinder(store, KEPT, clock)
    where = await turn(store, draft=True)
    assert await minder.look() == (0, 0)
    clock.advance(timedelta(hours=36))
    assert await minder.look() == (1, 0)
    assert await minder.look() == (0, 0), "once is enough"
    assert (await sent(store, clock))[-1] == REMINDER.format(hours=36)
    clock.advance(timedelta(hours=35))
    assert await minder.look() == (0, 0)
    assert await store.memory(where) == b"answers"
    clock.advance(timedelta(hours=1))
    assert await minder.look() == (0, 1)
    assert await store.memory(where) is None


async def test_what_is_no_draft_stays(store: Store, clock: Clock) -> None:
    minder = DraftMinder(store, KEPT, clock)
    await turn(store, draft=True)
    where = await turn(store, draft=False)
    clock.advance(timedelta(days=30))
    assert await minder.look() == (0, 0)
    assert await store.memory(where) == b"answers"


async def test_a_message_begins_the_silence_anew(store: Store, clock: Clock) -> None:
    minder = DraftMinder(store, KEPT, clock)
    await turn(store, draft=True)
    clock.advance(timedelta(hours=40))
    assert await minder.look() == (1, 0)
    await turn(store, draft=True)
    clock.advance(timedelta(hours=40))
    assert await minder.look() == (1, 0), "reminded again, after silence of its own"
