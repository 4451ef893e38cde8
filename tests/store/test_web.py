"""What the chat page reads from the store, and what it can erase there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bot.messages import Arrival, Attachment, Button, Reply
from bot.store import Claim, Store
from bot.store.tables import outbox
from bot.store.web import HISTORY
from tests.conftest import Clock

LEASE = timedelta(seconds=30)
ANN, BOB = "web:ann", "web:bob"


def says(text: str, update: str, conversation: str = ANN) -> Arrival:
    return Arrival("web", update, conversation, "welbeck", "staff", text)


async def claimed(store: Store) -> Claim:
    claim = await store.claim("worker", LEASE)
    assert claim is not None
    return claim


async def turn(store: Store, arrival: Arrival, *replies: Reply, priority: int = 0) -> None:
    await store.accept(arrival)
    await store.finish(await claimed(store), b"memory", replies, priority=priority)


async def test_a_conversation_is_found_until_it_is_silent_or_ended(
    store: Store, clock: Clock
) -> None:
    silence = timedelta(days=1)
    await store.web.begin(ANN, "welbeck", "staff")
    found = await store.web.find(ANN, silence)
    assert found is not None and (found.school, found.role) == ("welbeck", "staff")
    assert await store.web.find(BOB, silence) is None
    clock.advance(timedelta(hours=23))
    await store.web.touch(ANN)
    clock.advance(timedelta(hours=23))
    assert await store.web.find(ANN, silence) is not None
    clock.advance(timedelta(hours=2))
    assert await store.web.find(ANN, silence) is None
    await store.web.begin(BOB, "blean", "parent")
    await store.web.end(BOB)
    await store.web.touch(BOB)
    assert await store.web.find(BOB, silence) is None, "nobody comes back to what was left"


async def test_what_was_said_comes_in_its_order_and_only_its_own(
    store: Store, clock: Clock
) -> None:
    await turn(store, says("one", "u1"), Reply("first", (Button("Yes", "y"),)), Reply("second"))
    clock.advance(timedelta(seconds=1))
    await turn(store, says("bob's", "u2", BOB), Reply("to bob"))
    await store.accept(replace(says("two", "u3"), files=(Attachment("picture", "h"),)))
    lines = await store.web.lines(ANN)
    assert [line.words or (line.reply and line.reply.text) for line in lines] == [
        "one",
        "first",
        "second",
        "two",
    ]
    assert lines[-1].files == 1
    assert lines[1].reply == Reply("first", (Button("Yes", "y"),))
    assert await store.web.waiting(ANN)
    assert not await store.web.waiting(BOB)


async def test_a_page_gets_what_came_since(store: Store) -> None:
    for number in range(30):
        await turn(store, says(f"m{number}", f"u{number}"), Reply(f"r{number}"))
    every = await store.web.lines(ANN)
    heard = max(line.number for line in every if line.reply is None)
    said = max(line.number for line in every if line.reply is not None)
    await turn(store, says("new", "new"), Reply("newest"), priority=5)
    since = await store.web.lines(ANN, heard, said)
    assert since[-2].words == "new"
    assert since[-1].reply == Reply("newest") and since[-1].urgent
    assert len(since) < len(every)


async def test_a_long_conversation_is_shown_from_its_end(store: Store, clock: Clock) -> None:
    for number in range(HISTORY + 5):
        clock.advance(timedelta(seconds=1))
        await turn(store, says(f"m{number}", f"u{number}"), Reply(f"r{number}"))
    lines = await store.web.lines(ANN)
    assert len(lines) == 2 * HISTORY
    assert lines[0].words == "m5"
    assert lines[-1].reply == Reply(f"r{HISTORY + 4}")


async def test_what_was_erased_or_moved_is_left_out(store: Store) -> None:
    await turn(store, says("one", "u1"), Reply("first"))
    await turn(store, says("two", "u2"), Reply("second"))
    await store._database.write(
        lambda at: at.execute(update(outbox).where(outbox.c.key == "1-1").values(body=b""))
    )
    assert [line.key for line in await store.web.lines(ANN)] == ["u1", "u2", "2-1"]


async def test_clearing_leaves_nothing_and_nobody_writes_it_back(store: Store) -> None:
    await store.web.begin(ANN, "welbeck", "staff")
    await store.web.keep_upload("h1", ANN, b"picture")
    await turn(store, says("one", "u1"), Reply("first"))
    await turn(store, says("bob's", "u2", BOB), Reply("to bob"))
    assert await store.web.clear(ANN)
    assert await store.web.lines(ANN) == []
    assert await store.web.upload("h1") is None
    assert len(await store.web.lines(BOB)) == 2
    await store.accept(says("again", "u9"))
    assert (await claimed(store)).memory is None


async def test_nothing_is_cleared_in_the_middle_of_an_answer(store: Store) -> None:
    await turn(store, says("one", "u1"), Reply("first"))
    await store.accept(says("two", "u2"))
    assert not await store.web.clear(ANN)
    claim = await claimed(store)
    assert not await store.web.clear(ANN)
    assert claim.memory == b"memory"
    await store.finish(claim, b"memory", (Reply("second"),))
    assert len(await store.web.lines(ANN)) == 4
    assert await store.web.clear(ANN)


async def test_what_was_never_said_can_be_cleared_too(store: Store) -> None:
    await store.web.begin(ANN, "welbeck", "staff")
    assert await store.web.clear(ANN)
    assert await store.web.find(ANN, timedelta(days=1)) is None


async def test_a_file_is_sealed_and_stays_while_its_message_waits(
    store: Store, clock: Clock
) -> None:
    await store.web.begin(ANN, "welbeck", "staff")
    await store.web.keep_upload("h1", ANN, b"picture")
    assert await store.web.upload("h1") == b"picture"
    await store.accept(says("", "u1"))
    clock.advance(timedelta(minutes=11))
    assert await store.web.forget_uploads(timedelta(minutes=10)) == 0
    await store.finish(await claimed(store), b"", (Reply("thanks"),))
    assert await store.web.forget_uploads(timedelta(minutes=10)) == 1
    assert await store.web.upload("h1") is None


async def test_whose_conversation_it_was_is_forgotten_when_it_is_over(
    store: Store, clock: Clock
) -> None:
    silence = timedelta(days=14)
    await store.web.begin(ANN, "welbeck", "staff")
    await store.web.begin(BOB, "welbeck", "staff")
    await store.web.end(BOB)
    await turn(store, says("one", "u1"), Reply("first"))
    assert await store.web.forget_chats(silence) == 1
    assert await store.web.find(ANN, silence) is not None
    clock.advance(timedelta(days=15))
    assert await store.web.forget_chats(silence) == 1
    assert len(await store.web.lines(ANN)) == 2
