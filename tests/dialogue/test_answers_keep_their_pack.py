"""With each answer goes the version of the pack that it rests on, for whoever reads it later."""

from __future__ import annotations

from bot.app import App
from bot.messages import Arrival
from bot.policy.library import Library
from bot.settings import Settings

ASKED = Arrival("test", "1", "test:someone", "welbeck", "staff", "a mum sent me a friend request")
GREETED = Arrival("test", "2", "test:someone", "welbeck", "staff", "hello")


async def test_an_answer_is_stored_with_its_packs_hash(app: App, settings: Settings) -> None:
    said = await app.answer(ASKED)
    version = Library.load(settings.content_dir).pack("welbeck").hash
    assert [reply.pack for reply in said.replies] == [version]
    assert await app._store.replies_to(1) == list(said.replies)


async def test_small_talk_rests_on_no_pack(app: App) -> None:
    said = await app.answer(GREETED)
    assert [reply.pack for reply in said.replies] == [None]
