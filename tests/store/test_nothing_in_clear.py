"""Fifty phrases go through everything a report goes through; none stands in the database or logs.

What was said before a report is handed over is a draft, sealed as well, and cleared with it. The
whole database is looked through: SQLite's file with what lies beside it, and each row of each
table. A phrase is looked for as it is, and as its bytes are written in hexadecimal and in base64.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from bot.cases import SchoolRoutes, hand_over
from bot.cases.entries import Entry
from bot.cases.records import KINDS, Evidence, NewRecord
from bot.cases.workflow import DECIDED
from bot.messages import Gap, Reply
from bot.store import NewReader, Store
from bot.store.keyring import new_reader_keys, unlock
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE, claimed, says
from tests.store.readers import CHEAP, School, held

ROUTES = SchoolRoutes("Oakfield", {})


class Phrases:
    """Gives out fifty phrases, each once, and begins again."""

    def __init__(self) -> None:
        self.all = [f"sentinel-{number:02}-{number * 7919:06}" for number in range(50)]
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return self.all[(self.given - 1) % len(self.all)]


async def reported(store: Store, say: Phrases, told: NewRecord) -> None:
    """A conversation with a draft and a file, at whose end the record is handed over."""
    who = f"ann-{told.reference}"
    for turn in range(2):
        await store.accept(says(say(), who))
        file = Evidence("text/plain", say().encode())
        memory, replies = say().encode(), [Reply(say())]
        claim = await claimed(store)
        more = {"draft": True, "evidence": (file,)} if turn else {"draft": True}
        await store.finish(claim, memory, replies, **more)
    await store.accept(says(say(), who))
    claim = await claimed(store)
    handover = hand_over(told, await store.readers(SCHOOL), ROUTES)
    await store.finish(claim, b"", [Reply("It is stored.")], record=handover)


async def worked_on(store: Store, say: Phrases, told: NewRecord, lead: int, key: bytes) -> None:
    work, name = store.casework, told.reference
    await work.opened(name, lead, key)
    note = Entry("private-note", say(), due=date(2026, 4, 1))
    await work.add_entry(name, lead, key, note)
    await work.add_entry(name, lead, key, replace(note, kind="action", text=say()))
    await work.tell_reporter(name, lead, key, say())
    mine = f"web:ann-{name}"
    more = Evidence("text/plain", say().encode())
    assert await work.add_from_reporter(name, mine, say(), once=name, files=[more])
    await work.exported(name, lead, say())
    await work.evidence(name, 1, lead, key)
    case = await work.opened(name, lead, key)
    if case.opened.record.kind in DECIDED:
        yes = "approved-with-conditions"
        day = date(2027, 3, 1)
        settled = Entry("decision", say(), outcome=yes, conditions=say(), review=day)
        await work.move(name, lead, key, replace(settled, status="closed"), case.moves)
    elif case.opened.status != "closed":
        referred = Entry("referral", say(), toward=say(), status="waiting")
        await work.move(name, lead, key, referred, case.moves)


async def asked(store: Store, say: Phrases) -> None:
    """A question that nobody could answer, a message that failed, and one that waits."""
    await store.accept(says(say(), "ben"))
    gap = Gap("unknown", None, say())
    await store.finish(await claimed(store), say().encode(), [Reply(say())], gap)
    await store.accept(says(say(), "cat"))
    await store.give_up(await claimed(store), "TurnFailed", [Reply(say())])
    await store.accept(says(say(), "dan"))


async def delivered(store: Store) -> None:
    for channel in ("web", "email", "telegram"):
        while found := await store.claim_outgoing("courier", LEASE, channel, 50):
            for one in found:
                await store.sent(one)


async def lived_through(store: Store, say: Phrases) -> None:
    school = await School.opened(store)
    known = NewReader(SCHOOL, say(), frozenset(("dsl", "head")), (("email", f"{say()}@a.example"),))
    lead, _ = await store.add_reader(known, new_reader_keys(say(), CHEAP))
    keys = new_reader_keys(passphrase := say(), CHEAP)
    known = NewReader(SCHOOL, say(), frozenset(("deputy-dsl",)), (("telegram", "17"),))
    deputy, _ = await store.add_reader(known, keys)
    key = unlock(await store.reader_keys(deputy), passphrase)
    for number, kind in enumerate(KINDS):
        told = record(
            kind,
            "pupil",
            say(),
            words=say(),
            facts=((say(), say()),),
            reference=f"SP-0000-{number:04}",
        )
        await reported(store, say, replace(told, told_by=say()))
        await delivered(store)
    for reference in await held(store, deputy):
        await worked_on(store, say, record(reference=reference), deputy, key)
    await store.remove_reader(lead)
    await store.keyholders.rekey(deputy, key)
    await delivered(store)
    await asked(store, say)
    assert school.recovery
    assert say.given > len(say.all)


def forms(phrase: str) -> Iterator[bytes]:
    yield phrase.encode()
    yield phrase.encode().hex().encode()
    # Within base64 a phrase can begin at any of three places of a group.
    for lead in (b"", b"x", b"xx"):
        whole = base64.b64encode(lead + phrase.encode() + b"xx")
        yield whole[4:-4]


def rows(at: Connection) -> str:
    names = inspect(at).get_table_names()
    assert {"records", "record_parts", "alerts", "audit", "draft_evidence", "gaps"} <= set(names)
    return "\n".join(
        str(row) for name in names for row in at.exec_driver_sql(f'SELECT * FROM "{name}"')
    )


async def test_no_phrase_of_a_full_run_stands_anywhere(
    database_url: str,
    key_path: Path,
    clock: Clock,
    new_id: Callable[[], str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = await Store.open(database_url, key_path, now=clock, new_id=new_id)
    say = Phrases()
    with caplog.at_level(logging.DEBUG):
        await lived_through(store, say)
    written = (await store._database.read(rows)).encode()
    if database_url.startswith("sqlite"):
        files = sorted(tmp_path.glob("signpost.db*"))
        assert len(files) > 1, "what is written stands beside the file first"
        written += b"".join(file.read_bytes() for file in files)
    await store.close()
    if database_url.startswith("sqlite"):
        written += (tmp_path / "signpost.db").read_bytes()
    logged = "\n".join(map(caplog.handler.format, caplog.records)).encode()
    assert b"SP-0000-0000" in written
    for phrase in say.all:
        for form in forms(phrase):
            assert form not in written, phrase
            assert form not in logged, phrase
