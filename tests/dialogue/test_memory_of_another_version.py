"""A conversation whose memory can't be read any more goes on, and the person is told."""

from __future__ import annotations

import pytest

from bot.dialogue.actions import all_actions
from bot.dialogue.agent import BEGIN_AGAIN, Dialogue
from bot.dialogue.training import model_path
from bot.language.encoder import shared_encoder
from bot.language.search import Search
from bot.messages import Arrival
from bot.policy.library import Library
from bot.policy.shelf import Shelf
from bot.settings import Settings
from tests.conftest import Clock
from tests.ends import no_ends

HELLO = Arrival("test", "1", "test:someone", "welbeck", "staff", "hello")


@pytest.mark.parametrize(
    "memory", [b"", b"{}", b"[]", b'{"events": [{"event": "gone"}], "buttons": []}', b"\xff"]
)
async def test_it_begins_again_and_says_so(memory: bytes, settings: Settings, clock: Clock) -> None:
    shelf = Shelf(Library.load(settings.content_dir))
    dialogue = Dialogue(
        model_path(settings.model_dir),
        lambda domain: all_actions(
            domain, shelf, lambda: clock().date(), Search(shared_encoder()).nearest, no_ends()
        ),
    )
    said, after = await dialogue.respond(HELLO, memory)
    begun = [reply.text for reply in said.replies]
    assert (begun[0] == BEGIN_AGAIN) == bool(memory)
    assert begun[-1].startswith("Hello.")
    again, _ = await dialogue.respond(HELLO, after)
    assert BEGIN_AGAIN not in [reply.text for reply in again.replies]
