"""What somebody was given to do: it stands in the inbox until it is ticked off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest_asyncio
from starlette.applications import Starlette

from bot.cases.entries import Entry
from bot.minder import Minder
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.people import LEASE
from tests.store.readers import PASSPHRASE, School
from tests.store.test_minding import Oakfield

LEAD, DEPUTY, HEAD = (f"{name}@oakfield.example" for name in ("coull", "satterley", "rowden"))
TOLD = record("incident", "pupil", words="They film him.")
ABOUT_HEAD = record("staff-concern", "head", "Ian Rowden", reference="SP-3333-3333")
PAGE = f"/records/{TOLD.reference}"


@pytest_asyncio.fixture
async def lead(app: Starlette, clock: Clock, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Kara Satterley", "deputy-dsl")
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    await school.hand_in(TOLD)
    return await Visitor(app, clock).in_as(LEAD)


async def give(lead: Visitor, text: str, owner: str, due: str = "", page: str = PAGE) -> Any:
    form = {"what": "action", "text": text, "owner": owner, "due": due, "moves": "0"}
    answer = await lead.post(f"{page}/step", page, **form)
    assert answer.status_code == 303, seen(answer)


async def test_it_stands_in_the_inbox_late_or_not_until_it_is_done(
    lead: Visitor, clock: Clock
) -> None:
    await give(lead, "Ring his mother", "1", "2026-03-04")
    await give(lead, "Ask the caretaker", "2", "2026-03-03")
    mine = seen(await lead.get("/"))
    assert "You, by 4 March 2026" in mine
    assert "Ring his mother" not in mine, "what it is stands in the report alone"
    assert "Kara Satterley, by 3 March 2026" not in mine, "it isn't late yet"

    clock.advance(timedelta(days=3))
    assert (await lead.sign_in(LEAD)).status_code == 303
    for view in ("/", "/?view=overdue"):
        late = seen(await lead.get(view))
        assert "Kara Satterley, by 3 March 2026" in late
        assert "You, by 4 March 2026" in late
        assert "2 Overdue" in late
    found = seen(await lead.post("/search", "/", words="film"))
    assert "2 Overdue" in found
    assert "You, by" not in seen(await lead.get("/?view=new"))
    assert "You, by" not in seen(await lead.get("/?kind=permission"))

    page = seen(await lead.get(PAGE))
    assert "To be done Ring his mother Overdue Lucy Coull, by 4 March 2026" in page
    done = await lead.post(f"{PAGE}/step", PAGE, what="done", action="1", text="She knows now.")
    assert done.status_code == 303, seen(done)
    page = seen(await lead.get(PAGE))
    assert "To be done Ask the caretaker" in page
    assert "Done Lucy Coull, today" in page and "She knows now." in page
    mine = seen(await lead.get("/"))
    assert "You, by" not in mine and "1 Overdue" in mine


async def test_it_can_be_ticked_off_once(lead: Visitor) -> None:
    await give(lead, "Ring his mother", "1")
    once = {"what": "done", "action": "1", "text": "Done by phone."}
    assert (await lead.post(f"{PAGE}/step", PAGE, **once)).status_code == 303
    again = await lead.post(f"{PAGE}/step", PAGE, **once)
    assert again.status_code == 400 and "done already" in seen(again)
    assert seen(await lead.get(PAGE)).count("Done by phone.") == 1


async def test_what_is_closed_waits_no_longer(lead: Visitor) -> None:
    await give(lead, "Ring his mother", "1", "2026-03-04")
    page = (await lead.get(PAGE)).text
    moves = page.partition('name="moves" value="')[2].partition('"')[0]
    closed = await lead.post(f"{PAGE}/step", PAGE, what="close", text="It is over.", moves=moves)
    assert closed.status_code == 303
    assert "You, by" not in seen(await lead.get("/"))


async def test_only_who_can_open_it_is_given_something_and_hears_of_it(
    app: Starlette, clock: Clock, school: School, store: Store, lead: Visitor
) -> None:
    """Neither a choice, nor a line, nor an address shows it to whom it is about."""
    await school.hand_in(ABOUT_HEAD)
    chair = await Visitor(app, clock).in_as("samuelson@oakfield.example")
    page = f"/records/{ABOUT_HEAD.reference}"
    assert ">Ian Rowden</option>" not in (await chair.get(page)).text.partition('id="who"')[0]
    form = {"what": "action", "text": "Look", "owner": "3", "moves": "0"}
    refused = await chair.post(f"{page}/step", page, **form)
    assert refused.status_code == 400 and "Choose who does it" in seen(refused)

    key = unlock(await store.reader_keys(4), PASSPHRASE)
    late = Entry("action", "Look", owner=3, due=clock().date() - timedelta(days=1))
    await store.casework.add_entry(ABOUT_HEAD.reference, 4, key, late)
    assert "Ian Rowden, by 1 March 2026" in seen(await chair.get("/"))
    head = await Visitor(app, clock).in_as(HEAD)
    nothing = seen(await head.get("/"))
    assert ABOUT_HEAD.reference not in nothing and "0 Overdue" in nothing
    assert await store.desk.tasks(3, clock().date()) == []


async def test_what_reaches_nobody_is_loud_for_who_can_open_it_and_for_nobody_else(
    app: Starlette, lead: Visitor, clock: Clock, school: School
) -> None:
    store = school.store
    assert "Didn’t reach everybody" not in seen(await lead.get("/"))
    await school.hand_in(ABOUT_HEAD)
    while lost := await store.claim_outgoing("courier", LEASE, "email", 8):
        for one in lost:
            await store.dead(one, "Unreachable")
    mine = seen(await lead.get("/"))
    assert f"to mend your address {TOLD.reference}" in mine
    assert ABOUT_HEAD.reference not in mine
    assert "Didn’t reach everybody" not in seen(await lead.get("/?kind=incident"))
    deputy = await Visitor(app, clock, "192.0.2.2").in_as(DEPUTY)
    said = "Lucy Coull can’t be told that it is there: speak to them"
    assert f"{said} {TOLD.reference}" in seen(await deputy.get("/"))
    head = await Visitor(app, clock, "192.0.2.3").in_as(HEAD)
    assert ABOUT_HEAD.reference not in seen(await head.get("/"))
    chair = await Visitor(app, clock, "192.0.2.4").in_as("samuelson@oakfield.example")
    assert f"to mend your address {ABOUT_HEAD.reference}" in seen(await chair.get("/"))

    for _ in range(6):
        clock.advance(timedelta(days=7))
        await Minder(store, Oakfield(), now=clock).round()
    assert (await lead.sign_in(LEAD)).status_code == 303
    assert f"though everybody in line was told {TOLD.reference}" in seen(await lead.get("/"))
