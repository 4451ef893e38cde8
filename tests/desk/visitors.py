"""Somebody at a browser without scripts: follows links, sends forms, keeps cookies."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import pyotp
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.desk import Office, desk_app
from bot.desk.enter import Paper
from bot.desk.factor import STEP
from bot.dialogue.filed import filed, forms_in
from bot.dialogue.training import DOMAIN
from bot.store import Store
from tests.conftest import Clock
from tests.store.readers import CHEAP, OAKFIELD, PASSPHRASE

ADDRESS = "http://desk.test"
SCHOOLS = [("oakfield", "Oakfield School"), ("elmtree", "Elm Tree Primary")]
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
SECRET = re.compile(r'<p class="key">([A-Z2-7 ]+)</p>')


def office(store: Store, clock: Clock, new_token: Callable[[], str]) -> Office:
    secrets = iter(range(1, 10_000))
    return Office(
        store=store,
        schools=lambda: SCHOOLS,
        now=clock,
        new_token=new_token,
        new_secret=lambda size: next(secrets).to_bytes(size, "big"),
        secure=False,
        cost=CHEAP,
    )


FORMS = forms_in(DOMAIN)


def paper() -> Paper:
    """The bot's own forms, and the routes of the first school."""
    numbers = iter(range(2222, 9999))
    return Paper(
        FORMS,
        lambda kind, answers, **more: filed(FORMS[kind], answers, **more),
        lambda school: OAKFIELD,
        lambda: f"SP-2222-{next(numbers)}",
    )


def application(office: Office) -> Starlette:
    return Starlette(routes=[Mount("/desk", app=desk_app(office))])


NUMBERS = re.compile(r"\{\w+:int\}")


def every_route(desk: Starlette, parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each method and address that the application itself has, so that none can be forgotten."""
    for route in desk.routes:
        if isinstance(route, Route):
            path = NUMBERS.sub("1", route.path)
            for name, value in parameters.items():
                path = path.replace(name, value)
            for method in sorted(route.methods or ()):
                yield method, path


@dataclass
class Visitor:
    """One browser."""

    app: Starlette
    clock: Clock
    address: str = "192.0.2.1"
    secret: bytes = b""
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(self.app, client=(self.address, 50000))
        self.client = httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(f"/desk{path}")

    async def post(self, path: str, page: str | None = None, **form: str) -> httpx.Response:
        """Send the form of a page: the one at `page`, or at the same address."""
        shown = await self.get(page or path)
        found = CSRF.search(shown.text)
        token = found[1] if found else ""
        return await self.client.post(f"/desk{path}", data={"csrf": token, **form})

    def code(self) -> str:
        """What the phone shows, each time another one."""
        from datetime import timedelta

        self.clock.advance(timedelta(seconds=STEP))
        return pyotp.TOTP(base64.b32encode(self.secret).decode()).at(self.clock())

    async def sign_in(
        self, account: str, passphrase: str = PASSPHRASE, code: str | None = None, to: str = ""
    ) -> httpx.Response:
        if code is None:
            code = self.code() if self.secret else ""
        return await self.post("/sign-in", account=account, passphrase=passphrase, code=code, to=to)

    async def link_phone(self) -> httpx.Response:
        shown = await self.get("/second-factor")
        found = SECRET.search(shown.text)
        assert found, shown.text
        self.secret = base64.b32decode(found[1].replace(" ", ""))
        return await self.post("/second-factor", code=self.code())

    async def in_as(self, account: str) -> Visitor:
        """Signed in for the first time, with a phone linked."""
        assert (await self.sign_in(account)).headers["location"] == "/desk/"
        assert (await self.link_phone()).headers["location"] == "/desk/?welcome=1"
        return self


def seen(answer: httpx.Response) -> str:
    """The words of a page, without its markup."""
    bare = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(bare).split())
