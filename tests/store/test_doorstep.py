"""Updates are kept before they are read, settled once, and read by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.cases.enrolment import invitation
from bot.messages import Arrival, Button, Reply
from bot.store import Claim, Store
from bot.updates import Home
from tests.conftest import Clock

LEASE = timedelta(seconds=10)
HOME = Home("telegram:abc", "telegram", 4455667788, "welbeck", "staff")


def arrival(update: str, text: str = "hello") -> Arrival:
    return Arrival("telegram", update, HOME.conversation, "welbeck", "staff", text)


async def keep(store: Store, *names: str) -> None:
    await store.doorstep.keep("telegram", [(name, b'{"n": 1}') for name in names])


async def test_one_holder_at_a_time(store: Store, clock: Clock) -> None:
    door = store.doorstep
    assert await door.lead("telegram", "one", LEASE)
    assert not await door.lead("telegram", "two", LEASE)
    clock.advance(LEASE / 2)
    assert await door.lead("telegram", "one", LEASE)
    clock.advance(LEASE - timedelta(seconds=1))
    assert not await door.lead("telegram", "two", LEASE)
    clock.advance(timedelta(seconds=1))
    assert await door.lead("telegram", "two", LEASE)
    assert not await door.lead("telegram", "one", LEASE)


async def test_who_leaves_lets_the_next_one_in_and_nobody_else_can(store: Store) -> None:
    door = store.doorstep
    await door.lead("telegram", "one", LEASE)
    await door.leave("telegram", "two")
    assert not await door.lead("telegram", "two", LEASE)
    await door.leave("telegram", "one")
    assert await door.lead("telegram", "two", LEASE)


async def test_of_many_who_want_to_hold_one_does(store: Store) -> None:
    names = [f"holder {number}" for number in range(6)]
    won = await asyncio.gather(*(store.doorstep.lead("telegram", one, LEASE) for one in names))
    assert sum(won) == 1


async def test_the_same_update_is_kept_once(store: Store) -> None:
    door = store.doorstep
    assert await door.keep("telegram", [("7", b"{}"), ("8", b"{}"), ("7", b"{}")]) == 2
    assert await door.keep("telegram", [("8", b"{}"), ("9", b"{}")]) == 1
    assert [one.update for one in await door.waiting(10)] == ["7", "8", "9"]
    assert [one.update for one in await door.waiting(2)] == ["7", "8"]


async def test_settling_does_all_of_it_once(store: Store) -> None:
    await keep(store, "7")
    came = await store.doorstep.waiting(1)
    note = Reply("I've read your change as a new message.")
    settled = await store.doorstep.settle(came, HOME, arrival=arrival("7"), replies=[note])
    assert settled is not None
    assert settled.message is not None
    again = await store.doorstep.settle(came, HOME, arrival=arrival("7"), replies=[note])
    assert again is None

    assert await store.doorstep.waiting(10) == []
    counts = await store.counts()
    assert (counts.waiting, counts.outgoing) == (1, 1)


async def test_an_album_is_settled_as_one_or_not_at_all(store: Store) -> None:
    await keep(store, "7", "8")
    came = await store.doorstep.waiting(2)
    await store.doorstep.settle(came[1:])
    assert await store.doorstep.settle(came, HOME, arrival=arrival("7")) is None
    assert [one.update for one in await store.doorstep.waiting(9)] == ["7"]
    assert (await store.counts()).waiting == 0


async def test_what_was_settled_leaves_no_words_behind(store: Store, tmp_path: Path) -> None:
    await keep(store, "7")
    await store.doorstep.settle(await store.doorstep.waiting(1))

    def bodies(at: object) -> list[bytes | None]:
        return list(at.exec_driver_sql("SELECT body FROM updates").scalars())  # type: ignore[attr-defined]

    assert await store._database.read(bodies) == [None]


async def test_what_cannot_be_read_is_set_aside_and_kept(store: Store, clock: Clock) -> None:
    await keep(store, "7", "8")
    first, _ = await store.doorstep.waiting(2)
    await store.doorstep.set_aside(first, "KeyError")
    assert [one.update for one in await store.doorstep.waiting(9)] == ["8"]
    assert await store.doorstep.aside() == 1
    await store.doorstep.forget(clock() + timedelta(days=3))
    assert await store.doorstep.aside() == 1


async def test_a_conversations_name_is_stable_and_shows_no_number(store: Store) -> None:
    name = store.doorstep.name_for("telegram", 4455667788)
    assert name == store.doorstep.name_for("telegram", 4455667788)
    assert name != store.doorstep.name_for("telegram", 4455667789)
    assert "4455667788" not in name


async def test_what_was_said_in_a_group_is_erased_once_it_is_sent(store: Store) -> None:
    await keep(store, "7")
    group = Home("telegram:group", "telegram", -100, "welbeck", "group")
    reply = Reply("You may not.", (Button("Talk privately", "https://t.me/bot"),))
    await store.doorstep.settle(await store.doorstep.waiting(1), group, replies=[reply])
    (said,) = await store.claim_outgoing("courier", LEASE, "telegram", 8)
    assert said.reply == reply
    await store.sent(said)
    assert await store.doorstep.offered(group.conversation, said.reference, 0) is None


async def test_a_chats_number_can_change(store: Store) -> None:
    await keep(store, "7")
    await store.doorstep.settle(await store.doorstep.waiting(1), HOME, replies=[Reply("Hello")])
    assert await store.doorstep.chat(HOME.conversation) == HOME.chat
    await store.doorstep.moved(HOME.conversation, -100123)
    assert await store.doorstep.chat(HOME.conversation) == -100123
    assert await store.doorstep.chat("telegram:nobody") is None


async def spoken(store: Store, update: str, reply: Reply) -> Claim:
    """A message that came and was answered."""
    await keep(store, update)
    await store.doorstep.settle(
        await store.doorstep.waiting(1), HOME, arrival=arrival(update), messages=[int(update)]
    )
    claim = await store.claim("worker", LEASE)
    assert claim is not None
    await store.finish(claim, b"", [reply])
    return claim


async def test_a_button_means_what_it_says_until_something_else_is_said(store: Store) -> None:
    asks = Reply("Shall I?", (Button("Yes", "yes"), Button("No", "no")))
    claim = await spoken(store, "7", asks)
    key = f"{claim.inbox_id}-1"
    offered = await store.doorstep.offered(HOME.conversation, key, 1)
    assert offered is not None
    assert (offered.button.title, offered.passed) == ("No", False)
    assert await store.doorstep.offered(HOME.conversation, key, 2) is None
    assert await store.doorstep.offered(HOME.conversation, key, -1) is None
    assert await store.doorstep.offered("telegram:else", key, 0) is None
    assert await store.doorstep.offered(HOME.conversation, "none", 0) is None

    await spoken(store, "8", Reply("Something else."))
    offered = await store.doorstep.offered(HOME.conversation, key, 1)
    assert offered is not None
    assert offered.passed


async def test_a_new_message_ends_the_buttons_that_are_shown(store: Store) -> None:
    await spoken(store, "7", Reply("Shall I?"))
    await store.doorstep.noted(HOME.conversation, 70, has_buttons=True)
    await store.doorstep.noted(HOME.conversation, 71, has_buttons=False)
    await keep(store, "8")
    settled = await store.doorstep.settle(
        await store.doorstep.waiting(1), HOME, arrival=arrival("8"), messages=[72]
    )
    assert settled is not None
    assert settled.buttons == (70,)
    assert await store.doorstep.messages(HOME.conversation) == [7, 70, 71, 72]
    await store.doorstep.deleted(HOME.conversation, [7, 70, 71])
    assert await store.doorstep.messages(HOME.conversation) == [72]


async def test_what_is_two_days_old_is_forgotten(store: Store, clock: Clock) -> None:
    await spoken(store, "7", Reply("Hello"))
    clock.advance(timedelta(days=2, seconds=1))
    await store.doorstep.noted(HOME.conversation, 99, has_buttons=False)
    await store.doorstep.forget(clock() - timedelta(days=2))
    assert await store.doorstep.messages(HOME.conversation) == [99]
    await keep(store, "7")
    assert len(await store.doorstep.waiting(9)) == 1


async def test_whose_chat_it_is_is_forgotten_of_everybody_but_members(
    store: Store, clock: Clock
) -> None:
    await keep(store, "7")
    await store.doorstep.settle(await store.doorstep.waiting(1), HOME, replies=[Reply("Hello")])
    open_to_all = invitation("welbeck", "parent", clock())
    await store.enrolments.invite(open_to_all, "a-code")
    await store.enrolments.accept("a-code", HOME.conversation)
    clock.advance(timedelta(days=3))

    async def forgotten() -> bool:
        await store.doorstep.forget(clock() - timedelta(days=2))
        return await store.doorstep.chat(HOME.conversation) is None

    assert not await forgotten()
    await store.enrolments.leave(HOME.conversation)
    assert not await forgotten(), "a reply waits to be sent there"
    for one in await store.claim_outgoing("courier", LEASE, HOME.channel, 8):
        await store.sent(one)
    assert await forgotten()
