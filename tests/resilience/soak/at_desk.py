"""A reader at the desk: opens what came in, and writes notes, each with a mark of its own."""

from __future__ import annotations

import asyncio
import base64
import random
import re
import time
from collections.abc import Callable

import httpx
import pyotp

from bot.desk.factor import STEP
from tests.desk.visitors import CSRF, SECRET
from tests.resilience.soak.ledger import Ledger
from tests.resilience.soak.on_page import FROM_OWN_PAGE
from tests.resilience.soak.talking import REFERENCE
from tests.store.readers import PASSPHRASE

MOVES = re.compile(r'name="moves" value="(\d+)"')
KEPT, ELSEWHERE = "/desk/records/", "/desk/sign-in"


class Reader:
    """`desk` gives the address of the bot whose desk they sit at: an open key is in its memory."""

    def __init__(
        self, desk: Callable[[], str], account: str, ledger: Ledger, chance: random.Random
    ) -> None:
        self._desk = desk
        self._account = account
        self._ledger = ledger
        self._chance = chance
        self._client = httpx.AsyncClient(headers=FROM_OWN_PAGE, timeout=30)
        self._secret = ""
        self._used = 0

    async def close(self) -> None:
        await self._client.aclose()

    async def work(self) -> None:
        """One look into the inbox, and a note on one of the reports."""
        page = await self._get("/")
        if page.status_code != 200:
            await self._sign_in()
            return
        references = REFERENCE.findall(page.text)
        if not references:
            return
        path = f"/records/{self._chance.choice(references)}"
        record = await self._get(path)
        csrf, moves = CSRF.search(record.text), MOVES.search(record.text)
        if record.status_code != 200 or csrf is None or moves is None:
            return
        mark = self._ledger.mark()
        self._ledger.notes[mark] = False  # until it is said to be kept, nobody knows
        note = {"what": "note", "text": f"Spoke to them in {mark}.", "moves": moves[1]}
        answer = await self._post(f"{path}/step", csrf=csrf[1], **note)
        if answer.headers.get("location", "").startswith(KEPT):
            self._ledger.notes[mark] = True

    async def _sign_in(self) -> None:
        code = await self._code() if self._secret else ""
        page = await self._get("/sign-in")
        csrf = CSRF.search(page.text)
        if csrf is None:
            return
        typed = {"account": self._account, "passphrase": PASSPHRASE, "code": code, "to": ""}
        answer = await self._post("/sign-in", csrf=csrf[1], **typed)
        if answer.status_code == 303 and not self._secret:
            await self._link_phone()

    async def _link_phone(self) -> None:
        page = await self._get("/second-factor")
        csrf, secret = CSRF.search(page.text), SECRET.search(page.text)
        if csrf is None or secret is None:
            return
        self._secret = secret[1].replace(" ", "")
        answer = await self._post("/second-factor", csrf=csrf[1], code=await self._code())
        if answer.status_code != 303:
            self._secret = ""

    async def _code(self) -> str:
        """Each code counts once, so a reader who comes back soon waits for the next."""
        while int(time.time()) // STEP <= self._used:
            await asyncio.sleep(1)
        self._used = int(time.time()) // STEP
        return pyotp.TOTP(base64.b32encode(base64.b32decode(self._secret)).decode()).now()

    async def _get(self, path: str) -> httpx.Response:
        return self._noted(path, await self._client.get(f"{self._desk()}/desk{path}"))

    async def _post(self, path: str, **form: str) -> httpx.Response:
        return self._noted(path, await self._client.post(f"{self._desk()}/desk{path}", data=form))

    def _noted(self, path: str, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 500 and answer.status_code != 503:
            self._ledger.refused[f"/desk{REFERENCE.sub('…', path)}: {answer.status_code}"] += 1
        return answer
