"""The chat page as plain forms: what it shows, what it keeps, and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.web.bodies import LARGEST_FILE
from bot.channels.web.doors import COOKIE
from bot.errors import StoreError
from tests.channels.web.conftest import LEAVE_TO, Running
from tests.conftest import Clock

JSON = {"Accept": "application/json"}
SENTINEL = "purple walrus"


async def test_the_page_lets_one_choose_school_and_role(chat: Running) -> None:
    page = (await chat.browser.get("/chat")).text
    assert "Welbeck Primary School" in page and "parent or carer" in page
    page = (await chat.browser.get("/chat/school/welbeck")).text
    assert "Which school?" not in page and 'value="welbeck"' in page
    assert (await chat.browser.get("/chat/school/hogwarts")).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"school": "welbeck"},
        {"school": "x", "role": "staff"},
        {"school": "welbeck", "role": "head"},
    ],
)
async def test_a_beginning_needs_both(chat: Running, form: dict[str, str]) -> None:
    refused = await chat.browser.post("/chat/begin", data=form)
    assert refused.status_code == 400
    assert "Choose a school" in refused.text
    assert COOKIE not in chat.browser.cookies


async def test_a_form_without_a_script_is_led_to_its_answer(chat: Running) -> None:
    await chat.begin()
    answered = await chat.say("hello <b>you</b>")
    assert answered.status_code == 303
    page = (await chat.browser.get(answered.headers["location"])).text
    assert "You said hello &lt;b&gt;you&lt;/b&gt;" in page
    assert "<progress" in page and "Question 3 of 9" in page
    assert 'value="A &amp; B"' in page
    assert "enctype" in page and 'id="files" hidden' in page


async def test_a_pressed_button_is_said_and_old_buttons_go(chat: Running) -> None:
    await chat.begin()
    await chat.say("one")
    await chat.say("", press="A & B")
    assert [arrival.text for arrival in chat.speaker.heard] == ["one", "A & B"]
    page = (await chat.browser.get("/chat")).text
    assert page.count('value="A &amp; B"') == 1


async def test_an_urgent_reply_stands_out(chat: Running) -> None:
    await chat.begin()
    await chat.say("danger")
    page = (await chat.browser.get("/chat")).text
    assert page.count('role="alert"') == 2
    assert '<a href="tel:999">999</a>' in page


async def test_the_same_message_sent_twice_is_kept_once(chat: Running) -> None:
    await chat.begin()
    for _ in range(2):
        sent = await chat.browser.post(
            "/chat/messages", data={"text": "hello", "id": "ab" * 16}, headers=JSON
        )
        assert (sent.status_code, sent.json()) == (202, {"key": "ab" * 16})
    await chat.say("and then")
    assert [arrival.text for arrival in chat.speaker.heard] == ["hello", "and then"]


async def test_nobody_uses_up_somebody_elses_number(chat: Running) -> None:
    await chat.begin()
    await chat.say("mine", id="ab" * 16)
    async with chat.other() as browser:
        await browser.post("/chat/begin", data={"school": "blean", "role": "parent"})
        await browser.post("/chat/messages", data={"text": "theirs", "id": "ab" * 16})
        assert "You said theirs" in (await browser.get("/chat")).text
    assert "theirs" not in (await chat.browser.get("/chat")).text
    assert [(one.school, one.role) for one in chat.speaker.heard] == [
        ("welbeck", "staff"),
        ("blean", "parent"),
    ]


async def test_without_a_conversation_nothing_is_kept(chat: Running) -> None:
    for cookie in ("", "x" * 43, "short", "é"):
        headers = {b"Accept": b"application/json", b"Cookie": f"{COOKIE}={cookie}".encode()}
        refused = await chat.browser.post("/chat/messages", data={"text": "hi"}, headers=headers)
        assert refused.status_code == 410
        assert "begin a new one" in refused.json()["says"]
    assert chat.speaker.heard == []


async def test_it_is_over_after_two_weeks_of_silence(chat: Running, clock: Clock) -> None:
    await chat.begin()
    await chat.say(SENTINEL)
    clock.advance(timedelta(days=13))
    assert SENTINEL in (await chat.browser.get("/chat")).text
    await chat.say("still there")
    clock.advance(timedelta(days=13))
    assert SENTINEL in (await chat.browser.get("/chat")).text
    clock.advance(timedelta(days=2))
    assert SENTINEL not in (await chat.browser.get("/chat")).text


async def test_leaving_closes_it_here_and_leads_away(chat: Running) -> None:
    await chat.begin()
    await chat.say(SENTINEL)
    cookie = chat.browser.cookies[COOKIE]
    left = await chat.browser.post("/chat/leave")
    assert (left.status_code, left.headers["location"]) == (303, LEAVE_TO)
    assert COOKIE not in chat.browser.cookies
    chat.browser.cookies.set(COOKIE, cookie, domain="signpost.test", path="/chat")
    assert SENTINEL not in (await chat.browser.get("/chat")).text, "not with the old cookie either"


async def test_clearing_erases_what_was_said(chat: Running) -> None:
    conversation = await chat.begin()
    await chat.say(SENTINEL)
    assert (await chat.browser.post("/chat/clear")).status_code == 303
    assert await chat.store.web.lines(conversation) == []
    assert (await chat.store.counts()).waiting == 0


async def test_a_message_that_cannot_be_kept_is_said_to_be_lost(chat: Running) -> None:
    await chat.begin()
    chat.app.broken = StoreError("The disk is full; make room.")
    refused = await chat.say(f"{SENTINEL} in danger")
    assert refused.status_code == 503
    assert "was not kept" in refused.text and "The disk is full" in refused.text
    assert "Call" in refused.text and "tel:999" in refused.text, "help goes out all the same"
    assert SENTINEL in refused.text, "to be copied"
    assert "Leave quickly" in refused.text
    told = (await chat.browser.post("/chat/messages", data={"text": "hi"}, headers=JSON)).json()
    assert "not kept" in told["says"] and told["html"] == ""


async def test_too_many_messages_are_put_off_kindly(chat: Running, clock: Clock) -> None:
    await chat.begin()
    statuses = [
        (await chat.browser.post("/chat/messages", data={"text": "x"}, headers=JSON)).status_code
        for _ in range(21)
    ]
    assert statuses == [202] * 20 + [429]
    slowly = await chat.say("x")
    assert "Wait a few seconds" in slowly.text and "999" in slowly.text
    clock.advance(timedelta(seconds=2))
    assert (await chat.say("x")).status_code == 303


async def test_many_beginnings_from_one_address_are_put_off(chat: Running) -> None:
    form = {"school": "welbeck", "role": "staff"}
    statuses = [(await chat.browser.post("/chat/begin", data=form)).status_code for _ in range(41)]
    assert statuses == [303] * 40 + [429]


async def test_a_message_that_is_too_long_is_not_read(chat: Running) -> None:
    await chat.begin()
    long = await chat.say("x" * 300_000)
    assert long.status_code == 413
    assert "several parts" in long.text
    assert chat.speaker.heard == []


async def test_a_file_nobody_asked_for_is_refused_unread(chat: Running) -> None:
    conversation = await chat.begin()
    refused = await chat.browser.post(
        "/chat/files", files={"file": ("a.png", SENTINEL.encode(), "image/png")}
    )
    assert refused.status_code == 409
    assert "not kept" in refused.text
    assert await chat.store.web.lines(conversation) == []


async def test_a_file_that_was_asked_for_comes_with_its_message(chat: Running) -> None:
    await chat.begin()
    chat.app.asking = True
    assert 'id="files">' in (await chat.browser.get("/chat")).text
    content = b"\x89PNG" + b"x" * 2_000_000
    sent = await chat.browser.post(
        "/chat/files", files={"file": ("../../me.png", content, "image/png")}
    )
    assert sent.status_code == 303
    (arrival,) = chat.speaker.heard
    (file,) = arrival.files
    assert (file.kind, file.size) == ("picture", len(content))
    assert await chat.chats.fetch(file) == content
    assert "A file sent" in (await chat.browser.get("/chat")).text


@pytest.mark.parametrize(
    ("size", "status", "says"),
    [
        (0, 400, "empty"),
        (LARGEST_FILE, 303, ""),
        (LARGEST_FILE + 1, 413, "10 MB"),
        (LARGEST_FILE * 2, 413, "10 MB"),
    ],
)
async def test_the_size_of_a_file(chat: Running, size: int, status: int, says: str) -> None:
    await chat.begin()
    chat.app.asking = True
    sent = await chat.browser.post("/chat/files", files={"file": ("a", b"x" * size, "image/png")})
    assert (sent.status_code, says in sent.text) == (status, True)


async def test_files_are_erased_once_they_were_dealt_with(chat: Running, clock: Clock) -> None:
    await chat.begin()
    chat.app.asking = True
    await chat.browser.post("/chat/files", files={"file": ("a", b"content", "text/plain")})
    (file,) = chat.speaker.heard[0].files
    await chat.chats.tidy()
    assert await chat.store.web.upload(file.handle) == b"content"
    clock.advance(timedelta(minutes=11))
    await chat.chats.tidy()
    assert await chat.store.web.upload(file.handle) is None


async def test_a_school_may_show_it_in_its_own_pages(chat: Running) -> None:
    page = await chat.browser.get("/chat/embed/welbeck")
    assert "frame-ancestors https://school.example" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    await chat.browser.post("/chat/embed/welbeck/begin", data={"role": "parent"})
    await chat.browser.post("/chat/embed/welbeck/messages", data={"text": SENTINEL})
    assert SENTINEL in (await chat.browser.get("/chat/embed/welbeck")).text
    assert SENTINEL not in (await chat.browser.get("/chat")).text, "another door, another cookie"
    await chat.begin("blean")
    assert SENTINEL in (await chat.browser.get("/chat/embed/welbeck")).text


async def test_leaving_a_frame_closes_it_where_its_cookie_is_not_sent(chat: Running) -> None:
    """Without a script the form leads out of the frame, and a browser keeps the cookie back."""
    frame = "/chat/embed/welbeck"
    await chat.browser.post(f"{frame}/begin", data={"role": "parent"})
    await chat.browser.post(f"{frame}/messages", data={"text": SENTINEL})
    page = (await chat.browser.get(frame)).text
    named = page.partition('name="conversation" value="')[2].partition('"')[0]
    async with chat.other() as outside:
        for base, name in (("/chat", named), (frame, named[:-1]), (frame, "x" * 69), (frame, "")):
            await outside.post(f"{base}/leave", data={"conversation": name})
            assert SENTINEL in (await chat.browser.get(frame)).text, (base, name)
        left = await outside.post(f"{frame}/leave", data={"conversation": named})
    assert (left.status_code, left.headers["location"]) == (303, LEAVE_TO)
    assert SENTINEL not in (await chat.browser.get(frame)).text


async def test_what_is_held_can_be_taken_away_by_whom_it_is_of(chat: Running) -> None:
    await chat.begin()
    await chat.say(SENTINEL)
    async with chat.other() as browser:
        await browser.post("/chat/begin", data={"school": "blean", "role": "parent"})
        await browser.post("/chat/messages", data={"text": "their own words"})
        theirs = await browser.post("/chat/data")
    mine = await chat.browser.post("/chat/data")
    assert "their own words" in theirs.text and SENTINEL not in theirs.text
    assert SENTINEL in mine.text and "their own words" not in mine.text
    assert f"You said {SENTINEL}" in mine.text
    assert mine.headers["content-type"].startswith("text/plain")
    assert mine.headers["content-disposition"].startswith("attachment")
    assert mine.headers["cache-control"] == "no-store"


async def test_nobody_else_takes_it_away(chat: Running) -> None:
    await chat.begin()
    await chat.say(SENTINEL)
    for cookie in ("", "x" * 43):
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        async with chat.other(**headers) as browser:
            assert (await browser.post("/chat/data")).status_code == 303
            assert (await browser.post("/chat/data", headers=JSON)).status_code == 410
    from_elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await chat.browser.post("/chat/data", headers=from_elsewhere)).status_code == 403
