"""One of several bots that talk to a Telegram on this machine, as `run` has it but for the pages.

`python -m tests.bench.telegram_bot API DATABASE_URL KEY_FILE`, until it is told to stop. Telegram
lets a bot send thirty messages a second; here it may send more, because otherwise whatever comes in
faster would wait for that and not for us.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from bot.app import App
from bot.channels.telegram.pacing import Limits
from bot.logs import configure_logging
from bot.settings import load_settings
from tests.channels.telegram.fake_api import TOKEN

LIMITS = Limits(overall=1000)


async def live(api: str, database_url: str, key_file: str) -> None:
    settings = replace(
        load_settings(dict(os.environ)),
        database_url=database_url,
        key_file=Path(key_file),
        telegram_token=TOKEN,
        telegram_api=api,
    )
    configure_logging()
    app = await App.open(settings, {}, now=_now, new_id=lambda: uuid.uuid4().hex, telegram=True)
    assert app.telegram is not None
    app.telegram.sender._pacing._limits = LIMITS
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    serving = asyncio.create_task(app.serve())
    await asked.wait()
    await app.stop()
    await serving
    await app.close()


def _now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    asyncio.run(live(*sys.argv[1:]))
