"""What `run` says when it has begun, also while the database has just gone."""

from __future__ import annotations

import pytest

from bot import desk
from bot.errors import StoreError
from bot.settings import Settings
from bot.verbs import run


@pytest.mark.parametrize("away", [False, True])
async def test_a_database_that_goes_as_it_begins_does_not_end_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    async def link(office: object) -> str:
        if away:
            raise StoreError("It doesn't answer.")
        return "/set-up?link=x"

    monkeypatch.setattr(desk, "new_setup_link", link)
    said = await run._begun(settings, None)  # type: ignore[arg-type]
    assert "http://localhost:8000/chat" in said
    assert ("/desk/set-up?link=x" in said) is not away
