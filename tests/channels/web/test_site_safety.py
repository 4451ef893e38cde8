"""The rules that hold for every answer of the site, whatever page gave it."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.channels.web.doors import COOKIE
from bot.settings import Settings
from bot.site import Rules
from tests.channels.web.conftest import HERE, LEAVE_TO, Running, running
from tests.conftest import Clock

PAGES = ["/", "/chat", "/chat/school/welbeck", "/nowhere", "/static/signpost.css", "/static/x"]
POSTS = ["begin", "messages", "files", "clear", "leave"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_is_safe(chat: Running, path: str) -> None:
    answer = await chat.browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


async def test_no_page_loads_anything_from_elsewhere_or_has_a_script_in_it(chat: Running) -> None:
    await chat.begin()
    await chat.say("danger")
    for path in ("/", "/chat", "/nowhere"):
        page = (await chat.browser.get(path)).text
        assert not re.search(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=", page)
        loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"([^\"]*)", page)
        assert all(address.startswith("/static/") for address in loaded), loaded


async def test_files_of_the_page_may_be_kept_by_their_hash(chat: Running) -> None:
    kept = await chat.browser.get(chat.pages.address("signpost.css"))
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("base", ["/chat", "/chat/embed/welbeck"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_no_other_site_changes_anything(
    chat: Running, base: str, path: str, headers: dict[str, str]
) -> None:
    await chat.begin()
    async with httpx.AsyncClient(
        transport=chat.transport, base_url=HERE, cookies=chat.browser.cookies
    ) as elsewhere:
        refused = await elsewhere.post(f"{base}/{path}", data={"text": "x"}, headers=headers)
    assert refused.status_code == 403
    assert "another site" in refused.text
    assert chat.speaker.heard == []


async def test_our_own_page_may_whichever_way_the_browser_says_so(chat: Running) -> None:
    await chat.begin()
    for headers in ({"Origin": HERE}, {"Sec-Fetch-Site": "same-origin"}):
        async with httpx.AsyncClient(
            transport=chat.transport, base_url=HERE, cookies=chat.browser.cookies
        ) as browser:
            sent = await browser.post("/chat/messages", data={"text": "x"}, headers=headers)
        assert sent.status_code == 303


@pytest.mark.parametrize(
    ("origin", "base", "wanted", "unwanted"),
    [
        (None, "/chat", ["HttpOnly", "SameSite=Lax", "Path=/chat;"], ["Secure"]),
        ("https://s.example", "/chat", ["HttpOnly", "SameSite=Lax", "Secure"], ["None"]),
        (
            "https://s.example",
            "/chat/embed/welbeck",
            ["HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/chat/embed/welbeck;"],
            ["Lax"],
        ),
    ],
)
async def test_the_cookie(
    settings: Settings,
    clock: Clock,
    origin: str | None,
    base: str,
    wanted: list[str],
    unwanted: list[str],
) -> None:
    async with running(settings, clock, Rules(origin, LEAVE_TO)) as chat:
        begun = await chat.browser.post(
            f"{base}/begin",
            data={"school": "welbeck", "role": "parent"},
            headers={"Origin": origin or HERE},
        )
        cookie = begun.headers["set-cookie"]
    assert all(word in cookie for word in wanted), cookie
    assert not any(word in cookie for word in unwanted), cookie
    value = cookie.partition("=")[2].partition(";")[0]
    assert re.fullmatch(r"[\w-]{43}", value)
    assert not any(word in value for word in ("welbeck", "parent"))


async def test_the_database_does_not_hold_what_the_browser_holds(chat: Running) -> None:
    conversation = await chat.begin()
    assert chat.browser.cookies[COOKIE] not in conversation


async def test_encrypted_pages_stay_so(settings: Settings, clock: Clock) -> None:
    async with running(settings, clock, Rules("https://s.example", LEAVE_TO)) as chat:
        assert "max-age" in (await chat.browser.get("/")).headers["strict-transport-security"]


async def test_what_nobody_foresaw_is_said_in_plain_words(
    chat: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await chat.begin()
    chat.app.broken = ZeroDivisionError("sentinel words")
    answer = await chat.say("x")
    assert answer.status_code == 500
    assert "your doing" in answer.text
    assert "nosniff" in answer.headers["x-content-type-options"]
    assert "sentinel" not in answer.text + caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_an_address_made_up_by_somebody_stays_words(chat: Running) -> None:
    for school in ("a%0d%0aSet-Cookie:%20x=y", "%22%3E%3Cscript%3E", "é", "%F0%9F%98%80"):
        for answer in (
            await chat.browser.get(f"/chat/embed/{school}"),
            await chat.browser.post(f"/chat/embed/{school}/leave"),
            await chat.browser.post(f"/chat/embed/{school}/messages", data={"text": "x"}),
        ):
            assert answer.status_code in (303, 404)
            assert "<script>" not in answer.text
            assert "x=y" not in answer.headers.get("set-cookie", "").partition(";")[0]


async def test_another_way_of_asking_is_refused_in_words(chat: Running) -> None:
    assert "use the buttons" in (await chat.browser.get("/chat/messages")).text
    assert (await chat.browser.put("/chat")).status_code == 405
