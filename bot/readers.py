"""Who receives reports: what the verbs `people` and `records` do.

An administrator adds and removes people here and sees that records exist. What a record says opens
with its reader's own passphrase, or with the recovery sheet, and with nothing else on this machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.cases.patterns import Pattern
from bot.cases.people import Reader, Way, reader_role
from bot.cases.records import OpenedRecord, RecordLine, read_reference
from bot.cases.registers import Register, Registered
from bot.cases.seeing import Trouble
from bot.errors import BotError, UnknownReader
from bot.policy.library import Library
from bot.settings import Settings
from bot.store import Audited, Granted, NewReader, Reset, Store
from bot.store.keyring import from_paper, new_pair, new_reader_keys, on_paper, unlock
from bot.values import ADDRESS

LEAST_PASSPHRASE = 12
"""Characters. Argon2id makes each guess slow, and can't help where there are few to make."""


@dataclass(frozen=True)
class Added:
    """`sheet` is the school's recovery key, once and for the first reader only."""

    number: int
    sheet: str | None = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """A new recovery key: how many records it opens, and how many only the old one does yet."""

    key: str = field(repr=False)
    opens: int
    later: int


@dataclass(frozen=True)
class State:
    """Where reports are taken, and what goes wrong with telling that one waits."""

    taken: tuple[str, ...]
    not_taken: tuple[str, ...]
    unheard: tuple[tuple[str, int], ...]
    dead: int
    unseen: tuple[str, ...] = ()


class Readers:
    """The people of one installation, behind one open store."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> AsyncIterator[Readers]:
        library = Library.load(settings.content_dir)
        store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
        try:
            yield cls(store, library)
        finally:
            await store.close()

    async def add(
        self, school: str, name: str, roles: Iterable[str], email: str | None, passphrase: str
    ) -> Added:
        self._library.pack(school)  # or an error that names the schools there are
        reader = NewReader(
            school, reader_name(name), frozenset(map(reader_role, roles)), reader_addresses(email)
        )
        if not reader.roles:
            raise BotError("Say what they are at the school, with --role; more than one may be.")
        check_passphrase(passphrase)
        keys = await asyncio.to_thread(new_reader_keys, passphrase)
        public, private = new_pair()
        number, first = await self._store.add_reader(reader, keys, recovery=public)
        return Added(number, on_paper(private) if first else None)

    async def listed(self, school: str) -> list[Reader]:
        self._library.pack(school)
        return await self._store.readers(school)

    async def only_theirs(self, school: str, number: int) -> list[str]:
        await self._of(school, number)
        return await self._store.only_theirs(number)

    async def remove(self, school: str, number: int) -> tuple[str, list[str]]:
        """Who it was, and the references of the records that only they could open."""
        reader = await self._of(school, number)
        return reader.name, await self._store.remove_reader(number)

    async def _of(self, school: str, number: int) -> Reader:
        for reader in await self.listed(school):
            if reader.id == number:
                return reader
        raise UnknownReader(f"{school} has no reader {number}; `people list` shows who there is.")

    async def set_email(self, school: str, number: int, email: str) -> tuple[str, int]:
        """Whose address it is, and how many alerts are tried again there."""
        reader = await self._of(school, number)
        ((_, address),) = reader_addresses(email)
        return reader.name, await self._store.keyholders.set_email(number, address)

    async def set_away(
        self, school: str, number: int, since: datetime | None, until: datetime | None
    ) -> str:
        """Whose absence it is; None for both when they are back."""
        reader = await self._of(school, number)
        await self._store.keyholders.set_away(number, since, until)
        return reader.name

    async def set_working_days(self, school: str, number: int, days: Sequence[int]) -> str:
        reader = await self._of(school, number)
        await self._store.keyholders.set_working_days(number, days)
        return reader.name

    async def set_cover(self, school: str, number: int, by: int | None) -> tuple[str, str | None]:
        """Whose cover it is, and who covers for them now, if anybody."""
        reader = await self._of(school, number)
        cover = None if by is None else await self._of(school, by)
        await self._store.keyholders.set_cover(number, by)
        return reader.name, None if cover is None else cover.name

    async def grant(
        self, school: str, to: int, giver: int, passphrase: str, references: Iterable[str]
    ) -> Granted:
        """Give old records to a reader; all that the giver can open when none is named."""
        await self._of(school, to)
        private = await self._private(school, giver, passphrase)
        named = [read_reference(typed) for typed in references] or None
        return await self._store.keyholders.grant(named, giver, private, to, school)

    async def exclude(
        self, school: str, number: int, by: int, passphrase: str, reference: str
    ) -> str:
        """Whom a record was taken from, who has a part in it."""
        out = await self._of(school, number)
        private = await self._private(school, by, passphrase)
        await self._store.keyholders.exclude(read_reference(reference), by, private, number)
        return out.name

    async def register(
        self, register: Register, number: int, passphrase: str
    ) -> AsyncIterator[Registered]:
        """Every entry of a register that this reader can open, the newest first."""
        private = unlock(await self._store.reader_keys(number), passphrase)
        page = await self._store.registers.page(register, number, private)
        while True:
            for entry in page.entries:
                yield entry
            if not page.after:
                return
            page = await self._store.registers.page(register, number, private, page.after)

    async def patterns(self, number: int, passphrase: str) -> list[Pattern]:
        keys = await self._store.reader_keys(number)
        private = await asyncio.to_thread(unlock, keys, passphrase)
        return await self._store.patterns.concerns(number, private)

    async def reset(
        self, school: str, number: int, new: str, giver: int | None, secret: str
    ) -> Reset:
        """A new passphrase; `secret` is the giver's own, or what stands on the sheet."""
        await self._of(school, number)
        check_passphrase(new)
        if giver is None:
            private = from_paper(secret)
        else:
            private = await self._private(school, giver, secret)
        keys = await asyncio.to_thread(new_reader_keys, new)
        return await self._store.keyholders.reset(number, keys, giver, private)

    async def new_sheet(self, school: str, number: int, passphrase: str) -> Sheet:
        private = await self._private(school, number, passphrase)
        public, sheet = new_pair()
        opens, later = await self._store.keyholders.new_sheet(number, private, public)
        return Sheet(on_paper(sheet), opens, later)

    async def _private(self, school: str, number: int, passphrase: str) -> bytes:
        """Opens a reader's key, and does what was left for their next coming."""
        await self._of(school, number)
        keys = await self._store.reader_keys(number)
        private = await asyncio.to_thread(unlock, keys, passphrase)
        await self._store.keyholders.rekey(number, private)
        return private

    async def state(self, ways: Collection[str]) -> State:
        """`ways` are those in which this installation can tell anybody anything."""
        taken: list[str] = []
        not_taken: list[str] = []
        unheard: list[tuple[str, int]] = []
        for school in self._library.schools():
            takes = await self._store.takes_records(school)
            (taken if takes else not_taken).append(school)
            for reader in await self._store.readers(school):
                if not set(reader.ways) & set(ways):
                    unheard.append((school, reader.id))
        dead = await self._store.dead_alerts()
        unseen = [one.reference for one in await self.trouble() if one.reader is None]
        return State(tuple(taken), tuple(not_taken), tuple(unheard), dead, tuple(unseen))

    async def trouble(self, school: str | None = None) -> list[Trouble]:
        """Records that nobody looks at though all were told, and alerts that can't be brought."""
        if school is not None:
            self._library.pack(school)
        return await self._store.minding.trouble(school)

    async def records(self, school: str) -> list[RecordLine]:
        self._library.pack(school)
        return await self._store.records(school)

    async def verify_audit(self) -> Audited:
        return await self._store.casework.verify_audit()

    async def read(self, reference: str, number: int, passphrase: str) -> OpenedRecord:
        keys = await self._store.reader_keys(number)
        private = await asyncio.to_thread(unlock, keys, passphrase)
        await self._store.keyholders.rekey(number, private)
        return await self._store.opened(read_reference(reference), number, private)

    async def hold(
        self, reference: str, number: int, passphrase: str, *, held: bool, reason: str
    ) -> None:
        """Keep a record beyond its time, or let it go again; `reason` stands in the audit."""
        if not reason.strip():
            raise BotError("Say why, with --reason; it stands in the audit.")
        keys = await self._store.reader_keys(number)
        private = await asyncio.to_thread(unlock, keys, passphrase)
        await self._store.casework.hold(
            read_reference(reference), number, private, held=held, reason=reason
        )

    async def recover(self, reference: str, sheet: str) -> OpenedRecord:
        """Open a record with what stands on the recovery sheet."""
        return await self._store.opened(read_reference(reference), None, from_paper(sheet))


def check_passphrase(passphrase: str) -> None:
    if len(passphrase.strip()) < LEAST_PASSPHRASE:
        raise BotError(
            f"The passphrase is too short: take at least {LEAST_PASSPHRASE} characters, such as "
            "four words that don't belong together."
        )


def reader_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name.replace(" ", "").isprintable() or not any(map(str.isalpha, name)):
        raise BotError("Give the reader's name as people know them, such as “Lucy Coull”.")
    return name


def reader_addresses(email: str | None) -> tuple[tuple[Way, str], ...]:
    if email is None:
        return ()
    if not ADDRESS.fullmatch(email):
        raise BotError("The e-mail address can't be used; it must look like name@school.example.")
    return (("email", email),)
