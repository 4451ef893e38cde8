"""Readers for the tests of the store, whose passphrases cost next to nothing to check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cases import NewRecord, SchoolRoutes, hand_over
from bot.cases.entries import SECTIONS
from bot.cases.people import DeskRole, Way
from bot.cases.records import Evidence, OpenedRecord
from bot.messages import Reply
from bot.store import NewReader, Store
from bot.store.keyring import CHEAPEST, new_pair, new_reader_keys, unlock
from bot.store.lists import Filter
from tests.cases.people import SCHOOL
from tests.store.people import claimed, says

PASSPHRASE = "correct horse battery"
CHEAP = CHEAPEST
MOST_HELD = 500
OAKFIELD = SchoolRoutes("Oakfield", {"incident": {"pupil": "dsl"}})


@dataclass(frozen=True)
class School:
    """A school with its readers, and the private half of its recovery key."""

    store: Store
    recovery: bytes

    @classmethod
    async def opened(cls, store: Store, name: str = SCHOOL) -> School:
        public, private = new_pair()
        assert await store.set_recovery(name, public)
        return cls(store, private)

    async def add(self, name: str, *roles: DeskRole, ways: Mapping[Way, str] | None = None) -> int:
        return await add(self.store, name, *roles, ways=ways)

    async def hand_in(
        self, record: NewRecord, routes: SchoolRoutes = OAKFIELD, *files: Evidence
    ) -> int:
        """A whole turn that hands a record over; the number of its message."""
        number = await self.store.accept(says("a report"))
        assert number is not None
        handover = hand_over(record, await self.store.readers(record.school), routes)
        claim = await claimed(self.store)
        stored = [Reply("It is stored.")]
        await self.store.finish(claim, b"memory", stored, record=handover, evidence=files)
        return number

    async def read(
        self, reference: str, reader: int | None, passphrase: str = PASSPHRASE
    ) -> OpenedRecord:
        if reader is None:
            return await self.store.opened(reference, None, self.recovery)
        private = unlock(await self.store.reader_keys(reader), passphrase)
        return await self.store.opened(reference, reader, private)


async def add(
    store: Store,
    name: str,
    *roles: DeskRole,
    ways: Mapping[Way, str] | None = None,
    school: str = SCHOOL,
) -> int:
    addresses = {"email": f"{name.split()[-1].lower()}@oakfield.example"} if ways is None else ways
    known = NewReader(school, name, frozenset(roles), tuple(addresses.items()))  # type: ignore[arg-type]
    number, _ = await store.add_reader(known, new_reader_keys(PASSPHRASE, CHEAP))
    return number


async def held(store: Store, reader: int) -> list[str]:
    """The references of all that a reader has a key to, in the order of their letters."""
    everything = Filter(sections=SECTIONS, limit=MOST_HELD)
    return sorted(line.reference for line in await store.casework.inbox(reader, everything))


async def takes_records(store: Store, school: str) -> None:
    """Make a school one at which reports are taken."""
    await School.opened(store, school)
    await add(store, "Lee Lead", "dsl", school=school)
    await add(store, "Hal Head", "head", school=school)
