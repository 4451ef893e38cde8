"""How the text of a setting becomes a value; ValueError says what is wrong with it, in half a
sentence, and never repeats a value that may hold a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

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


def database(value: str) -> str:
    scheme = urlsplit(value).scheme
    if scheme not in SCHEMES:
        raise ValueError(
            f"it must begin with {' or '.join(f'{s}://' for s in SCHEMES)}, "
            f"and begins with {scheme + '://' if scheme else 'no scheme'}"
        )
    return value


def level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError(f"it must be one of {', '.join(LEVELS)}")
    return value.upper()


def count(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 64:
        raise ValueError("it must be a whole number from 1 to 64")
    return int(value)


def seconds(value: str) -> timedelta:
    if not value.isdecimal() or not 5 <= int(value) <= 3600:
        raise ValueError("it must be a whole number of seconds from 5 to 3600")
    return timedelta(seconds=int(value))


def days(value: str) -> timedelta:
    if not value.isdecimal() or not 1 <= int(value) <= 730:
        raise ValueError("it must be a whole number of days from 1 to 730")
    return timedelta(days=int(value))


def hours(value: str) -> timedelta:
    if not value.isdecimal() or not 2 <= int(value) <= 720:
        raise ValueError("it must be a whole number of hours from 2 to 720")
    return timedelta(hours=int(value))


def mail_server(value: str) -> MailServer | None:
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


def port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise ValueError("it must be a whole number from 1 to 65535")
    return int(value)


def door(value: str) -> tuple[str, int] | None:
    """An address of this machine and a port."""
    if value == NONE:
        return None
    host, _, behind = value.rpartition(":")
    if not re.fullmatch(r"[\w.-]+|\[[0-9A-Fa-f:]+\]", host, re.ASCII):
        raise ValueError("it must look like 127.0.0.1:9464")
    return host.strip("[]"), port(behind)


def ping(value: str) -> str | None:
    if value == NONE:
        return None
    # What is wrong is said without the value: whoever has it can say that all is well.
    try:
        url = urlsplit(value)
        own = url.scheme == "http" and url.hostname in OWN_MACHINE
        usable = bool(url.hostname) and (url.scheme == "https" or own)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("it must be an https:// address, as the watcher gave it")
    return value


def origin(value: str) -> str | None:
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


def origins(value: str) -> tuple[str, ...]:
    return tuple(site for word in value.split() if (site := origin(word)) is not None)


def page(value: str) -> str:
    try:
        url = urlsplit(value)
    except ValueError:
        url = urlsplit("")
    if url.scheme != "https" or not url.hostname or not re.fullmatch(r"[!-+\--:<-~]+", value):
        raise ValueError("it must be the https:// address of a page")
    return value


def address(value: str) -> str | None:
    if value == NONE:
        return None
    if not ADDRESS.fullmatch(value):
        raise ValueError("it must be an e-mail address such as signpost@school.example")
    return value


def telegram_name(value: str) -> str | None:
    if value == NONE:
        return None
    if not re.fullmatch(r"@?[A-Za-z][A-Za-z0-9_]{4,31}", value):
        raise ValueError("it must be the bot's name at Telegram, such as WelbeckSignpostBot")
    return value.removeprefix("@")


def token(value: str) -> str | None:
    if value == NONE:
        return None
    # What is wrong is said without the value, which lets whoever has it speak as the bot.
    if not TOKEN.fullmatch(value):
        raise ValueError("it must be as BotFather gave it: digits, a colon, and letters")
    return value


def secret(value: str) -> str | None:
    if value == NONE:
        return None
    if not SECRET.fullmatch(value):
        raise ValueError("it must be 16 to 256 of A-Z, a-z, 0-9, _ and -")
    return value


def api(value: str) -> str:
    url = urlsplit(value)
    own = url.scheme == "http" and url.hostname in OWN_MACHINE
    if not url.hostname or not (url.scheme == "https" or own) or url.query or url.fragment:
        raise ValueError("it must look like https://api.telegram.org")
    return value.rstrip("/")


def free(value: str) -> str:
    if value not in FREE:
        raise ValueError(f"it must be one of {', '.join(FREE)}")
    return value
