"""A reply on the chat page: until it arrives on the open stream, and until a browser shows it.

The bot is `run` in a process of its own, reached over loopback: a form is posted, and the reply
comes as an event. What a browser needs besides, to send it and to draw it, is in the second figure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.bench import places
from tests.bench.figures import Figure, median, percentile
from tests.bench.messages import messages
from tests.bench.shown import replies_shown
from tests.ports import free_port

P95_MS = 150
FIRST_PAGE_KB = 60
A_CONVERSATION = 10
"""Messages from one person before the next one comes, which is within what one may send at once."""

PATIENCE = 120.0


def measure(quick: bool) -> list[Figure]:
    places.run(list(places.signpost("train").argv))
    with _running() as address:
        page = _first_page(address)
        taken: list[float] = []
        wanted = list(messages((50 if quick else 500) + A_CONVERSATION))
        for begin in range(0, len(wanted), A_CONVERSATION):
            taken += _talk(address, wanted[begin : begin + A_CONVERSATION])
        seen = wanted[: (30 if quick else 150) + A_CONVERSATION]
        talks = [
            seen[begin : begin + A_CONVERSATION] for begin in range(0, len(seen), A_CONVERSATION)
        ]
        shown = list(replies_shown(address, talks))[A_CONVERSATION:]
    taken = taken[A_CONVERSATION:]  # the first person warms the bot up
    return [
        Figure("a reply on the chat page, p50", median(taken), "ms", samples=tuple(taken)),
        Figure("a reply on the chat page, p95", percentile(taken, 0.95), "ms", P95_MS),
        Figure("a reply shown in Chromium, p50", median(shown), "ms", samples=tuple(shown)),
        Figure("a reply shown in Chromium, p95", percentile(shown, 0.95), "ms", P95_MS),
        Figure("the first page with all its files", page, "kB", FIRST_PAGE_KB),
    ]


@contextmanager
def _running() -> Iterator[str]:
    port = free_port()
    places.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="web-") as folder:
        own = {
            "SIGNPOST_PORT": str(port),
            "SIGNPOST_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "SIGNPOST_KEY_FILE": f"{folder}/bench.key",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=places.ROOT,
            env={**os.environ, **own},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _reached(process, f"http://localhost:{port}")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _reached(process: subprocess.Popen[bytes], address: str) -> str:
    overdue = time.monotonic() + PATIENCE
    while time.monotonic() < overdue and process.poll() is None:
        try:
            httpx.get(f"{address}/alive")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return address
    raise places.BenchError("The bot didn't start to serve its pages.")


def _first_page(address: str) -> float:
    """Everything that the first page makes a browser load, in kB."""
    with httpx.Client(base_url=address) as browser:
        page = browser.get("/chat").text
        files = [part.partition('"')[0] for part in page.split('"/static/')[1:]]
        loaded = [browser.get(f"/static/{name}").content for name in dict.fromkeys(files)]
    return (len(page.encode()) + sum(map(len, loaded))) / 1000


def _talk(address: str, texts: list[str]) -> Iterator[float]:
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=PATIENCE) as browser:
        while (
            begun := browser.post("/chat/begin", data={"school": places.SCHOOL, "role": "staff"})
        ).status_code == 429:
            time.sleep(1)  # more people than one address may have at once; not what is measured
        if begun.status_code != 303:
            raise places.BenchError(f"No conversation was begun: {begun.status_code}.")
        with browser.stream("GET", "/chat/stream") as stream:
            events = _events(stream)
            for number, text in enumerate(texts):
                key = f"{number:032x}"
                sent = time.perf_counter()
                while not _accepted(browser, text, key):
                    time.sleep(1)
                    sent = time.perf_counter()
                _until_answered(events, key)
                yield (time.perf_counter() - sent) * 1000


def _until_answered(events: Iterator[dict[str, object]], key: str) -> None:
    """The person's own line comes first, and what follows it is the answer."""
    heard = False
    for event in events:
        if heard and not event["mine"]:
            return
        heard = heard or event["key"] == key
    raise places.BenchError("The stream ended before the answer came.")


def _accepted(browser: httpx.Client, text: str, key: str) -> bool:
    posted = browser.post(
        "/chat/messages", data={"text": text, "id": key}, headers={"Accept": "application/json"}
    )
    return posted.status_code == 202


def _events(stream: httpx.Response) -> Iterator[dict[str, object]]:
    for line in stream.iter_lines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))
