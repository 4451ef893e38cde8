"""At most one message is between being given away and being marked, unless Telegram is slow."""

from __future__ import annotations

import asyncio

from bot.channels.telegram import doubt
from bot.channels.telegram.doubt import Doubt


async def test_the_next_waits_until_it_is_written_down_what_became_of_the_one_before() -> None:
    one, begun = Doubt(), []

    async def send(reference: str) -> None:
        await one.enter(reference)
        begun.append(reference)

    sends = [asyncio.create_task(send(reference)) for reference in "abc"]
    for count, reference in enumerate("abc", start=1):
        while len(begun) < count:
            await asyncio.sleep(0)
        for _ in range(10):
            await asyncio.sleep(0)
        assert begun == list("abc")[:count]
        one.leave(reference)
    await asyncio.gather(*sends)


async def test_a_slow_answer_is_not_waited_for_long() -> None:
    one, loop = Doubt(), asyncio.get_running_loop()
    await one.enter("slow")
    begun = loop.time()
    await one.enter("next")
    assert loop.time() - begun >= doubt.PATIENCE * 0.9
    # The slow one ends at last, and settles nothing for those that came after it.
    one.leave("slow")
    third = asyncio.create_task(one.enter("third"))
    await asyncio.sleep(0)
    assert not third.done()
    one.leave("next")
    await asyncio.wait_for(third, doubt.PATIENCE)


async def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    one = Doubt()
    await one.enter("first")
    given_up = asyncio.create_task(one.enter("given up"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    one.leave("given up")
    one.leave("first")
    await asyncio.wait_for(one.enter("last"), doubt.PATIENCE)
