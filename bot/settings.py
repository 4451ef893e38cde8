"""What the technician can set: environment variables, or lines of a `.env` file.

Every setting is one field here, with its name, meaning and default; `docs/settings.md` shows the
same table, and a test holds the two together. A value that can't be used stops the start with the
name of the setting and what is wrong with it, before anything else happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot import values
from bot.errors import SettingsError
from bot.values import NONE, TELEGRAM_PORTS, MailServer

PREFIX = "SIGNPOST_"
DESK = "/desk"
"""Where the desk is, on the one site that has the pages."""


def _setting(
    default: str, read: Callable[[str], Any], meaning: str, *, secret: bool = False
) -> Any:
    metadata = {"default": default, "read": read, "meaning": meaning}
    return field(metadata=metadata, repr=not secret)


@dataclass(frozen=True)
class Settings:
    database_url: str = _setting(
        "sqlite:///data/signpost.db",
        values.database,
        "Where everything is kept: an SQLite file, or `postgresql://user:password@host/name`.",
    )
    key_file: Path = _setting(
        "data/signpost.key",
        Path,
        "The server's key, which encrypts what the database holds. Made on first start. "
        "Back it up apart from the database: without it nothing can be read.",
    )
    model_dir: Path = _setting("models", Path, "Where trained models are kept.")
    content_dir: Path = _setting(
        "policy_content", Path, "The folder with the topics, the helplines and a pack per school."
    )
    log_level: str = _setting(
        "WARNING", values.level, "How much Signpost logs: DEBUG, INFO, WARNING or ERROR."
    )
    workers: int = _setting(
        "8", values.count, "How many conversations one process works on at once."
    )
    lease: timedelta = _setting(
        "30",
        values.seconds,
        "Seconds after which a message whose process has died is taken up by another.",
    )
    gaps_kept: timedelta = _setting(
        "180",
        values.days,
        "Days that questions without an answer are kept, without names and numbers.",
    )
    words_kept: timedelta = _setting(
        "30",
        values.days,
        "Days of silence after which what was said in a conversation is erased. What was handed "
        "over is a record by then, and is kept by its own rules.",
    )
    draft_hours: timedelta = _setting(
        "72",
        values.hours,
        "Hours of silence after which the answers of an unfinished form are wiped; one reminder "
        "goes out at half of it.",
    )
    smtp_url: MailServer | None = _setting(
        NONE,
        values.mail_server,
        "The server that takes alerts by e-mail: `smtp://user:password@host:587`, always encrypted "
        "with STARTTLS, or `smtps://user:password@host:465`. Only for a server on this machine or "
        "without a password, `?starttls=no` sends in clear.",
    )
    mail_from: str | None = _setting(
        NONE, values.address, "The address that alerts come from; `SIGNPOST_SMTP_URL` needs it."
    )
    admin_mail: str | None = _setting(
        NONE,
        values.address,
        "The address of whoever looks after Signpost. They are told when an alert reaches nobody: "
        "the reference and the school, and nothing of what it says.",
    )
    host: str = _setting(
        "127.0.0.1",
        str,
        "The address of this machine that the pages are served on; `0.0.0.0` for all it has.",
    )
    port: int = _setting("8000", values.port, "The port that the pages are served on.")
    public_url: str | None = _setting(
        NONE,
        values.origin,
        "The address at which people reach the pages, when it is another one, such as "
        "`https://signpost.school.example` behind a web server that does the encryption.",
    )
    embed_on: tuple[str, ...] = _setting(
        NONE,
        values.origins,
        "The school's own sites that may show the chat in a frame (`/chat/embed/SCHOOL`), with "
        "spaces between them.",
    )
    chat_free: str = _setting(
        "here",
        values.free,
        "Whether people may choose their school and role on the chat page, to try it out: `yes`, "
        "`no`, or `here` for only while the pages are served to this machine alone. Otherwise "
        "staff need an invitation, and parents one or their school's page, `/chat/school/SCHOOL`.",
    )
    leave_to: str = _setting(
        "https://www.bbc.co.uk/weather",
        values.page,
        "The page that “Leave quickly” goes to. Take one that anybody might be looking at.",
    )
    metrics_on: tuple[str, int] | None = _setting(
        NONE,
        values.door,
        "An address of this machine with a port, such as `127.0.0.1:9464`, on which figures for "
        "Prometheus and the health of each part are served to whoever asks: keep it from outside.",
    )
    ping_url: str | None = _setting(
        NONE,
        values.ping,
        "An address of an outside watcher that is called each minute while all is well. When the "
        "calls stop, it tells you. Keep it secret: whoever has it can say that all is well.",
        secret=True,
    )
    telegram_token: str | None = _setting(
        NONE,
        values.token,
        "The token that BotFather gave for your Telegram bot. With it, `run` answers in Telegram.",
        secret=True,
    )
    telegram_secret: str | None = _setting(
        NONE,
        values.secret,
        "With it, Telegram brings messages to `SIGNPOST_PUBLIC_URL` and shows this secret: 16 to "
        "256 letters, digits, _ or -, drawn at random. Without it Signpost fetches messages by "
        "itself, which needs no open door.",
        secret=True,
    )
    telegram_api: str = _setting(
        "https://api.telegram.org",
        values.api,
        "Where Telegram's Bot API is. Only a test or an API server of one's own needs another.",
    )
    telegram_name: str | None = _setting(
        NONE, values.telegram_name, "The bot's name at Telegram, for the links of invitations."
    )

    def on_desk(self, reference: str = "") -> str | None:
        """Where a record, or the desk, is for somebody who is sent there; None if it is nowhere."""
        if self.public_url is None or not self.public_url.startswith("https:"):
            return None
        return f"{self.public_url}{DESK}/{f'records/{reference}' if reference else ''}"


@dataclass(frozen=True)
class SettingRow:
    """A line of the documented table."""

    name: str
    default: str
    meaning: str


def table() -> list[SettingRow]:
    return [
        SettingRow(PREFIX + f.name.upper(), f.metadata["default"], f.metadata["meaning"])
        for f in fields(Settings)
    ]


def load_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Read the settings; the environment wins over the file."""
    given = {**_from_file(env_file), **environment}
    known = {PREFIX + f.name.upper() for f in fields(Settings)}
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(
                f"{name} is not a setting of Signpost. The settings are: "
                f"{', '.join(sorted(known))}."
            )
    settings = Settings(**{f.name: _value(f.name, f.metadata, given) for f in fields(Settings)})
    if settings.smtp_url and not settings.mail_from:
        raise SettingsError(
            "The setting SIGNPOST_MAIL_FROM is missing: SIGNPOST_SMTP_URL needs an address that "
            "alerts come from."
        )
    if settings.telegram_secret and not _telegram_reaches(settings.public_url):
        raise SettingsError(
            "The setting SIGNPOST_PUBLIC_URL must be an https:// address on one of the ports "
            f"{', '.join(map(str, TELEGRAM_PORTS))}: SIGNPOST_TELEGRAM_SECRET lets Telegram bring "
            "messages there, and it brings them nowhere else."
        )
    return settings


def _telegram_reaches(address: str | None) -> bool:
    url = urlsplit(address or "")
    return url.scheme == "https" and (url.port or 443) in TELEGRAM_PORTS


def _value(name: str, metadata: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    variable = PREFIX + name.upper()
    text = given.get(variable, "").strip() or metadata["default"]
    try:
        return metadata["read"](text)
    except ValueError as error:
        raise SettingsError(f"The setting {variable} can't be used: {error}.") from None


def _from_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.exists():
        return {}
    try:
        text = env_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The file {env_file} can't be read ({type(error).__name__}). "
            "Make it readable, as plain text, or remove it."
        ) from None
    for line in parse_stream(StringIO(text)):
        if line.error or (line.key and line.value is None):
            raise SettingsError(
                f"{env_file}, line {line.original.line}: this isn't of the form NAME=value. "
                "Correct it, or put a # in front of it."
            )
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}
