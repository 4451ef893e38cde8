"""Where a reader is told can be mended, and nothing that was given up there is lost."""

from __future__ import annotations

import pytest

from bot.errors import UnknownReader
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.store.people import LEASE
from tests.store.test_minding import REFERENCE, minder, sent, staffed


async def test_an_address_that_is_mended_gets_what_was_given_up(store: Store, clock: Clock) -> None:
    school, lead, *_ = await staffed(store)
    await school.hand_in(record("incident", "pupil"))
    (alert,) = await store.claim_outgoing("courier", LEASE, "email", 8)
    await store.dead(alert, "Unreachable")
    await minder(store, clock).round()
    await sent(store)
    assert await store.keyholders.set_email(lead, "new@oakfield.example") == 1
    assert await store.address(lead, "email") == "new@oakfield.example"
    assert set(await sent(store)) == {f"{REFERENCE}-{lead}-email"}
    assert await store.minding.trouble() == []
    assert await store.keyholders.set_email(lead, "another@oakfield.example") == 0
    newest = (await store.casework.history(f"reader {lead}"))[0]
    assert (newest.actor, newest.action) == ("administrator", "changed e-mail address")
    await store.remove_reader(lead)
    with pytest.raises(UnknownReader):
        await store.keyholders.set_email(lead, "gone@oakfield.example")
