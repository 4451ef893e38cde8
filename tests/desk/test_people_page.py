"""The people page: an administrator's, who sets who is there and invites, and sees no report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.desk import Office
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.lending import lending, shelf_of
from tests.desk.visitors import Visitor, application, seen
from tests.store.readers import School, add

LEAD, KEEPER = "coull@oakfield.example", "keeper@oakfield.example"
KEPT = record("incident", "pupil", words="sentinel-phrase")


@pytest.fixture
def app(desks: Office, store: Store, clock: Clock, tmp_path: Path) -> Starlette:
    return application(replace(desks, lent=lending(store, clock, shelf_of(tmp_path))))


@pytest_asyncio.fixture
async def keeper(app: Starlette, clock: Clock, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Kara Satterley", "deputy-dsl", ways={})
    await school.add("Sam Keeper", "desk-administrator")
    await School.opened(school.store, "elmtree")
    await add(school.store, "Ann Elm", "dsl", school="elmtree")
    await school.hand_in(KEPT)
    visitor = Visitor(app, clock)
    await visitor.sign_in(KEEPER)
    await visitor.link_phone()
    return visitor


async def test_it_names_the_schools_readers_and_no_report(keeper: Visitor) -> None:
    page = await keeper.get("/people")
    for text in (
        "Lucy Coull Designated safeguarding lead",
        "Told by e-mail",
        "nobody tells them that a report waits",
        "Works on every school day",
        "Covered by nobody",
        "Sam Keeper Administrator",
    ):
        assert text in seen(page), text
    assert "Ann Elm" not in seen(page)
    assert KEPT.reference not in page.text


async def test_days_cover_and_absence_are_set_and_written_down(
    keeper: Visitor, store: Store, clock: Clock
) -> None:
    assert (await keeper.post("/people/1", "/people", what="days", day0="1", day2="1")).is_redirect
    assert (await keeper.post("/people/1", "/people", what="cover", cover="2")).is_redirect
    sent = {"what": "away", "since": "2026-03-02", "until": "2026-03-06"}
    assert (await keeper.post("/people/1", "/people", **sent)).is_redirect
    lead = (await store.readers("oakfield"))[0]
    assert (lead.week, lead.cover, lead.away) == (frozenset((0, 2)), 2, True)
    page = seen(await keeper.get("/people"))
    assert "Works on Monday and Wednesday Covered by Kara Satterley" in page
    assert "Away from 2 March 2026 to 6 March 2026" in page
    assert "Sam Keeper changed cover – Lucy Coull" in seen(await keeper.get("/audit"))
    assert (await keeper.post("/people/1", "/people", what="back")).is_redirect
    assert not (await store.readers("oakfield"))[0].away


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"what": "days"}, "Choose at least one day"),
        ({"what": "cover", "cover": "1"}, "Nobody can cover for themselves"),
        ({"what": "cover", "cover": "3"}, "receive no records"),
        ({"what": "cover", "cover": "²"}, "Choose who covers"),
        ({"what": "away", "since": "soon"}, "Write the first day"),
        ({"what": "away", "since": "2026-03-02", "until": "x"}, "Write the last day"),
        ({"what": "away", "since": "2026-03-02", "until": "2026-03-01"}, "the other way round"),
        ({"what": "roles"}, "nothing was changed"),
    ],
)
async def test_what_cant_be_used_is_said_and_changes_nothing(
    keeper: Visitor, store: Store, sent: dict[str, str], says: str
) -> None:
    before = await store.readers("oakfield")
    answer = await keeper.post("/people/1", "/people", **sent)
    assert answer.status_code == 400 and says in seen(answer)
    assert await store.readers("oakfield") == before


async def test_an_invitation_is_shown_once_and_can_be_withdrawn(
    keeper: Visitor, store: Store
) -> None:
    made = await keeper.post("/people/invite", "/people", whom="parent")
    found = re.search(r"https://t\.me/OakBot\?start=([A-Za-z0-9_-]+)", made.text)
    assert found and "shown once" in seen(made)
    page = await keeper.get("/people")
    assert found[1] not in page.text
    assert "Parents and carers 500 more may use it" in seen(page)
    for_alerts = await keeper.post("/people/invite", "/people", whom="reader 1")
    assert "for Lucy Coull" in seen(for_alerts)
    for odd in ("", "reader", "reader x", "everybody"):
        assert (await keeper.post("/people/invite", "/people", whom=odd)).status_code == 400
    assert (await keeper.post("/people/invite", "/people", whom="reader 4")).status_code == 404

    for _ in range(2):
        assert (await keeper.post("/people/invitations/1", "/people")).is_redirect
    assert [one.number for one in await store.enrolments.open_invitations("oakfield")] == [2]
    audit = seen(await keeper.get("/audit"))
    assert "Sam Keeper invited a parent" in audit and "withdrew an invitation" in audit
    assert found[1] not in audit


async def test_nobody_else_changes_anything_here(
    keeper: Visitor, app: Starlette, clock: Clock, store: Store
) -> None:
    await keeper.post("/people/invite", "/people", whom="staff")
    before = await store.readers("oakfield")
    elsewhere = await store.readers("elmtree")
    tries: tuple[tuple[str, dict[str, str]], ...] = (
        ("/people/1", {"what": "days", "day0": "1"}),
        ("/people/invite", {"whom": "staff"}),
        ("/people/invitations/1", {}),
    )
    clock.advance(timedelta(minutes=1))
    for place, account in enumerate((LEAD, "elm@oakfield.example"), 2):
        visitor = await Visitor(app, clock, f"192.0.2.{place}").in_as(account)
        assert (await visitor.get("/people")).status_code == 404
        for path, sent in tries:
            assert (await visitor.post(path, "/", **sent)).status_code == 404
    stranger = Visitor(app, clock, "192.0.2.9")
    for path, sent in tries:
        assert (await stranger.post(path, "/sign-in", **sent)).status_code == 303
        assert (await keeper.client.post(f"/desk{path}", data=sent)).status_code == 403
    # An administrator of this school changes nobody at another.
    other = await keeper.post("/people/4", "/people", what="days", day0="1")
    assert other.status_code == 404
    assert await store.readers("oakfield") == before
    assert await store.readers("elmtree") == elsewhere
    assert len(await store.enrolments.open_invitations("oakfield")) == 1


async def test_somebody_who_is_both_sees_both(app: Starlette, clock: Clock, school: School) -> None:
    await school.add("Ian Rowden", "head", "desk-administrator")
    head = await Visitor(app, clock).in_as("rowden@oakfield.example")
    assert (await head.get("/")).status_code == (await head.get("/people")).status_code == 200
