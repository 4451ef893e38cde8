"""Signing in, and getting back in with the recovery sheet.

Whoever isn't let in is told the same words after the same work, whether there is such a reader, the
passphrase is wrong or the code is: so nobody learns here who receives a school's reports.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.desk import factor
from bot.desk.keychain import Keychain
from bot.errors import BotError, WrongPassphrase
from bot.readers import check_passphrase
from bot.store.desk_accounts import Account
from bot.store.desk_sessions import Desk
from bot.store.keyholders import Keyholders
from bot.store.keyring import (
    Cost,
    ReaderKeys,
    from_paper,
    new_reader_keys,
    open_key,
    public_of,
    unlock,
)

Worked = TypeVar("Worked")

IDLE = timedelta(minutes=20)
LONGEST = timedelta(hours=12)

FREE_TRIES = 5
FREE_TRIES_AN_ADDRESS = 40
"""A whole school may come from one address."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

MOST_WAITING = 16
"""Each passphrase takes a quarter of a gigabyte to try; so they are tried one after the other."""

NOT_IN = (
    "That didn't let you in. Check the address, the passphrase (capitals and spaces count) and the "
    "code, which changes every 30 seconds; wait for the next one if you have used this one. If you "
    "receive reports at two schools, use your reader number."
)
NOT_RECOVERED = (
    "That can't be used. Check the address or number, and that the sheet is the one of this "
    "school. Nothing was changed."
)
BUSY = "Many people are signing in just now. Nothing is wrong; try again in a minute."


log = logging.getLogger(__name__)


class NotIn(BotError):  # noqa: N818  # what happened, not what kind of thing it is
    """Not let in."""


class TooOften(BotError):  # noqa: N818  # likewise
    """Somebody has tried too often, and is told when to come back."""


@dataclass(frozen=True)
class Typed:
    """What somebody signs in with, from which address."""

    account: str
    passphrase: str = field(repr=False)
    code: str = field(repr=False)
    address: str


class Signing:
    def __init__(
        self,
        desk: Desk,
        keyholders: Keyholders,
        keychain: Keychain,
        *,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
        cost: Cost,
    ) -> None:
        self._desk = desk
        self._keyholders = keyholders
        self._keychain = keychain
        self._now = now
        self._new_token = new_token
        self._cost = cost
        self._one = asyncio.Semaphore(1)
        self._waiting = 0
        self._decoy: ReaderKeys | None = None

    async def sign_in(self, typed: Typed) -> str:
        """The token of a new session, or an error with what to tell the person."""
        await self._take_try(typed.account, typed.address)
        decoy = await self._decoys()
        account = await self._desk.account(typed.account)
        keys = decoy if account is None else account.keys
        try:
            private = await self._work(lambda: unlock(keys, typed.passphrase))
        except WrongPassphrase:
            raise NotIn(NOT_IN) from None
        if account is None or not await self._second(account, private, typed.code):
            raise NotIn(NOT_IN)
        await self._desk.forget_tries(_of_account(typed.account))
        await self._desk.forget_sessions(IDLE, LONGEST)
        whole = account.factor is not None and account.factor.confirmed
        token = await self.begin(account.reader.id, private, whole=whole)
        await self._renew(account.reader.id, private)
        return token

    async def _renew(self, reader: int, private: bytes) -> None:
        """Encrypt anew what somebody who has left could open; a key for it is here only now."""
        try:
            await self._keyholders.rekey(reader, private)
        except BotError as error:
            # Whoever signs in may be needed at once; the next who does so goes on with it.
            log.error("records could not be encrypted anew: %s", type(error).__name__)

    async def begin(self, reader: int, private: bytes, *, whole: bool) -> str:
        token = self._new_token()
        await self._desk.begin(token, reader, whole=whole)
        self._keychain.put(token, reader, private)
        return token

    async def recover(self, typed: Typed, sheet: str) -> None:
        """A new passphrase for who has the sheet; they sign in with it, and set up a phone."""
        check_passphrase(typed.passphrase)
        recovery = from_paper(sheet)
        await self._take_try(typed.account, typed.address)
        account = await self._desk.account(typed.account)
        keys = await self._work(lambda: new_reader_keys(typed.passphrase, self._cost))
        public = None if account is None else await self._desk.recovery(account.reader.school)
        if account is None or public is None:
            raise NotIn(NOT_RECOVERED)
        if not hmac.compare_digest(public, public_of(recovery)):
            raise NotIn(NOT_RECOVERED)
        await self._desk.renew(account, keys, recovery)
        self._keychain.drop_all(account.reader.id)

    async def new_keys(self, passphrase: str) -> ReaderKeys:
        return await self._work(lambda: new_reader_keys(passphrase, self._cost))

    async def opened(self, work: Callable[[], bytes]) -> bytes:
        return await self._work(work)

    async def end(self, token: str) -> None:
        self._keychain.drop(token)
        await self._desk.end(token)

    async def end_all(self, reader: int) -> None:
        self._keychain.drop_all(reader)
        await self._desk.end_all(reader)

    async def _second(self, account: Account, private: bytes, code: str) -> bool:
        """Whether the code is right. Who has no second factor yet is let in to set one up."""
        if account.factor is None or not account.factor.confirmed:
            return True
        step = factor.step_of(open_key(account.factor.sealed, private), code, self._now())
        return step is not None and await self._desk.use_step(account.reader.id, step)

    async def _take_try(self, account: str, address: str) -> None:
        for name, free in (
            (f"address {address}", FREE_TRIES_AN_ADDRESS),
            (_of_account(account), FREE_TRIES),
        ):
            until = await self._desk.take_try(name, partial(wait, free=free))
            if until is not None:
                minutes = -(-(until - self._now()) // timedelta(minutes=1))
                raise TooOften(
                    "There have been too many tries. Nothing is lost: wait "
                    f"{'a minute' if minutes <= 1 else f'{minutes} minutes'}, then try again."
                )

    async def _decoys(self) -> ReaderKeys:
        """A lock that nobody has the passphrase of, as slow to try as any."""
        if self._decoy is None:
            self._decoy = await self._work(lambda: new_reader_keys(self._new_token(), self._cost))
        return self._decoy

    async def _work(self, work: Callable[[], Worked]) -> Worked:
        if self._waiting >= MOST_WAITING:
            raise TooOften(BUSY)
        self._waiting += 1
        try:
            async with self._one:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def wait(tries: int, free: int) -> timedelta:
    """How long to wait after this many tries: not at all at first, then twice as long each."""
    if tries < free:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(tries - free, 10)))


def _of_account(typed: str) -> str:
    return f"account {typed.strip().casefold()}"
