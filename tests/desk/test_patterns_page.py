"""Patterns: counted among what their reader can open, and no small number is told."""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.applications import Starlette

from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School, add

LEAD, HEAD, CHAIR = (f"{one}@oakfield.example" for one in ("coull", "rowden", "samuelson"))


async def some(school: School, kind: str, number: int, first: int, **more: object) -> None:
    for place in range(first, first + number):
        await school.hand_in(record(kind, reference=f"SP-2222-{place:04d}", **more))  # type: ignore[arg-type]


def row(page: str, name: str) -> list[str]:
    found = re.search(rf"<tr><th scope=\"row\">{name}</th>(.*?)</tr>", page, re.S)
    return re.findall(r"<td>(.*?)</td>", found[1]) if found else []


async def test_kinds_are_counted_by_term_and_small_numbers_kept_back(
    visitor: Visitor, school: School, clock: Clock
) -> None:
    await school.add("Lucy Coull", "dsl")
    await some(school, "incident", 6, 1)
    await some(school, "permission", 2, 20)
    await some(school, "contact-report", 3, 40)
    lead = await visitor.in_as(LEAD)
    page = (await lead.get("/patterns")).text
    assert row(page, "Online incident") == ["0", "0", "0", "6"]
    assert row(page, "Permission request") == row(page, "Contact report") == []
    assert row(page, "Other kinds") == ["0", "0", "0", "5"]
    assert row(page, "All") == ["0", "0", "0", "11"]
    await some(school, "website-report", 1, 60)
    assert row((await lead.get("/patterns")).text, "Other kinds")[-1] == "6"


async def test_a_total_that_would_give_a_small_number_away_is_not_told(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await some(school, "incident", 4, 1)
    lead = await visitor.in_as(LEAD)
    page = await lead.get("/patterns")
    assert row(page.text, "All")[-1] == row(page.text, "Other kinds")[-1] == "–"
    assert not re.search(r">[1-4]<", page.text)
    await some(school, "permission", 5, 20)
    page = await lead.get("/patterns")
    # Nine in all, and five of them permissions, would say that the rest is four.
    assert row(page.text, "Permission request") == []
    assert row(page.text, "All")[-1] == row(page.text, "Other kinds")[-1] == "9"


async def test_what_somebody_is_kept_from_is_in_none_of_their_numbers(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", school="elmtree")
    head = await Visitor(app, clock).in_as(HEAD)
    before = await head.get("/patterns"), await head.post("/patterns/places", "/patterns")
    await some(school, "staff-concern", 12, 1, subject="head", facts=(("App or site", "Sentinel"),))
    after = await head.get("/patterns"), await head.post("/patterns/places", "/patterns")
    assert [seen(one) for one in before] == [seen(one) for one in after]
    other = await Visitor(app, clock, "192.0.2.7").in_as("elm@oakfield.example")
    assert "No reports have come in" in seen(await other.get("/patterns"))

    chair = await Visitor(app, clock, "192.0.2.9").in_as(CHAIR)
    page = await chair.post("/patterns/places", "/patterns")
    assert row(page.text, "Concern about an adult")[-1] == "12"
    assert row(page.text, "Sentinel") == ["12"]


async def test_places_are_counted_by_opening_and_capitals_make_no_difference(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await some(school, "incident", 5, 1, facts=(("App or site", "WhatsApp"),))
    await some(school, "incident", 1, 20, facts=(("App or site", "whatsapp "),))
    await some(school, "incident", 2, 30, facts=(("App or site", "TikTok"),))
    await some(school, "incident", 3, 40, facts=(("App or site", "<b>"), ("Where", "here")))
    await some(school, "incident", 1, 50, facts=(("In touch on", "Instagram"),))
    lead = await visitor.in_as(LEAD)
    assert "WhatsApp" not in (await lead.get("/patterns")).text
    page = await lead.post("/patterns/places", "/patterns")
    assert row(page.text, "WhatsApp") == ["6"]
    assert "TikTok" not in page.text and "&lt;b&gt;" not in page.text
    assert "all 12 reports" in seen(page)


async def test_how_soon_they_were_seen_is_told_from_five_up(
    visitor: Visitor, school: School, clock: Clock
) -> None:
    await school.add("Lucy Coull", "dsl")
    await some(school, "incident", 5, 1, severity="serious")
    lead = await visitor.in_as(LEAD)
    clock.advance(timedelta(minutes=10))
    for place in range(1, 5):
        await lead.get(f"/records/SP-2222-{place:04d}")
    assert row((await lead.get("/patterns")).text, "Serious") == ["–"] * 4
    await lead.get("/records/SP-2222-0005")
    assert row((await lead.get("/patterns")).text, "Serious")[0].endswith("minutes")
