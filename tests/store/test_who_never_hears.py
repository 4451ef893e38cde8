"""Whom a record is about has no key, line, alert or count of it: then, weeks later, or by a gift.

Random schools, records and ways that lead to people go through the real routing and store, into a
database in memory that is cleared after each. Who it is about is worked out here by other means
than the rules use: by the post or the full name that the test put there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

from bot.cases import NewRecord, SchoolRoutes, hand_over
from bot.cases.alerts import again
from bot.cases.calendar import Calendar
from bot.cases.people import ReaderRole
from bot.cases.reminders import Watched, due, plan
from bot.errors import Excluded, NotYours
from bot.store import audit, grants, lists, records, resetting, watching
from bot.store import readers as people
from bot.store.keyring import ReaderKeys, new_pair, open_key
from bot.store.keys import ServerKey
from bot.store.readers import NewReader
from bot.store.sealing import Sealer, SealError
from bot.store.tables import metadata, record_keys, schools
from bot.store.tables import outbox as outgoing
from bot.store.tables import records as table
from bot.store.watch_tables import alerts, watchers
from bot.store.watching import Decided
from tests.cases.people import SCHOOL
from tests.cases.test_routing import ANYTHING, FULL_NAMES, POSTS, any_routes
from tests.conftest import Clock
from tests.store.readers import CHEAP

SEALER = Sealer(ServerKey(bytes(range(32))))
NOW = Clock().moment
STEPS = 10
"""Of the minder: past the end of any line, and one more reminder for everybody in it."""

LATER = timedelta(days=60)
EVERYTHING = lists.Filter(sections=("overdue", "new", "open", "closed"))


@dataclass(frozen=True)
class Person:
    name: str
    posts: tuple[ReaderRole, ...]
    reached: bool
    """Whether there is any way to tell them something."""
    away: bool = False
    cover: int | None = None
    """The place in the list of whoever stands in for them."""


persons = st.builds(
    Person,
    st.sampled_from(FULL_NAMES),
    st.sampled_from(POSTS),
    st.sampled_from((True, True, False)),
    st.booleans(),
    st.sampled_from((None, *range(6))),
)


@dataclass
class House:
    """A school in the database, with every private key that a thief could wish for."""

    at: Connection
    privates: dict[int, bytes]
    recovery: bytes

    @classmethod
    def built(cls, at: Connection, staff: list[Person]) -> House:
        audit.begin(at, SEALER)
        public, recovery = new_pair()
        at.execute(insert(schools).values(school=SCHOOL, recovery_public=public, set_at=NOW))
        house = cls(at, {}, recovery)
        for one in staff:
            house.add(one)
        house.absent(staff)
        return house

    def absent(self, staff: list[Person]) -> None:
        """Send home whoever is away, and say who stands in for whom."""
        numbers = list(self.privates)
        for number, one in zip(numbers, staff, strict=True):
            if one.away:
                resetting.set_away(self.at, number, NOW - LATER, None)
            if one.cover is not None and one.cover < len(staff) and staff[one.cover] is not one:
                resetting.set_cover(self.at, number, numbers[one.cover])

    def add(self, one: Person) -> int:
        public, private = new_pair()
        keys = ReaderKeys(public, b"sealed", b"salt", CHEAP)
        ways = (("email", "somebody@oakfield.example"),) if one.reached else ()
        known = NewReader(SCHOOL, one.name, frozenset(one.posts), ways)  # type: ignore[arg-type]
        number = people.add(self.at, SEALER, known, keys, NOW)
        self.privates[number] = private
        return number

    def hand_in(self, told: NewRecord, routes: dict[str, str]) -> None:
        readers = people.listed(self.at, SEALER, SCHOOL, NOW)
        school = SchoolRoutes("Oakfield", {told.kind: routes})
        records.keep(self.at, SEALER, hand_over(told, readers, school), NOW)

    def mind(self) -> None:
        """Let time go by in which nobody looks."""
        calendar = Calendar()

        def decide(watched: Watched) -> Decided:
            step = plan(watched, 5, calendar, now)
            late = due(watched, 5, calendar)
            return Decided(step, lambda word: again(watched, word, "Oakfield"), late)

        number, now = self.at.execute(select(table.c.id)).scalar_one(), NOW
        for _ in range(STEPS):
            now = self.at.execute(select(table.c.next_due)).scalar_one()
            if now is None:  # it asks for nothing more
                return
            watching.step(self.at, SEALER, number, decide, now)

    def holders(self) -> set[int | None]:
        return set(self.at.execute(select(record_keys.c.reader_id)).scalars())


def nothing_of_it(house: House, told: NewRecord, somebody: int) -> None:
    at, private = house.at, house.privates[somebody]
    for moment in (NOW, NOW + LATER):
        assert lists.page(at, somebody, EVERYTHING, moment) == []
        assert set(lists.counts(at, somebody, moment).values()) == {0}
    for which in (alerts, watchers, record_keys):
        assert at.execute(select(which).where(which.c.reader_id == somebody)).all() == []
    theirs = outgoing.c.conversation.like(f"alert:{somebody}:%")
    assert at.execute(select(outgoing).where(theirs)).all() == []
    with pytest.raises(NotYours):
        records.opened(at, SEALER, told.reference, somebody, private)
    for sealed in at.execute(select(record_keys.c.sealed_key)).scalars():
        with pytest.raises(SealError):
            open_key(sealed, private)


def cannot_be_given(house: House, told: NewRecord, somebody: int) -> None:
    """Neither by a reader who means well nor with the recovery sheet."""
    for giver in house.holders():
        private = house.recovery if giver is None else house.privates[giver]
        with pytest.raises(Excluded):
            grants.grant(house.at, SEALER, told.reference, giver, private, somebody, NOW)


def is_about(one: Person, told: NewRecord, staff: list[Person], accused: str | None) -> bool:
    names = {other.name for other in staff if told.subject in other.posts} | {accused}
    return one.name in names


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", future=True, poolclass=StaticPool)
    with made.begin() as at:
        metadata.create_all(at)
    yield made
    made.dispose()


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(ANYTHING),
    st.lists(persons, min_size=1, max_size=6),
    any_routes,
    st.data(),
)
def test_whom_it_is_about_has_no_part_in_it(
    engine: Engine,
    told: NewRecord,
    staff: list[Person],
    routes: dict[str, str],
    data: st.DataObject,
) -> None:
    accused = data.draw(st.sampled_from((None, *(one.name for one in staff))))
    told = replace(told, named=() if accused is None else ("somebody else", accused))
    with engine.connect() as at:
        house = House.built(at, staff)
        readers = dict(zip(house.privates, staff, strict=True))
        house.hand_in(told, routes)
        house.mind()
        out = {n for n, one in readers.items() if is_about(one, told, staff, accused)}
        for somebody in out:
            nothing_of_it(house, told, somebody)
        # Entered again under another number and post, they are still who they were.
        for somebody in sorted(out):
            twin = house.add(Person(readers[somebody].name, ("slt",), reached=True))
            nothing_of_it(house, told, twin)
            cannot_be_given(house, told, somebody)
            cannot_be_given(house, told, twin)
        somebody_holds_it(house, told, readers)
        at.rollback()


def somebody_holds_it(house: House, told: NewRecord, readers: dict[int, Person]) -> None:
    """The recovery sheet opens it, and so does each holder; whoever has it first is alerted."""
    opened = records.opened(house.at, SEALER, told.reference, None, house.recovery)
    assert opened.record == told
    for holder in house.holders() - {None}:
        assert holder is not None
        private = house.privates[holder]
        assert records.opened(house.at, SEALER, told.reference, holder, private).record == told
    first = house.at.execute(select(watchers.c.reader_id).where(watchers.c.place == 0)).scalars()
    for one in first:
        assert one in house.holders()
        alerted = house.at.execute(select(alerts.c.key).where(alerts.c.reader_id == one)).all()
        assert bool(alerted) == readers[one].reached
