"""Links, patterns and late exclusions: only among what a reader can open, and never half done."""

from __future__ import annotations

import pytest

from bot.cases.entries import Entry
from bot.errors import BotError, NotYours
from bot.minder import Minder
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import SCHOOL, record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School
from tests.store.test_minding import Oakfield

CONCERNS = [
    record("staff-concern", "staff", name, reference=f"SP-2222-222{digit}")
    for digit, name in (("2", "Sam Hall"), ("3", "Mr Hall"), ("4", "S. Hall"), ("6", "Ian Rowden"))
]
FIRST, SECOND, THIRD, ABOUT_HEAD = (one.reference for one in CONCERNS)


async def key(store: Store, reader: int) -> bytes:
    return unlock(await store.reader_keys(reader), PASSPHRASE)


async def staffed(store: Store) -> tuple[School, int, int, int]:
    school = await School.opened(store)
    head = await school.add("Ian Rowden", "head")
    lead = await school.add("Lucy Coull", "dsl")
    chair = await school.add("Hugh Samuelson", "chair-of-governors")
    for one in CONCERNS:
        await school.hand_in(one)
    return school, head, lead, chair


async def test_a_pattern_is_shown_to_who_holds_its_concerns(store: Store) -> None:
    _, head, lead, chair = await staffed(store)
    work = store.patterns
    (found,) = await work.concerns(head, await key(store, head))
    assert found.references == (FIRST, SECOND, THIRD)
    assert await work.alike(SECOND, head, await key(store, head)) == [THIRD, FIRST]
    assert await work.alike(ABOUT_HEAD, chair, await key(store, chair)) == []
    with pytest.raises(NotYours):
        await work.alike(ABOUT_HEAD, head, await key(store, head))
    other = await store.casework.history(FIRST)
    assert [row.action for row in other].count("compared with others") == 3
    assert {line.status for line in await store.records(SCHOOL)} == {"received"}
    assert await work.concerns(lead, await key(store, lead)) == [found]


async def test_a_link_stands_in_both_or_in_neither(store: Store) -> None:
    _, head, _, _ = await staffed(store)
    mine = await key(store, head)
    await store.patterns.link(FIRST, SECOND, head, mine, "the same week")
    for one, other in ((FIRST, SECOND), (SECOND, FIRST)):
        (kept,) = (await store.casework.opened(one, head, mine)).entries
        assert kept.entry == Entry("link", "the same week", link=other)
    for wrong in (ABOUT_HEAD, "SP-9999-9999", FIRST):
        with pytest.raises(BotError):
            await store.patterns.link(FIRST, wrong, head, mine, "")
    assert len((await store.casework.opened(FIRST, head, mine)).entries) == 1


async def test_who_turns_out_to_have_a_part_in_it_loses_it(store: Store, clock: Clock) -> None:
    school, head, lead, _ = await staffed(store)
    again = await school.add("Lucy Coull", "deputy-dsl")
    mine = await key(store, head)
    await store.casework.add_entry(FIRST, head, mine, Entry("note", "She was there."))
    with pytest.raises(BotError, match="from yourself"):
        await store.keyholders.exclude(FIRST, head, mine, head)
    with pytest.raises(NotYours):
        await store.keyholders.exclude(ABOUT_HEAD, head, mine, lead)
    await store.keyholders.exclude(FIRST, head, mine, lead)

    with pytest.raises(NotYours):
        await school.read(FIRST, lead)
    (kept,) = (await store.casework.opened(FIRST, head, mine)).entries
    assert kept.entry.text == "She was there."
    assert (await school.read(FIRST, None)).record == CONCERNS[0], "the recovery sheet opens it"
    for one in (lead, again):
        given = await store.keyholders.grant([FIRST], head, mine, one, SCHOOL)
        assert given.refused == (FIRST,)
    waiting = await store.claim_outgoing("courier", LEASE, "email", 50)
    told = [one for one in waiting if FIRST in one.reply.text]
    assert f"alert:{lead}:email" not in {one.conversation for one in told}
    assert (await school.read(SECOND, lead)).record == CONCERNS[1]
    actions = [row.action for row in await store.casework.history(FIRST)]
    assert f"took it from reader {lead}" in actions
    await Minder(store, Oakfield(), now=clock).round()
    assert (await store.casework.verify_audit()).faults == ()
