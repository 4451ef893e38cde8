"""A report handed over, and a page of a reader's list, among a thousand records and a million.

On PostgreSQL, with all that past reports leave behind (`tests/bench/filling.py`). One reader holds
a key to every record, which is as bad as it gets. Both databases stand on one server and are
measured by turns, so that a busy moment of the machine hits both; and the server has put away what
filling it left to do, as one that grew over years has.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import asyncpg

from bot.cases.entries import SECTIONS
from bot.cases.routing import hand_over
from bot.messages import Reply
from bot.store import Store
from bot.store.lists import Filter
from tests.bench import filling
from tests.bench.figures import Figure, median, percentile
from tests.bench.parts.kill import DATABASES
from tests.cases.people import SCHOOL, record
from tests.store.people import claimed, says
from tests.store.readers import OAKFIELD, School

FEW, MANY, QUICK = 1_000, 1_000_000, 100_000
TIMES = 105
SUBMIT, LIST, WORSE = 50.0, 100.0, 1.5


@dataclass
class Place:
    """A filled database, and what was measured in it."""

    store: Store
    many: int
    lead: int
    submits: tuple[float, ...] = ()
    lists: tuple[float, ...] = ()


def measure(quick: bool) -> list[Figure]:
    with DATABASES["PostgreSQL"]() as url, tempfile.TemporaryDirectory() as folder:
        few, many = asyncio.run(_by_turns(url, QUICK if quick else MANY, Path(folder)))
    figures = []
    for one in (few, many):
        submit, page = median(one.submits), percentile(one.lists, 0.95)
        figures += [
            Figure(
                f"a report, {one.many:,} records, median", submit, "ms", SUBMIT, samples=one.submits
            ),
            Figure(f"a list, {one.many:,} records, p95", page, "ms", LIST, samples=one.lists),
        ]
    beside = f"{many.many:,} beside {few.many:,}"
    submit, page = (
        figures[2].measured / figures[0].measured,
        figures[3].measured / figures[1].measured,
    )
    figures += [
        Figure(f"a report, {beside}", submit, "x", WORSE),
        Figure(f"a list, {beside}", page, "x", WORSE),
    ]
    return figures


async def _by_turns(url: str, many: int, folder: Path) -> tuple[Place, Place]:
    places = (await _filled(url, FEW, folder), await _filled(url, many, folder))
    for turn in range(-1, TIMES):
        for place in places:
            submit = await _submit(place.store, turn)
            page = await _list(place, turn)
            # The first turn opens the connection and builds the questions.
            if turn >= 0:
                place.submits += (submit,)
                place.lists += (page,)
    for place in places:
        await place.store.close()
    return places


async def _filled(url: str, many: int, folder: Path) -> Place:
    name = f"among_{many}"
    here = url.replace("/signpost?", f"/{name}?")
    await _run(url, f"CREATE DATABASE {name}")
    store = await Store.open(here, folder / f"{name}.key", now=_now, new_id=_new_id)
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    first = record("incident", "pupil", severity="routine")
    await school.hand_in(first)
    await store._database.write(lambda at: filling.fill(at, first.reference, many))
    await _run(here, "VACUUM ANALYZE")
    await _run(here, "CHECKPOINT")
    return Place(store, many, lead)


async def _run(url: str, command: str) -> None:
    """What can't be done inside a transaction."""
    connection = await asyncpg.connect(url)
    await connection.execute(command)
    await connection.close()


async def _submit(store: Store, number: int) -> float:
    told = replace(
        record("incident", "pupil", severity="routine", words="x" * 500),
        reference=f"SP-NEW-{number}",
    )
    await store.accept(says("a report", who=f"{number}"))
    claim = await claimed(store)
    begun = time.perf_counter()
    handover = hand_over(told, await store.readers(SCHOOL), OAKFIELD)
    await store.finish(claim, b"memory", [Reply("It is stored.")], record=handover)
    return (time.perf_counter() - begun) * 1000


async def _list(place: Place, turn: int) -> float:
    """A page of what is open or closed, or of what is looked for, with the counts beside it."""
    now, minutes = _now(), timedelta(minutes=place.many)
    looked_for = (
        Filter(),
        Filter(sections=("closed",)),
        Filter(sections=("closed",), after=f"3 {place.many // 2}"),
        Filter(sections=SECTIONS, kinds=("application",)),
        Filter(sections=SECTIONS, kinds=("declaration",)),
        Filter(sections=SECTIONS, severities=("immediate",)),
        Filter(sections=SECTIONS, since=now - minutes * 0.9, until=now - minutes * 0.8),
    )
    wanted = looked_for[turn % len(looked_for)]
    begun = time.perf_counter()
    await place.store.casework.inbox(place.lead, wanted)
    await place.store.casework.counts(place.lead)
    return (time.perf_counter() - begun) * 1000


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return uuid.uuid4().hex
