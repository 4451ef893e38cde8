"""Whatever is sent to the pages, they answer, and never with “something went wrong here”."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bot.channels.web.doors import COOKIE
from bot.settings import Settings, load_settings
from bot.site import Rules
from tests.channels.web.conftest import LEAVE_TO, OWN_PAGE, Running, running
from tests.conftest import ROOT, Clock

REQUESTS = 1_000
PAUSE = timedelta(seconds=10)
"""So that no throttle stands between the requests and the pages."""

SECRET = "the other school's purple walrus"

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
        "%f0%9f%98%80",
        "%ff",
    ]
)
paths = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts).lstrip("/"))
methods = st.sampled_from(["GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS", "PATCH"])
forms = st.dictionaries(
    st.sampled_from(["school", "role", "text", "press", "id", "x"]),
    words | st.sampled_from(["welbeck", "staff", "parent", "ab" * 16, "danger", "\0", "\ud800"]),
    max_size=5,
)
headers = st.dictionaries(
    st.sampled_from(["Accept", "Content-Type", "Cookie", "Last-Event-ID", "Content-Length-Not"]),
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
            "-1",
            "*/*",
        ]
    ),
    max_size=3,
)
bodies = (
    forms
    | st.binary(max_size=200)
    | st.just(
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nb\r\n--x--\r\n'
    )
)


class Fuzzed:
    """The pages on a loop of their own, with somebody else's conversation on them."""

    def __init__(self, settings: Settings) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self._stack = AsyncExitStack()
        self._settings = settings
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        rules = Rules(None, LEAVE_TO)
        self.chat: Running = await self._stack.enter_async_context(
            running(self._settings, self.clock, rules)
        )
        async with self.chat.other() as somebody:
            await somebody.post("/chat/begin", data={"school": "blean", "role": "staff"})
            await somebody.post("/chat/messages", data={"text": SECRET})
        self.chat.app.asking = True
        await self.chat.begin()

    def close(self) -> None:
        self.loop.run_until_complete(self._stack.aclose())
        self.loop.close()


@pytest.fixture(scope="module")
def fuzzed(content_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder = tmp_path_factory.mktemp("fuzz")
    settings = load_settings({"SIGNPOST_CONTENT_DIR": str(content_dir)})
    whole = Fuzzed(
        replace(
            settings,
            database_url=f"sqlite:///{folder}/fuzz.db",
            key_file=folder / "fuzz.key",
            model_dir=ROOT / "models",
        )
    )
    yield whole
    whole.close()


@hypothesis(
    max_examples=REQUESTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(method=methods, path=paths, body=bodies, extra=headers, own=st.integers(0, 9))
def test_any_request_is_answered(
    fuzzed: Fuzzed,
    method: str,
    path: str,
    body: dict[str, str] | bytes,
    extra: dict[str, str],
    own: int,
) -> None:
    fuzzed.clock.advance(PAUSE)
    if COOKIE not in fuzzed.chat.browser.cookies:  # one of the requests was to leave
        fuzzed.loop.run_until_complete(fuzzed.chat.begin())
    content = (
        "&".join(f"{name}={value}" for name, value in body.items()).encode("utf-8", "surrogatepass")
        if isinstance(body, dict)
        else body
    )
    form = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(body, dict) else {}
    sent = fuzzed.chat.browser.request(
        method, path, content=content, headers={**form, **extra, **(OWN_PAGE if own else {})}
    )
    answer = fuzzed.loop.run_until_complete(sent)
    assert answer.status_code < 500, answer.text
    assert SECRET not in answer.text
    assert "content-security-policy" in answer.headers
