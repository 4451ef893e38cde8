"""Writes that share a transaction are each told the truth about their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.errors import LeaseLost, StoreError
from bot.store.engine import Answer, Database, Work, connect
from bot.store.lane import MOST, Lane, Together
from bot.store.place import Place


class Counted:
    """A database that counts transactions, and may fail to commit."""

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self.transactions = 0
        self.breaks = False

    async def write(self, work: Work[Answer]) -> Answer:
        self.transactions += 1
        answer = await self.inner.write(work)
        if self.breaks:
            raise StoreError("the connection was lost as it committed")
        return answer

    read = alone = write

    async def close(self) -> None:
        await self.inner.close()


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Counted]:
    counted = Counted(connect(Place.of(database_url), timedelta(seconds=5)))
    await counted.inner.write(lambda at: at.execute(text("CREATE TABLE said (word TEXT)")))
    yield counted
    await counted.close()


def says(word: str) -> Any:
    def work(at: Connection) -> str:
        at.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
        return word

    return work


def refuses(word: str) -> Any:
    def work(at: Connection) -> str:
        says(word)(at)
        raise LeaseLost(word)

    return work


async def said(database: Counted) -> list[str]:
    rows = await database.inner.read(lambda at: at.execute(text("SELECT word FROM said")).all())
    return sorted(row.word for row in rows)


async def test_what_gathers_meanwhile_shares_one_transaction(database: Counted) -> None:
    lane, words = Lane(database), [f"{number:02}" for number in range(MOST)]

    assert await asyncio.gather(*(lane.write(says(word)) for word in words)) == words
    assert await said(database) == words
    assert database.transactions == 1


async def test_more_than_fit_take_another(database: Counted) -> None:
    lane = Lane(database)
    await asyncio.gather(*(lane.write(says("x")) for _ in range(MOST + 1)))
    assert database.transactions == 2


async def test_a_failure_is_its_own_only(database: Counted) -> None:
    lane = Lane(database)
    told = await asyncio.gather(
        lane.write(says("a")),
        lane.write(refuses("b")),
        lane.write(says("c")),
        return_exceptions=True,
    )

    assert told[0] == "a" and told[2] == "c"
    assert isinstance(told[1], LeaseLost)
    assert await said(database) == ["a", "c"]


async def test_nothing_is_written_twice_when_a_commit_fails(database: Counted) -> None:
    lane = Lane(database)
    database.breaks = True
    told = await asyncio.gather(
        lane.write(says("a")), lane.write(says("b")), return_exceptions=True
    )

    assert [type(one) for one in told] == [StoreError, StoreError]
    assert await said(database) == ["a", "b"]  # or nothing; never two of each


async def test_one_who_no_longer_waits_holds_up_nobody(database: Counted) -> None:
    lane = Lane(database)
    gone = asyncio.create_task(lane.write(says("a")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await lane.write(says("b")) == "b"


async def test_closing_waits_for_what_was_asked(database: Counted) -> None:
    lane = Lane(database)
    asked = asyncio.create_task(lane.write(says("a")))
    await asyncio.sleep(0)
    await lane.close()
    assert await asked == "a"


async def test_several_transactions_abreast_leave_nothing_waiting(database: Counted) -> None:
    lane = Lane(database, abreast=3)

    def said(word: str) -> Work[str]:
        def write(at: Connection) -> str:
            at.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
            return word

        return write

    async def one_after_another(name: int) -> None:
        # Each comes in the moment in which the transaction before it ends.
        for turn in range(20):
            assert await lane.write(said(f"{name}-{turn}")) == f"{name}-{turn}"

    await asyncio.wait_for(asyncio.gather(*map(one_after_another, range(5))), 60)
    await lane.close()
    counted = await database.read(lambda at: at.execute(text("SELECT count(*) FROM said")).scalar())
    assert counted == 100


async def test_what_is_asked_for_at_once_is_one_write(database: Counted) -> None:
    told: list[list[str]] = []

    def work(at: Connection, words: Sequence[str]) -> None:
        told.append(list(words))
        at.execute(text("INSERT INTO said VALUES (:word)"), [{"word": word} for word in words])

    together = Together(Lane(database), work)
    await asyncio.gather(*map(together.write, "abc"))
    await together.write("d")

    assert told == [["a", "b", "c"], ["d"]]
    assert sorted(await said(database)) == ["a", "b", "c", "d"]


async def test_whoever_asked_for_it_hears_that_it_failed(database: Counted) -> None:
    def work(at: Connection, words: Sequence[str]) -> None:
        says(words[0])(at)
        raise LeaseLost("all of them")

    together = Together(Lane(database), work)
    asked = asyncio.gather(*map(together.write, "abc"), return_exceptions=True)

    assert [type(trouble) for trouble in await asked] == [LeaseLost] * 3
    assert await said(database) == []
