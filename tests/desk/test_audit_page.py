"""The audit page: what was done, for those who may know of it, and whether it still stands."""

from __future__ import annotations

from sqlalchemy import text
from starlette.applications import Starlette

from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School, add

TOLD = record("incident", "pupil", words="sentinel-phrase")
ABOUT_HEAD = record("staff-concern", "head", reference="SP-2222-2222")
LEAD, HEAD = "coull@oakfield.example", "rowden@oakfield.example"
CHAIR, KEEPER = "samuelson@oakfield.example", "keeper@oakfield.example"


async def signed_in(app: Starlette, clock: Clock, account: str, number: int) -> Visitor:
    return await Visitor(app, clock, f"192.0.2.{number}").in_as(account)


async def people(school: School) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    await school.add("Sam Keeper", "desk-administrator")


async def test_it_says_who_did_what_and_nothing_that_a_report_says(
    app: Starlette, clock: Clock, school: School
) -> None:
    await people(school)
    await school.hand_in(TOLD)
    lead = await signed_in(app, clock, LEAD, 1)
    await lead.get(f"/records/{TOLD.reference}")
    page = seen(await lead.get("/audit"))
    assert "Signpost stored SP-7KQ4-XM2D" in page
    assert "Lucy Coull opened SP-7KQ4-XM2D" in page
    assert "An administrator added – Lucy Coull" in page
    assert "sentinel" not in page
    narrowed = seen(await lead.get("/audit?reference=sp7kq4xm2d&who=1"))
    assert "Lucy Coull opened" in narrowed and "Signpost stored" not in narrowed
    assert "Nothing fits" in seen(await lead.get("/audit?reference=SP-3333-3333"))


async def test_whom_a_report_is_about_sees_no_row_of_it(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await people(school)
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "head", school="elmtree")
    await school.hand_in(ABOUT_HEAD)
    chair = await signed_in(app, clock, CHAIR, 1)
    await chair.get(f"/records/{ABOUT_HEAD.reference}")
    assert ABOUT_HEAD.reference in (await chair.get("/audit")).text

    for place, account in enumerate((HEAD, KEEPER, "elm@oakfield.example"), 2):
        visitor = await signed_in(app, clock, account, place)
        await visitor.get(f"/records/{ABOUT_HEAD.reference}")
        for path in ("/audit", "/audit?who=3", f"/audit?reference={ABOUT_HEAD.reference}"):
            page = await visitor.get(path)
            assert "Hugh Samuelson opened" not in seen(page), (account, path)
            assert f">{ABOUT_HEAD.reference}<" not in page.text, (account, path)


async def test_what_is_done_unseen_changes_nothing_on_the_page(
    app: Starlette, clock: Clock, school: School
) -> None:
    """No number grows, and none is left out, where somebody is kept from a report."""
    await people(school)
    head = await signed_in(app, clock, HEAD, 1)
    before = await head.get("/audit"), await head.post("/audit/check", "/audit")
    await school.hand_in(ABOUT_HEAD)
    chair = await signed_in(app, clock, CHAIR, 2)
    await chair.get(f"/records/{ABOUT_HEAD.reference}")
    clock.moment = clock.moment.replace(hour=9, minute=15)
    after = await head.get("/audit"), await head.post("/audit/check", "/audit")
    assert [seen(one) for one in before] == [seen(one) for one in after]


async def test_a_row_that_was_changed_is_found(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await people(school)
    await school.hand_in(TOLD)
    lead = await signed_in(app, clock, LEAD, 1)
    assert "stands as it was written" in seen(await lead.post("/audit/check", "/audit"))
    await store._database.write(
        lambda at: at.execute(text("UPDATE audit SET action = 'erased' WHERE number = 2"))
    )
    assert "not as it was written" in seen(await lead.post("/audit/check", "/audit"))


async def test_a_long_list_comes_in_pages(app: Starlette, clock: Clock, school: School) -> None:
    await people(school)
    await school.hand_in(TOLD)
    lead = await signed_in(app, clock, LEAD, 1)
    for _ in range(60):
        await lead.get(f"/records/{TOLD.reference}")
    first, second = await lead.get("/audit"), await lead.get("/audit?start=50")
    assert first.text.count("<li>") == 50
    assert "An administrator added" not in seen(first)
    assert "An administrator added" in seen(second)
    for odd in ("start=-1", "start=²", "who=x", "reference=%00", "start=99999999999"):
        assert (await lead.get(f"/audit?{odd}")).status_code == 200
