"""The first reader of a school, and the way back in with the recovery sheet."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.desk import Office, new_setup_link
from bot.store import Store
from bot.store.keyring import from_paper, on_paper
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import PASSPHRASE, School

NEW = {
    "school": "oakfield",
    "name": "Lucy Coull",
    "role": "dsl",
    "email": "lucy@oakfield.example",
    "passphrase": PASSPHRASE,
    "again": PASSPHRASE,
}
SHEET = re.compile(r'<p class="key">([A-Z2-7 ]+)</p>')


async def set_up(visitor: Visitor, desks: Office, **other: str) -> tuple[str, str]:
    """The link, and the page that it led to."""
    path = await new_setup_link(desks)
    assert path
    link = path.partition("link=")[2]
    answer = await visitor.post("/set-up", path, link=link, **{**NEW, **other})
    return path, answer.text


async def test_the_first_reader_comes_through_the_link_and_gets_the_sheet(
    visitor: Visitor, desks: Office, store: Store
) -> None:
    path, page = await set_up(visitor, desks)

    found = SHEET.search(page)
    assert found
    (reader,) = await store.readers("oakfield")
    assert (reader.name, sorted(reader.roles)) == ("Lucy Coull", ["desk-administrator", "dsl"])
    assert await store.takes_records("oakfield")
    assert (await visitor.get("/")).headers["location"] == "/desk/second-factor"
    assert (await visitor.link_phone()).headers["location"] == "/desk/?welcome=1"

    school = School(store, from_paper(found[1]))
    await school.hand_in(record("incident", "pupil"))
    assert (await school.read("SP-7KQ4-XM2D", None)).record == record("incident", "pupil")
    assert (await visitor.get("/records/SP-7KQ4-XM2D")).status_code == 200
    assert found[1] not in (await visitor.get(path)).text


async def test_the_link_works_once_and_for_a_day(
    visitor: Visitor, app: Starlette, desks: Office, clock: Clock, store: Store
) -> None:
    path, _ = await set_up(visitor, desks)
    assert (await Visitor(app, clock).get(path)).status_code == 404

    later = await new_setup_link(desks)
    assert later
    assert (await Visitor(app, clock).get(later)).status_code == 200
    clock.advance(timedelta(days=1))
    assert (await Visitor(app, clock).get(later)).status_code == 404


async def test_a_new_link_makes_the_old_one_void(visitor: Visitor, desks: Office) -> None:
    first = await new_setup_link(desks)
    second = await new_setup_link(desks)
    assert first and second
    assert (await visitor.get(first)).status_code == 404
    assert (await visitor.get(second)).status_code == 200


async def test_a_school_that_has_a_reader_gets_no_second_one_this_way(
    visitor: Visitor, desks: Office, school: School, store: Store
) -> None:
    await school.add("Ian Rowden", "head")

    path, page = await set_up(visitor, desks)

    assert "used already" in page
    assert len(await store.readers("oakfield")) == 1
    assert (await visitor.get(path)).status_code == 200
    assert 'value="oakfield"' not in (await visitor.get(path)).text


async def test_no_link_where_every_school_has_somebody(
    desks: Office, school: School, store: Store
) -> None:
    from tests.store.readers import add

    await school.add("Ian Rowden", "head")
    await add(store, "Ann Elm", "head", school="elmtree")
    assert await new_setup_link(desks) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"school": "nowhere"},
        {"name": " "},
        {"role": "network-manager"},
        {"role": "king"},
        {"email": ""},
        {"email": "lucy"},
        {"passphrase": "short", "again": "short"},
        {"again": "another passphrase"},
    ],
)
async def test_what_cannot_be_used_is_said_and_the_link_stays(
    visitor: Visitor, desks: Office, store: Store, wrong: dict[str, str]
) -> None:
    path, page = await set_up(visitor, desks, **wrong)

    assert 'role="alert"' in page
    assert PASSPHRASE not in page
    assert await store.readers("oakfield") == []
    assert (await visitor.get(path)).status_code == 200


NEXT = "entirely different words"


async def recovered(visitor: Visitor, account: str, school: School, **other: str) -> int:
    form = {
        "account": account,
        "sheet": on_paper(school.recovery).lower(),
        "passphrase": NEXT,
        "again": NEXT,
        **other,
    }
    return (await visitor.post("/recover", **form)).status_code


async def test_the_sheet_brings_somebody_back_to_what_they_had(
    visitor: Visitor, app: Starlette, clock: Clock, school: School
) -> None:
    await school.add("Ian Rowden", "head")
    await school.add("Lucy Coull", "dsl")
    theirs = record("incident", "pupil", reference="SP-2222-2222")
    not_theirs = record("staff-concern", "dsl", reference="SP-3333-3333")
    for one in (theirs, not_theirs):
        await school.hand_in(one)
    account = "coull@oakfield.example"
    await visitor.in_as(account)

    assert await recovered(Visitor(app, clock), account, school) == 303

    assert (await visitor.get("/")).headers["location"] == "/desk/sign-in"
    assert (await visitor.sign_in(account, PASSPHRASE)).status_code == 400
    assert (await visitor.sign_in(account, NEXT, "")).status_code == 303
    await visitor.link_phone()
    assert (await visitor.get("/records/SP-2222-2222")).status_code == 200
    assert (await visitor.get("/records/SP-3333-3333")).status_code == 404
    await school.hand_in(record("incident", "pupil", reference="SP-4444-4444"))
    assert (await visitor.get("/records/SP-4444-4444")).status_code == 200


async def test_another_schools_sheet_or_a_stranger_changes_nothing(
    visitor: Visitor, app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await school.add("Lucy Coull", "dsl")
    elsewhere = await School.opened(store, "elmtree")
    account = "coull@oakfield.example"

    assert await recovered(Visitor(app, clock), account, elsewhere) == 400
    assert await recovered(Visitor(app, clock), "nobody@oakfield.example", school) == 400
    assert await recovered(Visitor(app, clock), account, school, sheet="AAAA BBBB") == 400
    assert await recovered(Visitor(app, clock), account, school, again="not the same") == 400
    assert (await visitor.sign_in(account, PASSPHRASE)).status_code == 303


async def test_the_sheet_is_said_to_be_shown_once(visitor: Visitor, desks: Office) -> None:
    path = await new_setup_link(desks)
    assert path
    answer = await visitor.post("/set-up", path, link=path.partition("link=")[2], **NEW)
    assert "shown once" in seen(answer)
    assert answer.headers["cache-control"] == "no-store"
