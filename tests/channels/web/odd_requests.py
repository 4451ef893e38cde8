"""Requests made at random of the chat page's own paths and fields, and of the way that Telegram
brings updates on. The tests try some hundreds of them, and the bench thousands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st
from starlette.routing import Route

from bot.channels.telegram import webhook
from bot.channels.telegram.webhook import SECRET_HEADER
from bot.channels.web.doors import COOKIE
from bot.site import Rules
from bot.store import Store
from tests.channels.telegram.fake_api import TOKEN
from tests.channels.web.conftest import LEAVE_TO, OWN_PAGE, Running
from tests.drawing import drawn

PAUSE = timedelta(seconds=10)
"""So that no throttle stands between the requests and the pages."""

SECRET = "the other school's purple walrus"
SECRET_TOKEN = "a-secret-that-telegram-shows"
WEBHOOK = webhook.path(TOKEN)
RULES = Rules(None, LEAVE_TO, machines=(WEBHOOK,))


words = st.text(max_size=30)
segments = st.sampled_from(
    [
        "",
        "chat",
        "school",
        "embed",
        "welbeck",
        "begin",
        "messages",
        "files",
        "data",
        "clear",
        "leave",
        "static",
        "chat.js",
        "..",
        "%00",
        "%0d%0aA:b",
        "alive",
        WEBHOOK.lstrip("/"),
        "%f0%9f%98%80",
        "%ff",
    ]
)
anywhere = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts).lstrip("/"))
paths = anywhere | anywhere | anywhere | st.just(WEBHOOK)
methods = st.sampled_from(["GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS", "PATCH"])
forms = st.dictionaries(
    st.sampled_from(["school", "role", "text", "press", "id", "x"]),
    words | st.sampled_from(["welbeck", "staff", "parent", "ab" * 16, "danger", "\0", "\ud800"]),
    max_size=5,
)
some_headers = st.dictionaries(
    st.sampled_from(
        ["Accept", "Content-Type", "Cookie", "Last-Event-ID", "Content-Length-Not", SECRET_HEADER]
    ),
    st.sampled_from(
        [
            "",
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "1.2",
            "application/x-www-form-urlencoded",
            f"{COOKIE}=x",
            f"{COOKIE}={'x' * 43}",
            SECRET_TOKEN,
            "not the secret",
            "-1",
            "*/*",
        ]
    ),
    max_size=3,
)
headers = some_headers | some_headers | st.just({SECRET_HEADER: SECRET_TOKEN})
updates = st.builds(
    lambda number, more: json.dumps({"update_id": number, **more}).encode(),
    st.integers() | st.none() | words | st.booleans(),
    st.dictionaries(
        st.sampled_from(["message", "callback_query", "edited_message", "x"]),
        words | st.lists(words) | st.dictionaries(words, st.none() | words, max_size=3),
        max_size=2,
    ),
)
bodies = (
    forms
    | updates
    | st.binary(max_size=200)
    | st.just(
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n--x--\r\n'
    )
)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    body: dict[str, str] | bytes
    extra: dict[str, str]
    own: bool
    """Whether it comes from a page of ours."""


asked = st.builds(Asked, methods, paths, bodies, headers, st.integers(0, 9).map(bool))


def brought(store: Store) -> list[Route]:
    """The way that Telegram brings updates on."""
    return [webhook.route(TOKEN, SECRET_TOKEN, store.doorstep, lambda: None)]


async def others_speak(chat: Running) -> None:
    """Somebody else tells the bot something, and one's own conversation begins."""
    async with chat.other() as somebody:
        await somebody.post("/chat/begin", data={"school": "blean", "role": "staff"})
        await somebody.post("/chat/messages", data={"text": SECRET})
    chat.app.asking = True
    await chat.begin()


async def tried(chat: Running, one: Asked) -> list[str]:
    """What is wrong with the answer to a request; nothing, as a rule."""
    if COOKIE not in chat.browser.cookies:  # one of the requests was to leave
        await chat.begin()
    form, content = {}, one.body
    if isinstance(content, dict):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        typed = "&".join(f"{name}={value}" for name, value in content.items())
        content = typed.encode("utf-8", "surrogatepass")
    page = OWN_PAGE if one.own else {}
    answer = await chat.browser.request(
        one.method, one.path, content=content, headers={**form, **one.extra, **page}
    )
    wrong = []
    if answer.status_code >= 500:
        wrong.append(f"answered with {answer.status_code}")
    if SECRET in answer.text:
        wrong.append("showed what is somebody else's")
    if "content-security-policy" not in answer.headers:
        wrong.append("answered without the rules of safety")
    return wrong


def requests(count: int) -> list[Asked]:
    """So many requests, always the same."""
    return drawn(asked, count)
