"""A disk that fills up in the middle of evidence: said clearly, nothing half kept, nothing lost.

SQLite's own limit on a file's pages stands in for the disk: it ends a write in the same way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.cases import hand_over
from bot.cases.records import Evidence
from bot.errors import StoreError
from bot.messages import Reply
from bot.store import Store
from bot.store.case_tables import draft_evidence, record_parts
from bot.store.keyring import unlock
from bot.store.tables import outbox, records
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import claimed, says
from tests.store.readers import OAKFIELD, PASSPHRASE, School

PICTURE = Evidence("image/png", b"\x89PNG\r\n\x1a\n" + bytes(400_000))
MOST_PAGES = 2**30


@pytest_asyncio.fixture
async def store(tmp_path: Path, key_path: Path, clock: Clock) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    opened = await Store.open(url, key_path, now=clock, new_id=lambda: "id")
    yield opened
    await opened.close()


async def fill_disk(store: Store, *, room: int = 20) -> None:
    def limit(at: Connection) -> None:
        used = at.exec_driver_sql("PRAGMA page_count").scalar()
        at.exec_driver_sql(f"PRAGMA max_page_count = {used + room}")

    await store._database.read(limit)


async def make_room(store: Store) -> None:
    await store._database.read(
        lambda at: at.exec_driver_sql(f"PRAGMA max_page_count = {MOST_PAGES}").scalar()
    )


async def rows(store: Store, table: Any) -> int:
    found: int = await store._database.read(
        lambda at: at.execute(select(func.count()).select_from(table)).scalar()
    )
    return found


async def test_a_file_that_finds_no_room_is_not_half_kept(store: Store) -> None:
    await store.accept(says("here is the screenshot"))
    claim = await claimed(store)
    await fill_disk(store)
    with pytest.raises(StoreError, match="has no room left; free some space"):
        await store.finish(claim, b"memory", [Reply("I have it.")], evidence=[PICTURE])
    assert (await rows(store, draft_evidence), await rows(store, outbox)) == (0, 0)
    assert await store.memory(claim.arrival.conversation) is None
    assert (await store.counts()).waiting == 1, "the message waits to be answered again"

    await make_room(store)
    await store.finish(claim, b"memory", [Reply("I have it.")], evidence=[PICTURE])
    assert (await rows(store, draft_evidence), await rows(store, outbox)) == (1, 1)


async def test_a_record_whose_files_find_no_room_is_not_there_and_nobody_is_alerted(
    store: Store,
) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await store.accept(says("here is the screenshot"))
    await store.finish(await claimed(store), b"memory", [], evidence=[PICTURE, PICTURE])
    await store.accept(says("send"))
    claim = await claimed(store)
    handover = hand_over(record("incident", "pupil"), await store.readers(SCHOOL), OAKFIELD)
    await fill_disk(store)
    with pytest.raises(StoreError, match="no room left"):
        await store.finish(claim, b"", [Reply("It is stored.")], record=handover)
    for table in (records, record_parts, outbox):
        assert await rows(store, table) == 0
    assert await rows(store, draft_evidence) == 2, "the draft is as it was"

    await make_room(store)
    await store.finish(claim, b"", [Reply("It is stored.")], record=handover)
    key = unlock(await store.reader_keys(lead), PASSPHRASE)
    case = await store.casework.opened(handover.record.reference, lead, key)
    assert len(case.files) == 2
    assert await store.casework.evidence(handover.record.reference, 2, lead, key) == PICTURE


async def test_what_a_reporter_adds_finds_no_room(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await school.hand_in(told := record("incident", "pupil"))
    await fill_disk(store)
    with pytest.raises(StoreError, match="no room left"):
        await store.casework.add_from_reporter(
            told.reference, "web:ann", "And this.", once="1", files=[PICTURE]
        )
    key = unlock(await store.reader_keys(lead), PASSPHRASE)
    await make_room(store)
    case = await store.casework.opened(told.reference, lead, key)
    assert (case.files, case.entries) == ((), ())
