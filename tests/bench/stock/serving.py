"""Stock Rasa as its makers run it: `rasa run`, an action server beside it, conversations in SQL."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml

from tests.bench import places
from tests.bench.stock import environment
from tests.ports import free_ports

PATIENCE = 240.0
"""Seconds until it answers its first request; loading TensorFlow and the model takes about 40."""


@dataclass(frozen=True)
class Served:
    client: httpx.AsyncClient
    address: str


@asynccontextmanager
async def serve(database: str, folder: Path) -> AsyncIterator[Served]:
    model, (talks, acts) = environment.model(), free_ports(2)
    actions = folder / "actions"
    actions.mkdir(exist_ok=True)
    (actions / "__init__.py").touch()
    endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
    endpoints.write_text(
        yaml.safe_dump(
            {
                "tracker_store": _in_sql(database),
                "action_endpoint": {"url": f"http://127.0.0.1:{acts}/webhook"},
            }
        )
    )
    credentials.write_text("rest:\n")
    run = ["run", "--model", str(model), "--interface", "127.0.0.1", "--port", str(talks)]
    files = ["--endpoints", str(endpoints), "--credentials", str(credentials)]
    async with AsyncExitStack() as stack:
        act = ["run", "actions", "--actions", "actions", "--port", str(acts)]
        stack.enter_context(_running(act, folder))
        rasa = stack.enter_context(_running([*run, *files], folder))
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE))
        address = f"http://127.0.0.1:{talks}"
        await _until_it_answers(client, address, rasa)
        yield Served(client, f"{address}/webhooks/rest/webhook")


def _in_sql(database: str) -> dict[str, Any]:
    """A tracker store in the same server as our tables."""
    url = urlsplit(database)
    return {
        "type": "SQL",
        "dialect": "postgresql",
        "username": url.username,
        "db": url.path.lstrip("/"),
        "query": {"host": parse_qs(url.query)["host"][0]},
    }


@contextmanager
def _running(verb: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    python = str(environment.environment() / "bin" / "python")
    with (folder / "stock.log").open("ab") as log:
        process = subprocess.Popen(
            [python, "-W", "ignore", "-m", "rasa", *verb],
            cwd=folder,
            env={**os.environ, **environment.APART},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


async def _until_it_answers(
    client: httpx.AsyncClient, address: str, rasa: subprocess.Popen[bytes]
) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and rasa.poll() is None:
        try:
            if (await client.get(address)).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.5)
    raise places.BenchError("Stock Rasa didn't begin to answer.")
