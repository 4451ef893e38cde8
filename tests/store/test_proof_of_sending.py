"""A reporter's proof covers what they told and the files with it, and its readers have the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.cases.proof import fingerprint
from bot.cases.records import Evidence
from bot.messages import Reply
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import record
from tests.store.people import claimed, says
from tests.store.readers import PASSPHRASE, School

TOLD = record("incident", "pupil", words="He wrote to her at night.")
FILES = (Evidence("text/plain", b"hello sir"), Evidence("image/png", b"\x89PNG\r\n\x1a\n..."))


async def opened(store: Store) -> tuple[School, int]:
    school = await School.opened(store)
    return school, await school.add("Lucy Coull", "dsl")


async def test_the_proof_is_of_the_report_with_its_files(store: Store) -> None:
    school, lead = await opened(store)
    await store.accept(says("here is the screenshot"))
    await store.finish(await claimed(store), b"memory", [Reply("I have it.")], evidence=FILES)
    await school.hand_in(TOLD)

    (mine,) = await store.casework.reports_of("web:ann")
    held = (await school.read(TOLD.reference, lead)).record
    assert held.files == tuple(hashlib.sha256(file.content).hexdigest() for file in FILES)
    assert replace(held, files=()) == TOLD
    assert (mine.fingerprint, mine.school) == (fingerprint(held), TOLD.school)
    assert mine.sent_to == {"dsl"}
    private = unlock(await store.reader_keys(lead), PASSPHRASE)
    kept = await store.casework.evidence(TOLD.reference, 1, lead, private)
    assert held.files[0] == hashlib.sha256(kept.content).hexdigest()


async def test_what_is_added_later_leaves_the_proof_as_it_was(store: Store) -> None:
    school, lead = await opened(store)
    await school.hand_in(TOLD)
    (before,) = await store.casework.reports_of("web:ann")
    assert before.fingerprint == fingerprint(TOLD)
    await store.casework.add_from_reporter(
        TOLD.reference, "web:ann", "And this.", once="1", files=FILES[:1]
    )
    (after,) = await store.casework.reports_of("web:ann")
    assert after.fingerprint == before.fingerprint
    assert (await school.read(TOLD.reference, lead)).record == TOLD
