"""Killed at any moment, between fetching and answering too, the bot loses nothing of anybody."""

from __future__ import annotations

from pathlib import Path

from tests.resilience import killing_telegram

KILLS = 2


async def test_every_message_is_answered_once_in_order(database_url: str, tmp_path: Path) -> None:
    found = await killing_telegram.run(database_url, tmp_path, KILLS, seed=5)
    assert found.sent == KILLS * killing_telegram.A_LIFE
    assert found.answered_once == found.sent
    assert found.out_of_order == 0
    assert found.stored_twice == 0
    assert found.shown_twice <= KILLS
