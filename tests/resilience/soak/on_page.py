"""Somebody at the chat page: a browser that sends its forms and listens to the page's stream.

Each request may go to another bot, as behind a load balancer. What isn't acknowledged is sent again
under the same number, as the page's script does it.
"""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

import httpx

from bot.channels.web.doors import COOKIE, conversation_of, update_of
from tests.resilience.soak.ledger import Ledger
from tests.resilience.soak.talking import Heard, NoAnswer

PATIENCE = 120.0
TOGETHER = 0.5
"""Seconds within which all replies to one message come."""

BUTTON = re.compile(r'name="press" value="([^"]*)"')
JSON = {"Accept": "application/json"}
FROM_OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """`anywhere` gives the address of any bot."""

    def __init__(
        self, anywhere: Callable[[], str], ledger: Ledger, chance: random.Random, address: str
    ) -> None:
        self._anywhere = anywhere
        self._ledger = ledger
        self._chance = chance
        headers = {**FROM_OWN_PAGE, "X-Forwarded-For": address}
        self._client = httpx.AsyncClient(headers=headers, timeout=20)
        self._seen: set[str] = set()
        self._after = ""

    async def close(self) -> None:
        await self._client.aclose()

    async def begin(self, school: str) -> None:
        """Come as somebody new."""
        self._client.cookies.clear()
        self._seen, self._after = set(), ""
        asked = {"school": school, "role": "staff"}
        while not self._client.cookies.get(COOKIE):
            await self._post("/chat/begin", data=asked)

    async def clear(self) -> None:
        await self._post("/chat/clear")

    async def say(self, text: str) -> Heard:
        return await self._answered("/chat/messages", lambda key: {"data": {"text": text, **key}})

    async def press(self, title: str) -> Heard:
        return await self.say(title)

    async def show(self, content: str) -> Heard:
        file = ("words.txt", content.encode(), "text/plain")
        return await self._answered(
            "/chat/files", lambda key: {"data": key, "files": {"file": file}}
        )

    async def _answered(self, path: str, form: Callable[[dict[str, str]], object]) -> Heard:
        key, begun = uuid.uuid4().hex, time.monotonic()
        sent = form({"id": key})
        assert isinstance(sent, dict)
        while (status := await self._post(path, headers=JSON, **sent)) != 202:
            if status in (409, 410) or time.monotonic() - begun > PATIENCE:
                self._ledger.refused[f"{path}: not taken ({status})"] += 1
                self._ledger.waits.append(time.monotonic() - begun)
                raise NoAnswer(path)
        token = self._client.cookies.get(COOKIE) or ""
        self._ledger.taken += 1
        update = update_of(conversation_of(token), key)
        try:
            return await self._listen(key, update, begun + PATIENCE)
        finally:
            self._ledger.waits.append(time.monotonic() - begun)

    async def _post(self, path: str, **sent: object) -> int:
        """The answer's status; after a short while, if it was that no bot could take it."""
        try:
            answer = await self._client.post(f"{self._anywhere()}{path}", **sent)  # type: ignore[arg-type]
        except httpx.TransportError:
            status = 0
        else:
            status = self._noted(path, answer.status_code)
        if status in (0, 429, 503):
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))
        return status

    def _noted(self, path: str, status: int) -> int:
        if status >= 500 and status != 503:
            self._ledger.refused[f"{path}: {status}"] += 1
        return status

    async def _listen(self, key: str, update: str, until: float) -> Heard:
        """Open the stream as often as it takes; the answer is what comes after one's own line."""
        replies: list[dict[str, object]] = []
        spoken = False
        while not replies:
            if time.monotonic() > until:
                self._ledger.unheard[update] = spoken
                raise NoAnswer(key)
            with suppress(httpx.TransportError):
                url = f"{self._anywhere()}/chat/stream"
                async with self._client.stream("GET", url, params={"after": self._after}) as stream:
                    self._noted("/chat/stream", stream.status_code)
                    lines = stream.aiter_lines().__aiter__()
                    while (news := await _next(lines, self, len(replies), until)) is not None:
                        if news["key"] in self._seen:
                            continue
                        self._seen.add(str(news["key"]))
                        spoken = spoken or news["key"] == key
                        if spoken and not news["mine"]:
                            replies.append(news)
            if not replies:
                await asyncio.sleep(self._chance.uniform(0.2, 1.0))
        page = html.unescape("".join(str(news["html"]) for news in replies))
        buttons = tuple(html.unescape(title) for title in BUTTON.findall(str(replies[-1]["html"])))
        return Heard(page, buttons, files=bool(replies[-1]["files"]))

    def came_to(self, cursor: str) -> None:
        self._after = cursor


async def _next(
    lines: object, browser: Browser, replies: int, until: float
) -> dict[str, object] | None:
    """The stream's next event; nothing when it ends, or when all that belongs together has come."""
    while True:
        # The stream's signs of life don't count as news.
        patience = TOGETHER if replies else max(0.1, until - time.monotonic())
        try:
            line = await asyncio.wait_for(lines.__anext__(), patience)  # type: ignore[attr-defined]
        except (StopAsyncIteration, asyncio.TimeoutError):
            return None
        if line.startswith("id: "):
            browser.came_to(line.removeprefix("id: "))
        elif line.startswith('data: {"'):
            event: dict[str, object] = json.loads(line.removeprefix("data: "))
            return event
        elif line.startswith("event: over"):
            return None
