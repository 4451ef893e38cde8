"""Who comes to the chat page by an invitation, and who may begin without one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest_asyncio

from bot.cases.enrolment import MOST_TRIES, InvitedAs, code, invitation
from bot.channels.web.doors import COOKIE, conversation_of
from bot.channels.web.joining import PASS
from bot.settings import Settings, load_settings
from bot.site import Rules
from bot.verbs.run import may_choose
from tests.channels.web.conftest import Running, running
from tests.conftest import Clock


@pytest_asyncio.fixture
async def chat(settings: Settings, clock: Clock, rules: Rules) -> AsyncIterator[Running]:
    async with running(settings, clock, rules, free=False) as whole:
        yield whole


async def invited(
    chat: Running, clock: Clock, invited_as: InvitedAs, school: str = "welbeck", number: int = 1
) -> str:
    """The path of a link."""
    secret = code(number.to_bytes(20, "big"))
    await chat.store.enrolments.invite(invitation(school, invited_as, clock()), secret)
    return f"/chat/join/{secret}"


async def place(chat: Running, browser: httpx.AsyncClient) -> tuple[str, str] | None:
    found = await chat.store.web.find(conversation_of(browser.cookies[COOKIE]), timedelta(days=1))
    return None if found is None else (found.school, found.role)


async def test_staff_get_school_and_role_from_a_link_that_works_once(
    chat: Running, clock: Clock
) -> None:
    link = await invited(chat, clock, "staff")
    asks = await chat.browser.get(link)
    assert asks.status_code == 200 and "welbeck" not in asks.text.casefold()
    assert COOKIE not in chat.browser.cookies, "opening it uses nothing up"

    joined = await chat.browser.post(link)

    assert (joined.status_code, joined.headers["location"]) == (303, "/chat")
    assert await place(chat, chat.browser) == ("welbeck", "staff")
    assert (await chat.say("May I post this?")).status_code == 303
    async with chat.other() as another:
        assert (await another.post(link)).status_code == 404
        assert COOKIE not in another.cookies


async def test_a_pass_outlives_a_conversation_and_begins_the_next(
    chat: Running, clock: Clock
) -> None:
    await chat.browser.post(await invited(chat, clock, "staff"))
    before = chat.browser.cookies[COOKIE]
    assert (await chat.browser.post("/chat/clear")).status_code == 303
    start = await chat.browser.get("/chat")
    assert "as somebody who works there" in start.text
    assert 'name="school" value="blean"' not in start.text

    begun = await chat.browser.post("/chat/begin", data={"school": "welbeck", "role": "staff"})
    assert begun.status_code == 303 and chat.browser.cookies[COOKIE] != before
    refused = await chat.browser.post("/chat/begin", data={"school": "blean", "role": "staff"})
    assert refused.status_code == 403 and "invitation" in refused.text


async def test_without_an_invitation_one_is_a_parent_at_the_school_one_came_from(
    chat: Running,
) -> None:
    start = await chat.browser.get("/chat")
    assert "link that your school gave you" in start.text and "<fieldset" not in start.text
    page = await chat.browser.get("/chat/school/welbeck")
    assert "Begin as a parent" in page.text and 'value="staff"' not in page.text
    for path in ("/chat/begin", "/chat/embed/welbeck/begin"):
        claimed = await chat.browser.post(path, data={"school": "welbeck", "role": "staff"})
        assert claimed.status_code == 403
    await chat.begin("welbeck", "parent")
    assert await place(chat, chat.browser) == ("welbeck", "parent")


async def test_leaving_quickly_takes_a_parents_pass_along_and_leaves_staff_theirs(
    chat: Running, clock: Clock
) -> None:
    for number, (invited_as, stays) in enumerate((("parent", False), ("staff", True)), start=1):
        async with chat.other() as browser:
            link = await invited(chat, clock, invited_as, number=number)  # type: ignore[arg-type]
            await browser.post(link)
            assert PASS in browser.cookies
            await browser.post("/chat/leave")
            assert (PASS in browser.cookies) is stays
            assert COOKIE not in browser.cookies


async def test_guessing_is_throttled_by_address(chat: Running, clock: Clock) -> None:
    link = await invited(chat, clock, "parent")
    for number in range(MOST_TRIES):
        async with chat.other() as browser:
            assert (await browser.post(f"/chat/join/wrong-{number}")).status_code == 404
    assert (await chat.browser.post(link)).status_code == 404
    clock.advance(timedelta(hours=1, seconds=1))
    assert (await chat.browser.post(link)).status_code == 303


def test_school_and_role_can_be_chosen_where_it_is_tried_out_only() -> None:
    for given, free in (
        ({}, True),
        ({"SIGNPOST_HOST": "0.0.0.0"}, False),
        ({"SIGNPOST_PUBLIC_URL": "https://signpost.school.example"}, False),
        ({"SIGNPOST_PUBLIC_URL": "https://x.example", "SIGNPOST_CHAT_FREE": "yes"}, True),
        ({"SIGNPOST_CHAT_FREE": "no"}, False),
    ):
        assert may_choose(load_settings(given)) is free, given
