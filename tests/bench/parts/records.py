"""A report handed over, and a page of a reader's list, among a thousand records and a million.

On PostgreSQL, filled by copying one real record's row and keys: what they hold can't be opened, and
neither figure opens any. One reader holds a key to every record, which is as bad as it gets.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.cases.routing import hand_over
from bot.messages import Reply
from bot.store import Store
from bot.store.lists import Filter
from tests.bench.figures import Figure, median, percentile
from tests.bench.parts.kill import DATABASES
from tests.cases.people import SCHOOL, record
from tests.store.people import claimed, says
from tests.store.readers import OAKFIELD, School

FEW, MANY, QUICK = 1_000, 1_000_000, 100_000
TIMES = 100
SUBMIT, LIST, WORSE = 50.0, 100.0, 1.5
STILL_OPEN = 300
"""So many are open, a third of them overdue: only what is done grows with the years."""

RECORDS = """
INSERT INTO records (reference, school, kind, severity, status, opened_at, version, nonce,
                     ciphertext, moves, parts, head, mark, closed_at)
SELECT 'SP-' || n, school, kind, severity, CASE WHEN n <= :open THEN 'open' ELSE 'closed' END,
       opened_at - n * interval '1 minute', version, nonce, ciphertext, 0, 0, head, mark,
       CASE WHEN n <= :open THEN NULL ELSE opened_at END
FROM records, generate_series(1, :many) AS n WHERE reference = :first
"""
KEYS = """
INSERT INTO record_keys (record_id, reader_id, sealed_key, stage, due_at)
SELECT copied.id, k.reader_id, k.sealed_key, CASE copied.status WHEN 'open' THEN 1 ELSE 2 END,
       CASE WHEN copied.status = 'open' AND copied.id % 3 = 0 THEN copied.opened_at END
FROM records copied, record_keys k JOIN records first ON first.id = k.record_id
WHERE first.reference = :first AND copied.reference LIKE 'SP-_%' AND copied.id <> first.id
"""


def measure(quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    few: tuple[float, float] | None = None
    for many in (FEW, QUICK if quick else MANY):
        with DATABASES["PostgreSQL"]() as url:
            submits, lists = asyncio.run(_among(url, many))
        submit, page = median(submits), percentile(lists, 0.95)
        figures += [
            Figure(f"a report, {many:,} records, median", submit, "ms", SUBMIT, samples=submits),
            Figure(f"a list, {many:,} records, p95", page, "ms", LIST, samples=lists),
        ]
        if few is not None:
            figures += [
                Figure(f"a report, {many:,} beside {FEW:,}", submit / few[0], "x", WORSE),
                Figure(f"a list, {many:,} beside {FEW:,}", page / few[1], "x", WORSE),
            ]
        few = submit, page
    return figures


async def _among(url: str, many: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(url, Path(folder) / "bench.key", now=_now, new_id=_new_id)
        school = await School.opened(store)
        lead = await school.add("Lucy Coull", "dsl")
        await school.hand_in(record("incident", "pupil", severity="routine"))
        await store._database.write(lambda at: _fill(at, many))
        submits = [await _submit(store, number) for number in range(TIMES)]
        lists = [await _list(store, lead, turn) for turn in range(TIMES)]
        await store.close()
    return tuple(submits), tuple(lists)


def _fill(at: Any, many: int) -> None:
    from sqlalchemy import text

    first = record().reference
    at.execute(text(RECORDS), {"open": STILL_OPEN, "many": many, "first": first})
    at.execute(text(KEYS), {"first": first})
    at.execute(text("ANALYZE"))


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


async def _list(store: Store, lead: int, turn: int) -> float:
    """The first page, one of what is closed, or a filtered one, with the counts beside it."""
    wanted = (
        Filter(),
        Filter(sections=("closed",)),
        Filter(kinds=("incident",), since=_now() - timedelta(days=30)),
    )[turn % 3]
    begun = time.perf_counter()
    await store.casework.inbox(lead, wanted)
    await store.casework.counts(lead)
    return (time.perf_counter() - begun) * 1000


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return uuid.uuid4().hex
