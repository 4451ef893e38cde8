"""Evidence waits with its conversation and goes with its record; then no words are left."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from bot.cases import hand_over
from bot.cases.enrolment import invitation
from bot.cases.records import Evidence
from bot.errors import NotYours, ReaderChanged, StoreError
from bot.messages import Reply
from bot.store import Store, drafts
from bot.store.case_tables import draft_evidence, part_keys, record_parts
from bot.store.keyring import unlock
from bot.store.sealing import SealError
from bot.store.tables import inbox, outbox
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import HELLO, LEASE, claimed, says
from tests.store.readers import OAKFIELD, PASSPHRASE, School

PICTURE = Evidence("image/png", b"\x89PNG\n a picture")
NOTE = Evidence("text/plain", b"what was written there\n")
TOLD = record("incident", "pupil", severity="routine", words="what happened")


async def turn(store: Store, text: str, *files: Evidence, wiped: bool = False) -> int:
    number = await store.accept(says(text))
    assert number is not None
    claim = await claimed(store)
    await store.finish(claim, b"memory", [Reply(f"You said: {text}")], evidence=files, wiped=wiped)
    return number


async def handed_in(store: Store, *files: Evidence) -> int:
    number = await store.accept(says("yes, send it"))
    assert number is not None
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    claim = await claimed(store)
    await store.finish(claim, b"", [Reply("It is stored.")], record=handover, evidence=files)
    return number


async def count(store: Store, table: Any, *where: Any) -> int:
    def counted(at: Connection) -> int:
        return int(at.execute(select(func.count()).select_from(table).where(*where)).scalar())

    return await store._database.read(counted)


async def private(store: Store, reader: int) -> bytes:
    return unlock(await store.reader_keys(reader), PASSPHRASE)


async def test_evidence_goes_with_its_record_in_its_order(store: Store) -> None:
    school = await School.opened(store)
    lead, head = await school.add("Lucy Coull", "dsl"), await school.add("Ian Rowden", "head")
    await turn(store, "a picture", PICTURE)
    assert await count(store, draft_evidence) == 1
    await handed_in(store, NOTE)

    assert await count(store, draft_evidence) == 0
    key = await private(store, lead)
    case = await store.casework.opened(TOLD.reference, lead, key)
    assert [file.number for file in case.files] == [1, 2]
    for number, file in ((1, PICTURE), (2, NOTE)):
        assert await store.casework.evidence(TOLD.reference, number, lead, key) == file
        found = await store.casework.evidence(TOLD.reference, number, None, school.recovery)
        assert found == file
    with pytest.raises(NotYours):
        await store.casework.evidence(TOLD.reference, 3, lead, key)
    with pytest.raises(NotYours):
        await store.casework.evidence(TOLD.reference, 1, head, await private(store, head))


async def test_words_are_erased_when_the_record_is_handed_over(store: Store) -> None:
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    first = await turn(store, "sentinel one")
    (sent,) = await store.claim_outgoing("courier", LEASE, "web", 8)
    await store.sent(sent)
    second = await turn(store, "sentinel two")  # its reply is still on its way
    last = await handed_in(store)

    assert await count(store, inbox, inbox.c.body != b"") == 0
    assert await store.replies_to(first) == []
    assert await store.replies_to(second) == [Reply("You said: sentinel two")]
    for _ in range(2):
        (late,) = await store.claim_outgoing("courier", LEASE, "web", 8)
        await store.sent(late)
    assert await store.replies_to(second) == []
    # What the last turn said is no draft, and the confirmation may be looked up again.
    assert await store.replies_to(last) == [Reply("It is stored.")]


async def test_a_wiped_draft_leaves_nothing_and_no_one_elses(store: Store) -> None:
    await turn(store, "a picture", PICTURE)
    other = await store.accept(says("something else", "ben"))
    assert other is not None
    await store.finish(await claimed(store), b"", [], evidence=[NOTE])
    await turn(store, "forget it", wiped=True)

    assert await count(store, draft_evidence) == 1
    assert await count(store, inbox, inbox.c.body != b"") == 1
    assert await count(store, outbox, outbox.c.body == b"") == 0
    assert await count(store, outbox, outbox.c.fleeting) == 1


async def test_a_turn_that_fails_keeps_the_draft(store: Store) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await turn(store, "a picture", PICTURE)
    await store.accept(says("yes, send it"))
    claim = await claimed(store)
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    await store.remove_reader(lead)
    with pytest.raises(ReaderChanged):
        await store.finish(claim, b"", [], record=handover, evidence=[NOTE])
    assert await count(store, draft_evidence) == 1
    assert await count(store, record_parts) == 0
    assert await count(store, inbox, inbox.c.body == b"") == 0


@pytest.mark.parametrize("column", ["ciphertext", "nonce", "number", "digest"])
async def test_files_cannot_be_swapped(store: Store, column: str) -> None:
    school = await School.opened(store)
    lead = await school.add("Lucy Coull", "dsl")
    await handed_in(store, PICTURE, NOTE)

    def swap(at: Connection) -> None:
        one, two = at.execute(select(record_parts).order_by(record_parts.c.id)).all()
        theirs = {one.id: getattr(two, column), two.id: getattr(one, column)}
        if column == "number":
            at.execute(update(record_parts).where(record_parts.c.id == one.id).values(number=9))
        for number, value in reversed(theirs.items()):
            changed = update(record_parts).where(record_parts.c.id == number)
            at.execute(changed.values({column: value}))

    await store._database.write(swap)
    with pytest.raises(SealError):
        await store.casework.evidence(TOLD.reference, 1, lead, await private(store, lead))


async def test_a_full_disk_in_the_middle_of_evidence_leaves_nothing_half(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    file = tmp_path / "signpost.db"
    store = await Store.open(f"sqlite:///{file}", key_path, now=clock, new_id=new_id)
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await turn(store, "a picture", PICTURE)
    await store.accept(says("yes, send it"))
    claim = await claimed(store)
    handover = hand_over(TOLD, await store.readers(SCHOOL), OAKFIELD)
    large = Evidence("application/pdf", bytes(4_000_000))

    def room(pages: int) -> Callable[[Connection], None]:
        return lambda at: at.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    now = await store._database.read(lambda at: at.exec_driver_sql("PRAGMA page_count").scalar())
    # Enough for the draft of the large file, and not for the sealed one beside it.
    await store._database.read(room(now + 1100))
    with pytest.raises(StoreError, match="no room left"):
        await store.finish(claim, b"", [], record=handover, evidence=[large])

    assert await store.records(SCHOOL) == []
    assert await count(store, record_parts) == await count(store, part_keys) == 0
    assert await count(store, draft_evidence) == 1
    await store._database.read(room(2**30))
    await store.finish(claim, b"", [Reply("It is stored.")], record=handover, evidence=[large])
    assert await count(store, record_parts) == 2
    assert (await store.casework.verify_audit()).faults == ()
    await store.close()
    with sqlite3.connect(file) as whole:
        assert whole.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_forgetting_somebody_takes_the_files_of_their_draft_along(store: Store) -> None:
    await turn(store, "a picture of it", PICTURE)
    await store.enrolments.forget("web:ann")
    assert await count(store, draft_evidence) == 0
    assert await count(store, inbox) == 0


async def test_clearing_a_page_takes_the_files_of_its_draft_along(store: Store) -> None:
    await turn(store, "a picture of it", PICTURE)
    assert await store.web.clear("web:ann")
    assert await count(store, draft_evidence) == 0


async def test_no_file_for_one_school_goes_along_to_another(store: Store, clock: Clock) -> None:
    await turn(store, "a picture of it", PICTURE)
    code = "a-code"
    await store.enrolments.invite(invitation("elsewhere", "parent", clock()), code)
    await store.enrolments.accept(code, "web:ann")
    assert await count(store, draft_evidence) == 0


async def test_what_was_erased_offers_no_button_any_more(store: Store) -> None:
    number = await store.accept(says("which of them?"))
    await store.finish(await claimed(store), b"", [HELLO])
    (sent,) = await store.claim_outgoing("us", LEASE, "web", 9)
    await store.sent(sent)
    assert await store.doorstep.offered("web:ann", f"{number}-1", 0) is not None

    await turn(store, "stop", wiped=True)
    assert await store.doorstep.offered("web:ann", f"{number}-1", 0) is None


def test_a_file_is_kept_with_when_it_came_and_its_digest(clock: Clock) -> None:
    packed = drafts.pack(PICTURE, clock())
    assert (drafts.unpack(packed), drafts.unpack(packed).came_at) == (PICTURE, clock())
    with pytest.raises(StoreError, match="digest"):
        drafts.unpack(packed[:-1] + b"!")
    before = b'"image/png"\n' + PICTURE.content
    assert (drafts.unpack(before), drafts.unpack(before).came_at) == (PICTURE, None)
