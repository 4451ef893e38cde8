"""The link in an alert: opening it says nothing yet, its button does, and an old one is refused."""

from __future__ import annotations

import itertools
from datetime import datetime, timezone

import httpx
import pytest

from bot.cases.seeing import Seen
from bot.channels.web.pages import Pages
from bot.channels.web.seen import SeenRoutes
from bot.errors import UnknownRecord
from bot.site import Rules, site
from tests.channels.web.conftest import HERE, LEAVE_TO, OWN_PAGE

AT = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


class NoChat:
    def routes(self) -> list[object]:
        return []


@pytest.fixture
def noted() -> list[str]:
    return []


@pytest.fixture
def browser(noted: list[str]) -> httpx.AsyncClient:
    times = itertools.count()

    async def seen(token: str) -> Seen:
        if token != "right":
            raise UnknownRecord("This doesn't belong to an alert that is still open.")
        noted.append(token)
        return Seen("SP-7KQ4-XM2D", 1, AT, first=next(times) == 0)

    pages = Pages()
    chat, rules = NoChat(), Rules(None, LEAVE_TO)
    whole = site(pages, rules, chat, SeenRoutes(seen, pages).routes())  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(whole), base_url=HERE)


async def test_a_mail_program_that_opens_the_link_has_not_seen_anything(
    browser: httpx.AsyncClient, noted: list[str]
) -> None:
    page = await browser.get("/seen/right")
    assert page.status_code == 200 and "I have seen it" in page.text
    assert noted == []


async def test_the_button_notes_it_and_says_so_each_time(
    browser: httpx.AsyncClient, noted: list[str]
) -> None:
    first = await browser.post("/seen/right", headers=OWN_PAGE)
    again = await browser.post("/seen/right", headers=OWN_PAGE)
    assert "It is noted that you have seen SP-7KQ4-XM2D" in first.text
    assert "You had said so before" in again.text
    assert noted == ["right", "right"]


async def test_an_old_link_is_refused_in_plain_words(browser: httpx.AsyncClient) -> None:
    refused = await browser.post("/seen/wrong", headers=OWN_PAGE)
    assert refused.status_code == 404 and "still open" in refused.text


async def test_another_site_can_not_press_it(browser: httpx.AsyncClient, noted: list[str]) -> None:
    refused = await browser.post("/seen/right", headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403 and noted == []
