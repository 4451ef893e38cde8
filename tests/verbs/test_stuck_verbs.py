"""`stuck`: what the technician reads of it, and does with it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

from bot.messages import Arrival, Reply
from bot.store import Store
from tests.store.people import LEASE
from tests.verbs.calling import SENTINEL, Bot
from tests.verbs.test_people import call


def fail(bot: Bot) -> None:
    async def turn() -> None:
        store = await Store.open(
            f"sqlite:///{bot.folder / 'own.db'}",
            bot.folder / "own.key",
            now=lambda: datetime(2026, 3, 2, 9, tzinfo=timezone.utc),
            new_id=lambda: "id",
        )
        await store.accept(Arrival("web", "1", "web:ann", "welbeck", "staff", SENTINEL))
        claim = await store.claim("us", LEASE)
        assert claim is not None
        await store.give_up(claim, "ValueError", [Reply("Sorry.")])
        await store.close()

    asyncio.run(turn())


def test_it_is_listed_tried_again_and_let_go(bot: Bot) -> None:
    assert call(bot, "stuck", "list").out == "Nothing is stuck.\n"
    fail(bot)
    listed = call(bot, "stuck", "list").out
    assert "02 March 2026, 09:00  web: not answered" in listed
    assert "`stuck again`" in listed and SENTINEL not in listed
    assert call(bot, "stuck", "again").out.startswith("1 are tried again")
    assert call(bot, "stuck", "list").out == "Nothing is stuck.\n"
    assert call(bot, "stuck", "drop").out == "0 are let go.\n"
