"""How long people wait in Telegram when five hundred of them write fifty messages a second.

The messages come over HTTP from the fake Bot API, which runs beside the bot in one process, so its
own work is part of what is measured. Telegram itself lets a bot send thirty messages a second; the
first figure is without that limit, because with it the rest waits for Telegram and not for us.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.app import App
from bot.cases.enrolment import invitation
from bot.channels.telegram.pacing import Limits
from bot.logs import configure_logging
from bot.settings import load_settings
from bot.verbs.care import make_model
from tests.bench import places
from tests.bench.figures import Figure, percentile
from tests.bench.messages import messages
from tests.channels.telegram.fake_api import TOKEN, FakeApi, running

PEOPLE, A_SECOND, SECONDS = 500, 50, 60
CODE = "a-code-for-all-of-the-bench"
WAITED = """
    SELECT (julianday(min(o.sent_at)) - julianday(u.received_at)) * 86400
    FROM updates u JOIN inbox i ON i.update_id = u.update_id JOIN outbox o ON o.inbox_id = i.id
    WHERE i.channel = 'telegram' GROUP BY u.id
"""


def measure(quick: bool) -> list[Figure]:
    waits, sent = asyncio.run(_run(10 if quick else SECONDS))
    name = f"Telegram, {A_SECOND} messages a second from {PEOPLE} people"
    return [
        Figure(f"{name}: kept to sent, p50", percentile(waits, 0.5), "s"),
        Figure(f"{name}: kept to sent, p95", percentile(waits, 0.95), "s", 2.0),
        Figure(f"{name}: without an answer", sent - len(waits), "", 0),
    ]


async def _run(seconds: int) -> tuple[list[float], int]:
    settings = load_settings(dict(os.environ))
    make_model(settings.model_dir)
    places.CACHE.mkdir(exist_ok=True)
    configure_logging()
    with tempfile.TemporaryDirectory(dir=places.CACHE, prefix="telegram-") as folder:
        async with running(FakeApi()) as fake:
            own = replace(
                settings,
                database_url=f"sqlite:///{folder}/bench.db",
                key_file=Path(folder) / "bench.key",
                telegram_token=TOKEN,
                telegram_api=fake.url,
            )
            app = await App.open(own, {}, now=_now, new_id=lambda: uuid.uuid4().hex, telegram=True)
            await _enrol(app)
            serving = asyncio.create_task(app.serve())
            sent = await _traffic(fake, seconds)
            waits = await _waits(app, sent)
            await app.stop()
            await serving
            await app.close()
    return waits, sent


async def _enrol(app: App) -> None:
    for channel in app._channels:
        channel.sender._pacing._limits = Limits(overall=1000)  # type: ignore[attr-defined]
    open_to_all = invitation("welbeck", "parent", _now() + timedelta(hours=1), uses=PEOPLE)
    await app._store.enrolments.invite(open_to_all, CODE)
    for person in range(PEOPLE):
        name = app._store.doorstep.name_for("telegram", 10_000 + person)
        await app._store.enrolments.accept(CODE, name)


async def _traffic(fake: FakeApi, seconds: int) -> int:
    await fake.until(lambda: fake.of("getUpdates"))
    loop, texts = asyncio.get_running_loop(), itertools.cycle(messages(200))
    begun = loop.time()
    for number in range(seconds * A_SECOND):
        await asyncio.sleep(max(0.0, begun + number / A_SECOND - loop.time()))
        await fake.write(10_000 + number % PEOPLE, next(texts))
    return seconds * A_SECOND


async def _waits(app: App, sent: int) -> list[float]:
    def read(at: Any) -> list[float]:
        return list(at.exec_driver_sql(WAITED).scalars())

    for _ in range(120):
        waits = await app._store._database.read(read)
        if len([one for one in waits if one is not None]) >= sent:
            break
        await asyncio.sleep(1)
    return [one for one in waits if one is not None]


def _now() -> datetime:
    return datetime.now(timezone.utc)
