"""The desk's pages among 100,000 records, and ten thousand odd requests of it, and as many of the
chat page and of the way that Telegram brings updates on.

On SQLite, as a school has it. One reader holds a key to every record, which is as bad as it gets.
All but some hundreds are copies of one real record's row: they are listed, counted and filtered
like any other, and can't be opened. The pages of records are of the real ones, with entries.

A figure is from the request to the last byte of the page, through the guard, the session, the
database and the template; what a network and a browser add is not in it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.desk import Office, desk_app
from bot.settings import load_settings
from bot.store import Store
from tests.bench.figures import Figure, median, percentile
from tests.bench.places import CACHE, BenchError
from tests.cases.people import record
from tests.channels.web import odd_requests
from tests.channels.web.conftest import running
from tests.conftest import Clock
from tests.desk.fuzzing import requests, tried
from tests.desk.lending import lending, shelf_of
from tests.desk.visitors import Visitor, application, office, paper
from tests.store.readers import School, add

MANY, QUICK = 100_000, 10_000
STILL_OPEN = 2_000
"""So many wait, a third of them overdue: only what is done grows with the years."""

REAL = 150
P95_MS = 150.0
PAGE_KB = 60.0
TIMES = 300
FUZZED, FUZZED_QUICK = 10_000, 500
WORDS = "He told me in the corridor that they film him and pass it around. " * 8
SECRET = "sentinel-phrase"

LISTS = (
    *("/", "/", "/", "/?view=new", "/?view=overdue", "/?view=urgent", "/?view=decide"),
    *("/?view=all", "/?view=all&kind=permission", "/?status=closed&since=2026-01-01"),
)

INBOX, A_RECORD = "the inbox", "a record's page"
PATTERNS = "the patterns"
"""Shown without a limit: it counts each record of four terms, so it grows with them."""

OTHERS = {
    "the audit": ("/audit", "/audit", "/audit?start=50", "/audit?who=1"),
    PATTERNS: ("/patterns",),
}
TIMES_OTHERS = 60

RECORDS = """
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :many)
INSERT INTO records (reference, school, kind, severity, status, opened_at, version, nonce,
                     ciphertext, moves, parts, head, mark, held, rekey_due, closed_at)
SELECT 'SP-' || n, school,
       CASE n % 5 WHEN 0 THEN 'permission' WHEN 1 THEN 'declaration' ELSE 'incident' END,
       CASE n % 40 WHEN 0 THEN 'immediate' ELSE severity END,
       CASE WHEN n > :closed THEN 'open' ELSE 'closed' END,
       datetime(opened_at, '-' || n || ' minutes') || '.000000', version, nonce, ciphertext, 0, 0,
       head, mark, 0, 0, CASE WHEN n > :closed THEN NULL ELSE opened_at END
FROM n, records WHERE reference = :first
"""
KEYS = """
INSERT INTO record_keys (record_id, reader_id, sealed_key, stage, due_at)
SELECT copied.id, k.reader_id, k.sealed_key,
       CASE WHEN copied.status <> 'open' THEN 2 WHEN copied.id % 2 THEN 1 ELSE 0 END,
       CASE WHEN copied.status = 'open' AND copied.id % 3 = 0 THEN copied.opened_at END
FROM records copied, record_keys k JOIN records first ON first.id = k.record_id
WHERE first.reference = :first AND copied.id <> first.id
"""


def measure(quick: bool) -> list[Figure]:
    CACHE.mkdir(exist_ok=True)
    many = QUICK if quick else MANY
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="desk-") as folder:
        taken, sizes = asyncio.run(_pages(Path(folder), many))
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="desk-") as folder:
        faults, count = asyncio.run(_fuzz(Path(folder), FUZZED_QUICK if quick else FUZZED))
    figures = []
    for page, times in taken.items():
        what = f"{page}, {many:,} records"
        figures.append(Figure(f"{what}, p50", median(times), "ms", samples=tuple(times)))
        most = None if page == PATTERNS else P95_MS
        figures.append(Figure(f"{what}, p95", percentile(times, 0.95), "ms", most))
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="chat-") as folder:
        shown, chats = asyncio.run(_fuzz_chat(Path(folder), FUZZED_QUICK if quick else FUZZED))
    return [
        *figures,
        Figure("the largest inbox page", max(sizes) / 1000, "kB", PAGE_KB),
        Figure(f"of {count:,} odd requests of the desk, failed or leaked", faults, "", 0),
        Figure(f"of {chats:,} of the chat page and webhook, failed or leaked", shown, "", 0),
    ]


@asynccontextmanager
async def _school(folder: Path) -> AsyncIterator[tuple[School, Office, Clock]]:
    clock, ids = Clock(), itertools.count(1)
    store = await Store.open(
        f"sqlite:///{folder}/bench.db",
        folder / "bench.key",
        now=clock,
        new_id=lambda: f"{next(ids)}",
    )
    tokens = itertools.count(1)
    desks = replace(office(store, clock, lambda: f"token{next(tokens):038d}"), paper=paper())
    try:
        yield await School.opened(store), desks, clock
    finally:
        await store.close()


async def _pages(folder: Path, many: int) -> tuple[dict[str, list[float]], list[int]]:
    """How long each sort of page took, and how large the inbox was."""
    taken: dict[str, list[float]] = {INBOX: [], A_RECORD: [], **{one: [] for one in OTHERS}}
    sizes = []
    async with _school(folder) as (school, desks, clock):
        await school.add("Lucy Coull", "dsl")
        await school.hand_in(record("incident", "pupil", severity="routine"))
        await school.store._database.write(lambda at: _fill(at, many))
        visitor = await Visitor(application(desks), clock).in_as("coull@oakfield.example")
        references = [one async for one in _real(school, visitor)]
        lists = zip(itertools.cycle(LISTS), itertools.cycle(references))
        for path, reference in itertools.islice(lists, TIMES):
            clock.advance(timedelta(seconds=7))
            once, size = await _timed(visitor, path)
            taken[INBOX].append(once)
            sizes.append(size)
            taken[A_RECORD].append((await _timed(visitor, f"/records/{reference}"))[0])
        for page, paths in OTHERS.items():
            for path in itertools.islice(itertools.cycle(paths), TIMES_OTHERS):
                clock.advance(timedelta(seconds=7))
                taken[page].append((await _timed(visitor, path))[0])
    return taken, sizes


def _fill(at: Any, many: int) -> None:
    first = {"first": record().reference}
    at.execute(text(RECORDS), {**first, "many": many, "closed": many - STILL_OPEN})
    at.execute(text(KEYS), first)


async def _real(school: School, visitor: Visitor) -> AsyncIterator[str]:
    """Records that can be opened, each with some entries."""
    for number in range(REAL):
        told = record("incident", "pupil", words=WORDS, reference=f"SP-2222-2{number:03d}")
        await school.hand_in(told)
        page = f"/records/{told.reference}"
        for what in ("note", "private-note", "note"):
            sent = await visitor.post(f"{page}/step", page, what=what, text=WORDS, moves="0")
            if sent.status_code != 303:
                raise BenchError(f"A note wasn't kept: {sent.status_code}.")
        yield told.reference


async def _timed(visitor: Visitor, path: str) -> tuple[float, int]:
    begun = time.perf_counter()
    answer = await visitor.get(path)
    taken = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise BenchError(f"{path} wasn't shown: {answer.status_code}.")
    return taken, len(answer.content)


async def _fuzz(folder: Path, count: int) -> tuple[int, int]:
    """How many requests failed or showed what is another school's, and how many there were."""
    kept = record("incident", "pupil", "Mr Sentinel Name", words=SECRET)
    theirs = record("permission", school="elmtree", reference="SP-3333-3333")
    async with _school(folder) as (school, desks, clock):
        await school.add("Lucy Coull", "dsl")
        await school.hand_in(kept)
        elsewhere = await School.opened(school.store, "elmtree")
        await add(school.store, "Ann Elm", "dsl", "desk-administrator", school="elmtree")
        await elsewhere.hand_in(theirs)
        whole = replace(desks, lent=lending(school.store, clock, shelf_of(folder / "policies")))
        visitor = await Visitor(application(whole), clock).in_as("elm@oakfield.example")
        csrf = (await visitor.get("/")).text.partition('name="csrf" value="')[2][:64]
        every = requests(desk_app(whole), [kept.reference, theirs.reference], count)
        faults = done = 0
        for asked in every:
            status, shown = await tried(visitor, asked, csrf)
            faults += status >= 500 or SECRET in shown or "Sentinel" in shown
            done += 1
        if (await visitor.get("/")).status_code != 200:
            raise BenchError("The requests were of somebody who was signed out meanwhile.")
    return faults, done


async def _fuzz_chat(folder: Path, count: int) -> tuple[int, int]:
    settings, clock = load_settings(dict(os.environ)), Clock()
    own = replace(
        settings, database_url=f"sqlite:///{folder}/chat.db", key_file=folder / "chat.key"
    )
    faults = done = 0
    async with running(own, clock, odd_requests.RULES, brought=odd_requests.brought) as chat:
        await odd_requests.others_speak(chat)
        for asked in odd_requests.requests(count):
            clock.advance(odd_requests.PAUSE)
            faults += bool(await odd_requests.tried(chat, asked))
            done += 1
    return faults, done
