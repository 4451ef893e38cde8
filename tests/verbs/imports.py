"""A program that brings up the whole bot, takes two messages, and prints what was imported."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

from bot.logs import configure_logging
from bot.messages import Arrival
from bot.settings import Settings, load_settings

SAID = ("can I post photos of the fair?", "a parent messaged me, I want to report it")


def settings(folder: Path, model_dir: str, content_dir: str) -> Settings:
    """Everything that can be turned on is on, so that nothing is missed."""
    return load_settings(
        {
            "SIGNPOST_DATABASE_URL": f"sqlite:///{folder / 'signpost.db'}",
            "SIGNPOST_KEY_FILE": str(folder / "signpost.key"),
            "SIGNPOST_MODEL_DIR": model_dir,
            "SIGNPOST_CONTENT_DIR": content_dir,
            "SIGNPOST_TELEGRAM_TOKEN": "1:nobodys",
            "SIGNPOST_SMTP_URL": "smtp://localhost?starttls=no",
            "SIGNPOST_MAIL_FROM": "signpost@school.example",
            "SIGNPOST_METRICS_ON": "127.0.0.1:9464",
            "SIGNPOST_PING_URL": "https://watch.example/",
        }
    )


async def main(made: Settings) -> None:
    import bot.ping  # noqa: F401
    from bot.app import App
    from bot.channels.web.streams import Streams
    from bot.verbs.run import book_of, chat_of, office_of, site_of
    from bot.verbs.watch import server_of

    app = await App.open(
        made,
        {},
        now=lambda: datetime.now(timezone.utc),
        new_id=lambda: uuid.uuid4().hex,
        telegram=True,
    )
    chats, pages = chat_of(app, Streams())
    server_of(site_of(made, app, chats, pages, office_of(made, app, book_of(app))))
    for number, text in enumerate(SAID):
        await app.answer(Arrival("terminal", str(number), "terminal:x", "welbeck", "staff", text))
    await app.close()


if __name__ == "__main__":
    configure_logging()
    asyncio.run(main(settings(Path(sys.argv[1]), *sys.argv[2:4])))
    print(json.dumps(sorted(sys.modules)))
