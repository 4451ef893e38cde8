"""What every verb begins with: the settings, the clock, and names for new things."""

from __future__ import annotations

import os
import uuid
from datetime import datetime, timezone
from pathlib import Path

from bot.logs import configure_logging
from bot.settings import Settings, load_settings

ENV_FILE = Path(".env")


def load() -> Settings:
    settings = load_settings(os.environ, ENV_FILE)
    configure_logging(settings.log_level)
    return settings


def now() -> datetime:
    return datetime.now(timezone.utc)


def new_id() -> str:
    return uuid.uuid4().hex
