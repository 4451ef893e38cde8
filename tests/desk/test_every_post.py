"""Every form of the desk, sent by those who must not: taken from the application itself.

Nobody, another school's reader, a reader whom the record is about, somebody who looks after the
machines, and anybody without the token of their page. After each of them the record is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot.desk import Office, desk_app
from bot.desk.doors import PEOPLE
from bot.desk.guard import HALF_WAY, OPEN
from bot.desk.steps import READ
from bot.store import Store
from bot.store.case_tables import open_actions, part_keys, record_parts
from bot.store.enrolment_tables import invitations
from bot.store.tables import readers, record_keys, records
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.lending import lending, shelf_of
from tests.desk.visitors import Visitor, application, every_route
from tests.store.readers import School, add

SECRET = "sentinel-phrase"
ABOUT = record("staff-concern", "head", "Ian Rowden", words=SECRET, facts=(("Where", SECRET),))
FORM = {
    "what": "note",
    "text": "I was here",
    "moves": "0",
    "reason": "because",
    "form": "json",
    "words": "sentinel",
    "toward": "me",
    "role": "parent",
    "came": "phone",
    "day": "2026-03-02",
    "reference": ABOUT.reference,
    "proof": "0" * 64,
    "account": "nobody@oakfield.example",
    "passphrase": "entirely made up words",
    "again": "entirely made up words",
    "school": "oakfield",
    "name": "Eve",
    "email": "eve@oakfield.example",
    "link": "x" * 43,
    "code": "000000",
    "who": "1",
    "sure": "1",
    "owner": "1",
    "action": "1",
    "outcome": "approved",
    "review": "2027-03-01",
    "day0": "1",
    "cover": "1",
    "since": "2026-03-02",
    "whom": "staff",
}
"""Something plausible in each field that any form has."""

DONE_AT: Mapping[str, Iterable[str]] = {
    f"/records/{ABOUT.reference}/step": READ,
    "/people/1": ("days", "cover", "away", "back"),
}
"""Where one form or another is sent to the same address, as its `what` says."""

KEEPER = "keeper@oakfield.example"
INTRUDERS = {
    "another school's reader": "elm@oakfield.example",
    "another school's administrator": "ash@oakfield.example",
    "whom it is about": "rowden@oakfield.example",
    "who looks after the machines": "o'brien@oakfield.example",
    "an administrator": KEEPER,
}


def posts(desks: Office) -> list[str]:
    parameters = {"{reference}": ABOUT.reference, "{kind}": "incident"}
    found = [path for method, path in every_route(desk_app(desks), parameters) if method == "POST"]
    assert not [path for path in found if "{" in path], "a parameter that this test doesn't know"
    return found


def forms(desks: Office) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form with what is typed into it: one for each thing that can be done with a report."""
    for path in posts(desks):
        for what in DONE_AT.get(path, ("note",)):
            yield path, {**FORM, "what": what}


@pytest.fixture
def app(desks: Office, store: Store, clock: Clock, tmp_path: Path) -> Starlette:
    return application(replace(desks, lent=lending(store, clock, shelf_of(tmp_path))))


@pytest.fixture(autouse=True)
async def people(school: School, store: Store) -> None:
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    await school.add("Carl O'Brien", "network-manager")
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", school="elmtree")
    await add(store, "Tom Ash", "desk-administrator", school="elmtree")
    await school.add("Sam Keeper", "desk-administrator")
    await school.hand_in(ABOUT)


async def kept(store: Store) -> list[object]:
    """All that a form could have changed."""

    def rows(at: object) -> list[object]:
        run = at.execute  # type: ignore[attr-defined]
        state = run(select(records.c.status, records.c.moves, records.c.mark, records.c.held)).all()
        state += run(select(invitations).where(invitations.c.school == "oakfield")).all()
        tables = record_parts, part_keys, open_actions, record_keys, readers
        return [*state, *(row for table in tables for row in run(select(table)).all())]

    return await store._database.read(rows)


async def csrf(visitor: Visitor, page: str) -> str:
    return (await visitor.get(page)).text.partition('name="csrf" value="')[2][:64]


async def test_nobody_sends_a_form(visitor: Visitor, desks: Office, store: Store) -> None:
    before = await kept(store)
    for path, form in forms(desks):
        form["csrf"] = await csrf(visitor, "/sign-in")
        answer = await visitor.client.post(f"/desk{path}", data=form)
        assert SECRET not in answer.text, path
        if path in OPEN:
            assert answer.status_code in (400, 404), path
        else:
            # With words in it they are shown to be copied, and without it leads to the way in.
            assert answer.status_code == 401, path
            bare = await visitor.client.post(f"/desk{path}", data={"csrf": form["csrf"]})
            assert bare.headers["location"].startswith("/desk/sign-in"), path
    assert await kept(store) == before
    assert (await visitor.get("/")).status_code == 303


@pytest.mark.parametrize("account", INTRUDERS.values(), ids=INTRUDERS.keys())
async def test_no_form_reaches_a_record_that_is_for_others(
    app: Starlette, clock: Clock, desks: Office, store: Store, account: str
) -> None:
    visitor = await Visitor(app, clock).in_as(account)
    token = await csrf(visitor, "/sign-out")
    assert token
    before = await kept(store)
    assert len(list(forms(desks))) > len(posts(desks)) > 7
    for path, form in forms(desks):
        if path == "/sign-out" or (account == KEEPER and path.startswith(PEOPLE)):
            continue
        form["csrf"] = token
        answer = await visitor.client.post(f"/desk{path}", data=form)
        assert SECRET not in answer.text, path
        assert answer.status_code < 500, path
        if ABOUT.reference in path:
            absent = path.replace(ABOUT.reference, "SP-9999-9999")
            there = await visitor.client.post(f"/desk{absent}", data=form)
            assert (answer.status_code, answer.text) == (there.status_code, there.text), path
            assert answer.status_code == 404, path
        assert await kept(store) == before, path
    assert (await visitor.client.post("/desk/sign-out", data={"csrf": token})).status_code < 400


async def test_an_administrator_does_change_the_people(
    app: Starlette, clock: Clock, store: Store
) -> None:
    """So that the others don't pass because these forms never do anything."""
    visitor = await Visitor(app, clock).in_as(KEEPER)
    token = await csrf(visitor, "/sign-out")
    for path, what in (("/people/1", "days"), ("/people/1", "away"), ("/people/invite", "note")):
        before = await kept(store)
        form = {**FORM, "csrf": token, "what": what}
        assert (await visitor.client.post(f"/desk{path}", data=form)).status_code < 400
        assert await kept(store) != before, what


@pytest.mark.parametrize("token", ["", "0" * 64, "of another browser", "²"])
async def test_no_form_is_taken_without_the_token_of_its_page(
    app: Starlette, clock: Clock, desks: Office, store: Store, token: str
) -> None:
    """Not even from the reader whom the record is for."""
    visitor = await Visitor(app, clock).in_as("samuelson@oakfield.example")
    if token == "of another browser":
        token = await csrf(Visitor(app, clock), "/sign-in")
    before = await kept(store)
    for path, form in forms(desks):
        answer = await visitor.client.post(f"/desk{path}", data={**form, "csrf": token})
        assert answer.status_code == 403, path
    assert await kept(store) == before
    assert (await visitor.get("/")).status_code == 200


async def test_a_form_that_is_right_does_reach_it(
    app: Starlette, clock: Clock, store: Store
) -> None:
    """So that the others don't pass because nothing ever gets through."""
    visitor = await Visitor(app, clock).in_as("samuelson@oakfield.example")
    page = f"/records/{ABOUT.reference}"
    await visitor.get(page)
    before = await kept(store)
    sent = await visitor.post(f"{page}/step", page, what="note", text="I was here", moves="0")
    assert sent.status_code == 303
    assert await kept(store) != before


def test_the_ways_in_are_few(desks: Office) -> None:
    assert set(OPEN | HALF_WAY) <= set(posts(desks))
    without = replace(desks, paper=None)
    assert len(posts(without)) < len(posts(desks))
