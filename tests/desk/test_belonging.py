"""Which reports belong together: links in both, the same people, and concerns about one adult."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest_asyncio
from starlette.applications import Starlette

from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School, add

LEAD, CHAIR = "rowden@oakfield.example", "samuelson@oakfield.example"
CONCERNS = [
    record("staff-concern", "staff", name, reference=f"SP-2222-222{digit}")
    for digit, name in (("2", "Sam Hall"), ("3", "Mr Hall"), ("4", "S. Hall"))
]
ABOUT_HEAD = record("staff-concern", "head", "Ian Rowden", reference="SP-3333-3333")
FIRST, SECOND, THIRD = (one.reference for one in CONCERNS)
PAGE = f"/records/{FIRST}"


@pytest_asyncio.fixture
async def head(app: Starlette, clock: Clock, school: School) -> Visitor:
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    for one in (*CONCERNS, ABOUT_HEAD):
        await school.hand_in(one)
    return await Visitor(app, clock).in_as(LEAD)


async def link(visitor: Visitor, reference: str, to: str) -> Any:
    page = f"/records/{reference}"
    return await visitor.post(
        f"{page}/step", page, what="link", link=to, text="the same week", moves="0"
    )


async def test_a_link_stands_in_both_reports(head: Visitor) -> None:
    assert (await link(head, FIRST, "sp 2222 2223")).status_code == 303
    for mine, theirs in ((FIRST, SECOND), (SECOND, FIRST)):
        page = await head.get(f"/records/{mine}")
        assert f'<a href="/desk/records/{theirs}">{theirs}</a>' in page.text
        assert "the same week" in page.text


async def test_a_link_to_what_is_for_others_is_like_one_to_nothing(
    head: Visitor, app: Starlette, clock: Clock
) -> None:
    theirs, nothing = [await link(head, FIRST, to) for to in (ABOUT_HEAD.reference, "SP-9999-9999")]
    assert theirs.status_code == nothing.status_code == 400
    assert "You can open no report with that reference" in seen(theirs)
    assert seen(theirs).replace(ABOUT_HEAD.reference, "") == seen(nothing).replace(
        "SP-9999-9999", ""
    )
    assert "Linked report" not in seen(await head.get(PAGE))
    chair = await Visitor(app, clock).in_as(CHAIR)
    assert "Linked report" not in seen(await chair.get(f"/records/{ABOUT_HEAD.reference}"))


async def test_reports_about_the_same_people_are_found_and_linked(head: Visitor) -> None:
    assert (await link(head, FIRST, SECOND)).status_code == 303
    found = await head.post(f"{PAGE}/alike", PAGE)
    assert SECOND in found.text and THIRD in found.text
    assert ABOUT_HEAD.reference not in found.text
    assert seen(found).count("Linked already.") == 1
    assert f'<span class="unseen"> {THIRD}</span>' in found.text
    assert (await link(head, FIRST, THIRD)).status_code == 303
    again = await head.post(f"{PAGE}/alike", PAGE)
    assert seen(again).count("Linked already.") == 2
    assert (await head.get(f"{PAGE}/alike")).status_code == 303


async def test_concerns_about_one_adult_are_pointed_out_when_asked(
    head: Visitor, app: Starlette, clock: Clock, store: Store
) -> None:
    before = seen(await head.get("/patterns"))
    assert "Look for them" in before and "Hall" not in before
    found = await head.post("/patterns/concerns", "/patterns")
    assert "Sam Hall 3 concerns, 2 March 2026 SP-" in seen(found), "one day is said once"
    for reference in (FIRST, SECOND, THIRD):
        assert f'href="/desk/records/{reference}"' in found.text
    assert ABOUT_HEAD.reference not in found.text
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", school="elmtree")
    elsewhere = await Visitor(app, clock).in_as("elm@oakfield.example")
    none = await elsewhere.post("/patterns/concerns", "/patterns")
    assert "there are no 3 about one adult" in seen(none)
    assert (await head.get("/patterns/concerns")).headers["location"] == "/desk/patterns"


async def test_whom_nobody_named_is_called_by_their_post(
    head: Visitor, app: Starlette, clock: Clock, school: School
) -> None:
    for digit in "567":
        clock.advance(timedelta(days=1))
        await school.hand_in(record("staff-concern", "head", reference=f"SP-2222-222{digit}"))
    chair = await Visitor(app, clock).in_as(CHAIR)
    found = seen(await chair.post("/patterns/concerns", "/patterns"))
    assert "The headteacher 3 concerns, 3 March 2026 to 5 March 2026" in found
