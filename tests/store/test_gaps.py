"""Unanswered questions are kept with their turn, sealed, and erased in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.errors import LeaseLost
from bot.messages import Gap, Reply
from bot.store import Store
from bot.store.sealing import SealError
from bot.store.tables import gaps
from tests.conftest import Clock
from tests.store.people import LEASE, claimed, says

HAMSTER = Gap("unknown", "school-logo", "may the class hamster have a page")
NEWSPAPER = Gap("not_covered", "journalists", "a reporter rang me")


async def asked(store: Store, gap: Gap | None) -> None:
    await store.accept(says("a question"))
    await store.finish(await claimed(store), b"memory", [Reply("I don't know.")], gap)


async def test_they_are_listed_by_school_in_the_order_they_came(store: Store, clock: Clock) -> None:
    await asked(store, HAMSTER)
    clock.advance(timedelta(hours=1))
    await asked(store, NEWSPAPER)
    await asked(store, None)

    kept = await store.gaps("oakfield")
    assert [(one.gap, one.role) for one in kept] == [(HAMSTER, "parent"), (NEWSPAPER, "parent")]
    assert kept[1].asked_at - kept[0].asked_at == timedelta(hours=1)
    assert await store.gaps("elsewhere") == []


async def test_a_turn_that_is_taken_over_leaves_none(store: Store, clock: Clock) -> None:
    await store.accept(says("a question"))
    late = await claimed(store)
    clock.advance(LEASE * 2)
    await claimed(store, "another")

    with pytest.raises(LeaseLost):
        await store.finish(late, b"memory", [Reply("I don't know.")], HAMSTER)
    assert await store.gaps("oakfield") == []


async def test_old_ones_are_erased(store: Store, clock: Clock) -> None:
    await asked(store, HAMSTER)
    clock.advance(timedelta(days=10))
    await asked(store, NEWSPAPER)

    assert await store.forget_gaps(clock() - timedelta(days=5)) == 1
    assert [one.gap for one in await store.gaps("oakfield")] == [NEWSPAPER]


async def test_the_words_lie_sealed_and_in_their_own_row(store: Store) -> None:
    await asked(store, HAMSTER)
    await asked(store, NEWSPAPER)

    rows = await store._database.read(
        lambda at: at.execute(select(gaps).order_by(gaps.c.inbox_id)).all()
    )
    assert all(b"hamster" not in row.words and b"reporter" not in row.words for row in rows)

    first, second = rows
    await store._database.write(
        lambda at: at.execute(
            update(gaps).where(gaps.c.inbox_id == first.inbox_id).values(words=second.words)
        )
    )
    with pytest.raises(SealError):
        await store.gaps("oakfield")
