"""The doors into the chat and the cookie that goes with each: a token that means nothing.

The browser holds 256 random bits. The conversation is named by their hash, so nobody who reads the
database, a backup or a log can take a conversation over. There is one door on the site itself, and
one for each school's own pages, whose frame must be able to send its cookie from inside another
site; the two never share a cookie.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request

from bot.channels.web.streams import CHANNEL

BASE = "/chat"
COOKIE = "signpost_chat"
FRAME_COOKIE = "signpost_frame"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
GIVEN_ID = re.compile(r"[0-9a-f]{32}")
NAME = re.compile(rf"{CHANNEL}:[0-9a-f]{{64}}")
"""What a conversation is called. Who knows it can end it and nothing else."""

SILENCE = timedelta(days=14)
"""After this a conversation is over: a question back may take the school some working days."""


@dataclass(frozen=True)
class Door:
    """`school` where the door leads to one only; `framed` inside a school's own page."""

    base: str
    school: str | None = None
    framed: bool = False

    @classmethod
    def of(cls, request: Request) -> Door:
        school = request.path_params.get("school")
        if school is not None and request.url.path.startswith(f"{BASE}/embed/"):
            # Quoted, since the address goes into headers and somebody else may have made it up.
            return cls(f"{BASE}/embed/{quote(school, safe='')}", school, True)
        return cls(BASE, school)

    @property
    def name(self) -> str:
        # The frame's page lies below the site's, so the browser sends it the site's cookie as well.
        return FRAME_COOKIE if self.framed else COOKIE

    def cookie(self, token: str, secure: bool) -> str:
        """The Set-Cookie line. Python's own cookies don't know `Partitioned` yet."""
        return self._line(token, int(SILENCE.total_seconds()), secure)

    def no_cookie(self, secure: bool) -> str:
        return self._line("", 0, secure)

    def _line(self, value: str, age: int, secure: bool) -> str:
        line = f"{self.name}={value}; Path={self.base}; Max-Age={age}; HttpOnly"
        if self.framed and secure:
            # Without this a browser keeps no cookie of a page inside another site's page.
            return f"{line}; Secure; SameSite=None; Partitioned"
        return f"{line}; SameSite=Lax{'; Secure' if secure else ''}"

    def conversation(self, request: Request) -> str | None:
        """The conversation that this browser holds, if its cookie can be one of ours."""
        token = request.cookies.get(self.name, "")
        return conversation_of(token) if TOKEN.fullmatch(token) else None


def new_token() -> str:
    return secrets.token_urlsafe(32)


def conversation_of(token: str) -> str:
    return f"{CHANNEL}:{hashlib.sha256(token.encode()).hexdigest()}"


def update_of(conversation: str, given: str) -> str:
    """A message's number: the page's own, so that sending it twice is sending it once.

    It is tied to the conversation, so that nobody can use up a number of somebody else's.
    """
    return f"{conversation.removeprefix(f'{CHANNEL}:')[:24]}-{given}"


def shown_id(update: str) -> str:
    """The part of a message's number that the page knows it by."""
    return update.rpartition("-")[2]
