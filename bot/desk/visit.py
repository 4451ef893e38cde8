"""One request to the desk: whose it is, what was typed, and the tokens that go with it.

A form is tied to the cookie by a token that is worked out from it, so that no other site, which
can't read the cookie, can send a form in somebody's name. It holds before signing in as well, and
in the tests.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.cases.people import Reader
from bot.desk.cases import Cases, Casework
from bot.desk.keychain import Keychain
from bot.desk.lent import Lent
from bot.desk.signing import Signing
from bot.store import Store
from bot.store.desk_sessions import Session

COOKIE = "signpost_desk"
AT_LENGTH = ("text", "conditions", "lessons", "answer-what")
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")


@dataclass(frozen=True)
class Services:
    """What the desk's pages work with."""

    store: Store
    cases: Cases
    casework: Casework
    signing: Signing
    keychain: Keychain
    lent: Lent = field(default_factory=Lent)


@dataclass(frozen=True)
class Visit:
    """`private` is there exactly when somebody is signed in, and opens their records."""

    services: Services
    token: str = field(repr=False)
    base: str
    address: str
    session: Session | None
    private: bytes | None = field(repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[bytes, ...] = field(default=(), repr=False)
    lapsed: bool = False

    @property
    def csrf(self) -> str:
        return csrf_of(self.token)

    @property
    def signed_in(self) -> Reader:
        """Who it is, with or without a second factor; for the pages that set one up."""
        if self.session is None:
            raise RuntimeError("a page for people who are signed in was let out without one")
        return self.session.reader

    @property
    def reader(self) -> Reader:
        if self.session is None or not self.session.whole:
            raise RuntimeError("a page for people who are signed in was let out without one")
        return self.session.reader

    @property
    def key(self) -> bytes:
        if self.private is None:
            raise RuntimeError("a page for people who are signed in was let out without a key")
        return self.private

    def left(self) -> Visit:
        """The same visit of somebody who is signed in no longer."""
        return replace(self, session=None, private=None)

    def typed(self, name: str) -> str:
        return self.form.get(name, "")

    @property
    def written(self) -> list[str]:
        """What somebody wrote at length, which shouldn't be lost."""
        return [self.typed(name) for name in AT_LENGTH if self.typed(name).strip()]

    def goes_to(self, path: str) -> Response:
        return RedirectResponse(self.base + path, 303)


def csrf_of(token: str) -> str:
    return hmac.new(token.encode(), b"signpost form", hashlib.sha256).hexdigest()


def visit_of(request: Request) -> Visit:
    visit = request.scope["signpost_visit"]
    if not isinstance(visit, Visit):
        raise TypeError(visit)
    return visit


def set_cookie(response: Response, token: str, base: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, token, path=base or "/", secure=secure, httponly=True, samesite="lax"
    )
