"""A turn that hands a record over keeps it with its replies, or keeps neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases import NewRecord, SchoolRoutes
from bot.messages import Arrival, Reply, Said
from bot.store import Claim, Store
from bot.turn import ATTEMPTS, Turns
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import says
from tests.store.readers import School, held

LEASE = timedelta(seconds=30)
SORRY = Reply("That went wrong here.")


@dataclass
class Clerk:
    """Hands over what it is given, one record a turn."""

    records: list[NewRecord] = field(default_factory=list)

    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        handed = self.records.pop(0)
        reply = Reply(f"It is stored as {handed.reference}.")
        return Said((reply,), "flow", reference=handed.reference, record=handed), b"memory"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The kind of database makes no difference here."""
    return f"sqlite:///{tmp_path / 'signpost.db'}"


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def committed() -> list[Said]:
    return []


@pytest.fixture
def turns(store: Store, clerk: Clerk, clock: Clock, committed: list[Said]) -> Turns:
    def note(claim: Claim, said: Said) -> None:
        committed.append(said)

    return Turns(
        store,
        clerk,
        lambda school: [SORRY],
        now=clock,
        owner="us",
        lease=LEASE,
        workers=1,
        committed=note,
        routes=lambda school: SchoolRoutes(school.title(), {"permission": {"other": "head"}}),
    )


async def test_it_goes_to_whom_the_pack_says(
    turns: Turns, store: Store, clerk: Clerk, committed: list[Said]
) -> None:
    school = await School.opened(store)
    lead, head = await school.add("Lucy Coull", "dsl"), await school.add("Ian Rowden", "head")
    clerk.records = [record("permission", severity="routine", words="May I?")]
    number = await turns.accept(says("send it"))
    assert number is not None
    assert await turns.take_one()

    (said,) = committed
    assert said.reference is not None
    assert await store.replies_to(number) == list(said.replies)
    assert (await school.read(said.reference, head)).record == said.record
    assert await held(store, lead) == []
    (mail,) = await store.claim_outgoing("courier", LEASE, "email", 8)
    assert "at Oakfield" in mail.reply.text


async def test_without_anybody_to_receive_it_the_person_is_told(
    turns: Turns, store: Store, clerk: Clerk, clock: Clock, committed: list[Said]
) -> None:
    clerk.records = [record()] * ATTEMPTS
    number = await turns.accept(says("send it"))
    assert number is not None
    for _ in range(ATTEMPTS):
        assert await turns.take_one()
        clock.advance(timedelta(seconds=5))

    assert committed == []
    assert await store.replies_to(number) == [SORRY]
    assert await store.records(SCHOOL) == []


async def test_a_reference_that_is_taken_is_followed_by_another(
    turns: Turns, store: Store, clerk: Clerk, clock: Clock, committed: list[Said]
) -> None:
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    taken, free = record(reference="SP-2222-2222"), record(reference="SP-3333-3333")
    clerk.records = [taken, taken, free]
    for text in ("one", "two"):
        await turns.accept(says(text))
    for _ in range(3):
        assert await turns.take_one()
        clock.advance(timedelta(seconds=5))

    assert [said.reference for said in committed] == ["SP-2222-2222", "SP-3333-3333"]
    assert len(await store.records(SCHOOL)) == 2
