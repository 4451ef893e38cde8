"""The gap list on the desk: put together by meaning, and marked when something was done."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.desk import Office
from bot.messages import Gap
from bot.store import Store
from tests.conftest import Clock
from tests.desk.lending import asked, lending, shelf_of
from tests.desk.visitors import Visitor, application, seen
from tests.store.readers import School, add

LEAD = "coull@oakfield.example"
HAMSTER = Gap("unknown", None, "can we have a page for the hamster")
PET = Gap("unknown", None, "may the class hamster have its own page")
DISCORD = Gap("unknown", None, "what are the rules for discord servers")
BREAK = Gap("not_covered", "break-time", "may i use it at playtime")


@pytest.fixture
def app(desks: Office, store: Store, clock: Clock, tmp_path: Path) -> Starlette:
    return application(replace(desks, lent=lending(store, clock, shelf_of(tmp_path))))


async def some(school: School) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.add("Sam Keeper", "desk-administrator")
    await School.opened(school.store, "elmtree")
    await add(school.store, "Ann Elm", "dsl", school="elmtree")
    for gap in (HAMSTER, PET, DISCORD, BREAK):
        await asked(school.store, gap)


def numbers(page: str, words: str) -> str:
    """What the form of the group with these words sends."""
    after = page.partition(words)[2]
    found = re.search(r'name="numbers" value="([\d ]+)"', after)
    return found[1] if found else ""


async def test_what_asks_the_same_is_one_thing_until_it_is_dealt_with(
    visitor: Visitor, school: School, store: Store
) -> None:
    await some(school)
    lead = await visitor.in_as(LEAD)
    page = await lead.get("/questions")
    assert "Not understood" in seen(page) and "In breaks" in seen(page)
    both = numbers(page.text, HAMSTER.words)
    assert len(both.split()) == 2 and PET.words in page.text

    answer = await lead.post("/questions/settle", "/questions", numbers=both, what="dealt")
    assert answer.headers["location"] == "/desk/questions"
    page = await lead.get("/questions")
    assert HAMSTER.words not in page.text and DISCORD.words in page.text
    assert HAMSTER.words in (await lead.get("/questions?show=dealt")).text
    assert [one.gap for one in await store.gaps("oakfield")] == [DISCORD, BREAK]

    await asked(store, PET)
    assert PET.words in (await lead.get("/questions")).text
    await lead.post("/questions/settle", "/questions?show=dealt", numbers=both, what="back")
    assert numbers((await lead.get("/questions")).text, HAMSTER.words).startswith(both)
    assert "Lucy Coull dealt with questions" in seen(await lead.get("/audit"))


async def test_only_the_schools_own_readers_see_and_settle_them(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await some(school)
    kept = " ".join(str(one.number) for one in await store.gaps("oakfield"))
    other = await Visitor(app, clock).in_as("elm@oakfield.example")
    assert "No question waits" in seen(await other.get("/questions"))
    await other.post("/questions/settle", "/policy", numbers=kept, what="dealt")

    keeper = Visitor(app, clock, "192.0.2.3")
    await keeper.sign_in("keeper@oakfield.example")
    await keeper.link_phone()
    assert (await keeper.get("/questions")).status_code == 404
    refused = await keeper.post("/questions/settle", "/people", numbers=kept, what="dealt")
    assert refused.status_code == 404

    stranger = Visitor(app, clock, "192.0.2.4")
    sent = await stranger.post("/questions/settle", "/sign-in", numbers=kept, what="dealt")
    assert sent.headers["location"].startswith("/desk/sign-in")
    lead = await Visitor(app, clock, "192.0.2.5").in_as(LEAD)
    await lead.client.post("/desk/questions/settle", data={"numbers": kept, "what": "dealt"})
    assert len(await store.gaps("oakfield")) == 4
    assert await store.gaps("oakfield", dealt=True) == []


async def test_nonsense_settles_nothing(visitor: Visitor, school: School, store: Store) -> None:
    await some(school)
    lead = await visitor.in_as(LEAD)
    for odd in ("", "x ² -1", "99999", "9" * 40):
        answer = await lead.post("/questions/settle", "/questions", numbers=odd, what="dealt")
        assert answer.status_code == 303
    assert len(await store.gaps("oakfield")) == 4
