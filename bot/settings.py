"""What the technician can set: environment variables, or lines of a `.env` file.

Every setting is one field here, with its name, meaning and default; `docs/settings.md` shows the
same table, and a test holds the two together. A value that can't be used stops the start with the
name of the setting and what is wrong with it, before anything else happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.errors import SettingsError

PREFIX = "SIGNPOST_"
DESK = "/desk"
"""Where the desk is, on the one site that has the pages."""

SCHEMES = ("sqlite", "postgresql")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
NONE = "none"
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
FREE = ("here", "yes", "no")
PORTS = {"smtp": 587, "smtps": 465}
TELEGRAM_PORTS = (443, 80, 88, 8443)
"""Telegram brings messages to no other."""

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An e-mail address as far as we look at it; whether it exists is seen when mail arrives."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in; `starttls` means that it is encrypted or not sent."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Literal["starttls", "implicit", "none"]


def _database(value: str) -> str:
    scheme = urlsplit(value).scheme
    if scheme not in SCHEMES:
        raise ValueError(
            f"it must begin with {' or '.join(f'{s}://' for s in SCHEMES)}, "
            f"and begins with {scheme + '://' if scheme else 'no scheme'}"
        )
    return value


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError(f"it must be one of {', '.join(LEVELS)}")
    return value.upper()


def _count(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 64:
        raise ValueError("it must be a whole number from 1 to 64")
    return int(value)


def _seconds(value: str) -> timedelta:
    if not value.isdecimal() or not 5 <= int(value) <= 3600:
        raise ValueError("it must be a whole number of seconds from 5 to 3600")
    return timedelta(seconds=int(value))


def _days(value: str) -> timedelta:
    if not value.isdecimal() or not 1 <= int(value) <= 730:
        raise ValueError("it must be a whole number of days from 1 to 730")
    return timedelta(days=int(value))


def _hours(value: str) -> timedelta:
    if not value.isdecimal() or not 2 <= int(value) <= 720:
        raise ValueError("it must be a whole number of hours from 2 to 720")
    return timedelta(hours=int(value))


def _mail_server(value: str) -> MailServer | None:
    if value == NONE:
        return None
    # What is wrong is said without the value, which has a password in it.
    try:
        url = urlsplit(value)
        port, options = url.port, dict(parse_qsl(url.query, keep_blank_values=True))
    except ValueError:
        raise ValueError(
            "it isn't an address; write % signs and / in a password as %25 and %2F"
        ) from None
    if url.scheme not in PORTS or not url.hostname or url.path.strip("/") or url.fragment:
        raise ValueError("it must look like smtp://user:password@host:587 or smtps://host")
    starttls = options.pop("starttls", "")
    if options or starttls not in ("", "no") or (starttls and url.scheme == "smtps"):
        raise ValueError("the only option is ?starttls=no, for smtp://")
    user = unquote(url.username) if url.username else None
    password = unquote(url.password) if url.password else None
    if starttls and user and url.hostname not in OWN_MACHINE:
        raise ValueError("with ?starttls=no the password would cross the network for all to read")
    tls: Literal["starttls", "implicit", "none"] = "none" if starttls else "starttls"
    return MailServer(
        url.hostname,
        port or PORTS[url.scheme],
        user,
        password,
        "implicit" if url.scheme == "smtps" else tls,
    )


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise ValueError("it must be a whole number from 1 to 65535")
    return int(value)


def _origin(value: str) -> str | None:
    """A site without a path, as browsers name it."""
    if value == NONE:
        return None
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    plain = url.scheme in ("http", "https") and url.hostname and not url.username
    if (
        not plain
        or url.path.strip("/")
        or url.query
        or url.fragment
        or not re.fullmatch(r"[\w.:/\[\]-]+", value, re.ASCII)
    ):
        raise ValueError("it must look like https://signpost.school.example, without a path")
    usual = {"http": 80, "https": 443}[url.scheme]
    host = f"[{url.hostname}]" if ":" in str(url.hostname) else url.hostname
    return f"{url.scheme}://{host}{'' if port in (None, usual) else f':{port}'}"


def _origins(value: str) -> tuple[str, ...]:
    return tuple(origin for word in value.split() if (origin := _origin(word)) is not None)


def _page(value: str) -> str:
    try:
        url = urlsplit(value)
    except ValueError:
        url = urlsplit("")
    if url.scheme != "https" or not url.hostname or not re.fullmatch(r"[!-+\--:<-~]+", value):
        raise ValueError("it must be the https:// address of a page")
    return value


def _address(value: str) -> str | None:
    if value == NONE:
        return None
    if not ADDRESS.fullmatch(value):
        raise ValueError("it must be an e-mail address such as signpost@school.example")
    return value


def _telegram_name(value: str) -> str | None:
    if value == NONE:
        return None
    if not re.fullmatch(r"@?[A-Za-z][A-Za-z0-9_]{4,31}", value):
        raise ValueError("it must be the bot's name at Telegram, such as WelbeckSignpostBot")
    return value.removeprefix("@")


def _token(value: str) -> str | None:
    if value == NONE:
        return None
    # What is wrong is said without the value, which lets whoever has it speak as the bot.
    if not TOKEN.fullmatch(value):
        raise ValueError("it must be as BotFather gave it: digits, a colon, and letters")
    return value


def _secret(value: str) -> str | None:
    if value == NONE:
        return None
    if not SECRET.fullmatch(value):
        raise ValueError("it must be 16 to 256 of A-Z, a-z, 0-9, _ and -")
    return value


def _api(value: str) -> str:
    url = urlsplit(value)
    own = url.scheme == "http" and url.hostname in OWN_MACHINE
    if not url.hostname or not (url.scheme == "https" or own) or url.query or url.fragment:
        raise ValueError("it must look like https://api.telegram.org")
    return value.rstrip("/")


def _free(value: str) -> str:
    if value not in FREE:
        raise ValueError(f"it must be one of {', '.join(FREE)}")
    return value


def _setting(
    default: str, read: Callable[[str], Any], meaning: str, *, secret: bool = False
) -> Any:
    metadata = {"default": default, "read": read, "meaning": meaning}
    return field(metadata=metadata, repr=not secret)


@dataclass(frozen=True)
class Settings:
    database_url: str = _setting(
        "sqlite:///data/signpost.db",
        _database,
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
        "WARNING", _level, "How much Signpost logs: DEBUG, INFO, WARNING or ERROR."
    )
    workers: int = _setting("8", _count, "How many conversations one process works on at once.")
    lease: timedelta = _setting(
        "30",
        _seconds,
        "Seconds after which a message whose process has died is taken up by another.",
    )
    gaps_kept: timedelta = _setting(
        "180", _days, "Days that questions without an answer are kept, without names and numbers."
    )
    draft_hours: timedelta = _setting(
        "72",
        _hours,
        "Hours of silence after which the answers of an unfinished form are wiped; one reminder "
        "goes out at half of it.",
    )
    smtp_url: MailServer | None = _setting(
        NONE,
        _mail_server,
        "The server that takes alerts by e-mail: `smtp://user:password@host:587`, always encrypted "
        "with STARTTLS, or `smtps://user:password@host:465`. Only for a server on this machine or "
        "without a password, `?starttls=no` sends in clear.",
    )
    mail_from: str | None = _setting(
        NONE, _address, "The address that alerts come from; `SIGNPOST_SMTP_URL` needs it."
    )
    admin_mail: str | None = _setting(
        NONE,
        _address,
        "The address of whoever looks after Signpost. They are told when an alert reaches nobody: "
        "the reference and the school, and nothing of what it says.",
    )
    host: str = _setting(
        "127.0.0.1",
        str,
        "The address of this machine that the pages are served on; `0.0.0.0` for all it has.",
    )
    port: int = _setting("8000", _port, "The port that the pages are served on.")
    public_url: str | None = _setting(
        NONE,
        _origin,
        "The address at which people reach the pages, when it is another one, such as "
        "`https://signpost.school.example` behind a web server that does the encryption.",
    )
    embed_on: tuple[str, ...] = _setting(
        NONE,
        _origins,
        "The school's own sites that may show the chat in a frame (`/chat/embed/SCHOOL`), with "
        "spaces between them.",
    )
    chat_free: str = _setting(
        "here",
        _free,
        "Whether people may choose their school and role on the chat page, to try it out: `yes`, "
        "`no`, or `here` for only while the pages are served to this machine alone. Otherwise "
        "staff need an invitation, and parents one or their school's page, `/chat/school/SCHOOL`.",
    )
    leave_to: str = _setting(
        "https://www.bbc.co.uk/weather",
        _page,
        "The page that “Leave quickly” goes to. Take one that anybody might be looking at.",
    )
    telegram_token: str | None = _setting(
        NONE,
        _token,
        "The token that BotFather gave for your Telegram bot. With it, `run` answers in Telegram.",
        secret=True,
    )
    telegram_secret: str | None = _setting(
        NONE,
        _secret,
        "With it, Telegram brings messages to `SIGNPOST_PUBLIC_URL` and shows this secret: 16 to "
        "256 letters, digits, _ or -, drawn at random. Without it Signpost fetches messages by "
        "itself, which needs no open door.",
        secret=True,
    )
    telegram_api: str = _setting(
        "https://api.telegram.org",
        _api,
        "Where Telegram's Bot API is. Only a test or an API server of one's own needs another.",
    )
    telegram_name: str | None = _setting(
        NONE, _telegram_name, "The bot's name at Telegram, for the links of invitations."
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
