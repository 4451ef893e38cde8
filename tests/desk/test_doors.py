"""Who may go where: whoever receives reports, and whoever looks after who does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.desk import Office
from bot.desk.doors import DOORS, doors_for, lets_in
from bot.errors import UnknownReader
from bot.store import Store
from tests.cases.people import reader, record
from tests.conftest import Clock
from tests.desk.lending import lending, shelf_of
from tests.desk.test_guard import routes
from tests.desk.visitors import Visitor, application
from tests.store.readers import PASSPHRASE, School, held

SECRET = "sentinel-phrase"
KEPT = record("incident", "pupil", "Mr Sentinel Name", words=SECRET)
LEAD, KEEPER = "coull@oakfield.example", "keeper@oakfield.example"


def test_a_path_that_nobody_thought_about_is_for_those_who_receive() -> None:
    lead, keeper = reader(1, "Lucy Coull", "dsl"), reader(2, "Sam Keeper", "desk-administrator")
    both = reader(3, "Ian Rowden", "head", "desk-administrator")
    for path in ("/new", "/records/SP-7KQ4-XM2D", "/export", "/", "/search", "/questions/settle"):
        assert lets_in(lead, path) and lets_in(both, path) and not lets_in(keeper, path)
    for path in ("/people", "/people/1/days"):
        assert lets_in(keeper, path) and lets_in(both, path) and not lets_in(lead, path)
    assert doors_for(both) == list(DOORS)
    assert [door.title for door in doors_for(keeper)] == ["Audit", "People"]


async def test_an_administrator_gets_to_no_report_by_any_address(
    desks: Office, app: Starlette, clock: Clock, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.add("Sam Keeper", "desk-administrator")
    await school.hand_in(KEPT)
    keeper = Visitor(app, clock)
    await keeper.sign_in(KEEPER)
    await keeper.link_phone()
    assert (await keeper.get("/")).headers["location"] == "/desk/people"
    ways_out = ("/people", "/audit", "/sign-out", "/sign-in", "/set-up", "/recover")
    for method, path in routes(desks):
        if path.startswith((*ways_out, "/second-factor")) or path == "/":
            continue
        if method == "POST":
            answer = await keeper.post(path, "/people", reason="because", words=SECRET)
        else:
            answer = await keeper.client.request(method, f"/desk{path}")
        assert answer.status_code == 404, (method, path)
        assert SECRET not in answer.text and KEPT.reference not in answer.text


async def test_the_links_at_the_head_lead_somewhere(
    desks: Office, clock: Clock, school: School, tmp_path: Path
) -> None:
    await school.add("Ian Rowden", "head", "desk-administrator")
    lent = lending(school.store, clock, shelf_of(tmp_path))
    head = Visitor(application(replace(desks, lent=lent)), clock)
    await head.in_as("rowden@oakfield.example")
    page = await head.get("/")
    for door in DOORS:
        assert f'href="/desk{door.path}"' in page.text
        answer = await head.client.get(f"/desk{door.path}", follow_redirects=True)
        assert answer.status_code == 200, door.path
        here = f'href="/desk{door.path}" aria-current="page"'
        assert here in answer.text, door.path


async def test_nobody_gives_a_report_to_an_administrator(store: Store, school: School) -> None:
    from bot.store.keyring import unlock

    lead = await school.add("Lucy Coull", "dsl")
    keeper = await school.add("Sam Keeper", "desk-administrator")
    await school.hand_in(KEPT)
    private = unlock(await store.reader_keys(lead), PASSPHRASE)
    with pytest.raises(UnknownReader):
        await store.keyholders.grant([KEPT.reference], lead, private, keeper, "oakfield")
    assert await held(store, keeper) == []


async def test_only_administrators_means_that_no_reports_are_taken(
    store: Store, school: School
) -> None:
    await school.add("Sam Keeper", "desk-administrator")
    assert not await store.takes_records("oakfield")
