"""Who a report is kept from, and for how long: on its page, by whoever received it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School

LEAD, DEPUTY, HEAD = (f"{name}@oakfield.example" for name in ("coull", "satterley", "rowden"))
TOLD = record("incident", "pupil", severity="serious", words="They film him.")
PAGE = f"/records/{TOLD.reference}"
DEPUTY_ID = "2"


@pytest_asyncio.fixture
async def lead(app: Starlette, clock: Clock, school: School, store: Store) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Kara Satterley", "deputy-dsl")
    await school.add("Ian Rowden", "head")
    await school.hand_in(TOLD)
    return await Visitor(app, clock).in_as(LEAD)


async def send(visitor: Visitor, what: str, **form: str) -> Any:
    return await visitor.post(f"{PAGE}/{what}", PAGE, **form)


async def test_a_report_is_held_and_let_go_again_with_reasons(lead: Visitor, store: Store) -> None:
    assert "Legal hold Kept" not in seen(await lead.get(PAGE))
    assert (await send(lead, "hold", reason="for the inquest")).status_code == 303
    page = seen(await lead.get(PAGE))
    assert "Legal hold Kept beyond its time" in page and "Lift the legal hold" in page
    assert (await send(lead, "hold", reason="the inquest is over")).status_code == 303
    assert "Legal hold Kept" not in seen(await lead.get(PAGE))
    rows = await store.casework.history(TOLD.reference)
    held = [(row.action, row.detail) for row in rows if "legal hold" in row.action]
    assert held == [
        ("released from legal hold", "the inquest is over"),
        ("put under legal hold", "for the inquest"),
    ]


@pytest.mark.parametrize("reason", ["", "  x ", "x" * 501])
async def test_a_hold_needs_a_reason(lead: Visitor, reason: str) -> None:
    answer = await send(lead, "hold", reason=reason)
    assert answer.status_code == 400
    assert "Legal hold Kept" not in seen(await lead.get(PAGE))


async def test_whoever_is_left_out_finds_nothing_any_more(
    lead: Visitor, app: Starlette, clock: Clock, store: Store
) -> None:
    deputy = await Visitor(app, clock).in_as(DEPUTY)
    assert "They film him." in seen(await deputy.get(PAGE))
    note = await deputy.post(f"{PAGE}/step", PAGE, what="note", text="I know him.", moves="0")
    assert note.status_code == 303

    assert (await send(lead, "leave-out", who=DEPUTY_ID, sure="1")).status_code == 303

    assert (await deputy.get(PAGE)).status_code == 404
    assert TOLD.reference not in (await deputy.get("/?view=all")).text
    audit = (await deputy.get("/audit")).text
    assert TOLD.reference not in audit.replace(f'placeholder="{TOLD.reference}"', "")
    page = seen(await lead.get(PAGE))
    assert "They film him." in page and "I know him." in page
    clock.advance(timedelta(minutes=1))
    assert "They film him." in seen(await lead.get(PAGE)), "encrypted anew, and still readable"


async def test_it_is_done_on_purpose_and_to_somebody_else(
    lead: Visitor, app: Starlette, clock: Clock
) -> None:
    for form in ({"who": DEPUTY_ID}, {"who": "1", "sure": "1"}, {"who": "9", "sure": "1"}):
        answer = await send(lead, "leave-out", **form)
        assert answer.status_code == 400, form
    deputy = await Visitor(app, clock).in_as(DEPUTY)
    assert (await deputy.get(PAGE)).status_code == 200


async def test_whoever_has_a_copy_leaves_both_to_the_receiver(
    app: Starlette, clock: Clock, school: School, lead: Visitor
) -> None:
    copied = record("staff-concern", "staff", "Sam Hall", reference="SP-2222-2222")
    await school.hand_in(copied)
    page = f"/records/{copied.reference}"
    shown = seen(await lead.get(page))
    assert "Add a note" in shown and "Seldom needed" not in shown
    for what, form in (
        ("hold", {"reason": "for the inquest"}),
        ("leave-out", {"who": "3", "sure": "1"}),
    ):
        refused = await lead.post(f"{page}/{what}", page, **form)
        assert refused.status_code == 400 and "You have a copy" in seen(refused)
    head = await Visitor(app, clock).in_as(HEAD)
    assert "Seldom needed" in seen(await head.get(page))
