"""Nobody gets past the door: not to a page, not with a form, whoever they are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.desk import Office, desk_app
from bot.desk.guard import HALF_WAY, OPEN
from bot.desk.typed import MOST_TYPED
from bot.errors import StoreError
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import SCHOOLS, Visitor, every_route, seen
from tests.store.readers import School, add

SECRET = "sentinel-phrase"
KEPT = record("incident", "pupil", "Mr Sentinel Name", words=SECRET, facts=(("Where", SECRET),))
PARAMETERS = {"{reference}": KEPT.reference, "{kind}": "incident"}


def routes(desks: Office) -> Iterator[tuple[str, str]]:
    """Each address of the desk, and each method it takes."""
    return every_route(desk_app(desks), PARAMETERS)


async def test_a_stranger_gets_nowhere_but_to_the_ways_in(
    visitor: Visitor, desks: Office, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(KEPT)
    for method, path in routes(desks):
        for address in (path, f"{path}/", f"{path}?x=1"):
            answer = await visitor.client.request(method, f"/desk{address}")
            assert SECRET not in answer.text
            if method != "POST" and path not in OPEN:
                assert answer.status_code == 303, (method, address)
                assert answer.headers["location"].startswith("/desk/sign-in")
            assert answer.headers["cache-control"] == "no-store"
            assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_no_form_is_taken_without_its_token(
    visitor: Visitor, app: Starlette, clock: Clock, desks: Office, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(KEPT)
    await visitor.in_as("coull@oakfield.example")
    stranger = Visitor(app, clock)
    other = (await stranger.get("/sign-in")).text.partition('name="csrf" value="')[2][:64]
    posts = [path for method, path in routes(desks) if method == "POST"]
    assert len(posts) > 5
    for path, token in itertools.product(posts, ("", "0" * 64, other, "²")):
        answer = await visitor.client.post(
            f"/desk{path}", data={"csrf": token, "reason": "because", "everywhere": "1"}
        )
        assert answer.status_code == 403, path
        assert "Nothing was done" in seen(answer)
    assert (await visitor.get("/")).status_code == 200


async def test_a_form_is_a_form_and_of_a_bearable_size(visitor: Visitor) -> None:
    await visitor.get("/sign-in")
    for content, kind, status in [
        (b"x" * (MOST_TYPED + 1), "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(1000)), "application/x-www-form-urlencoded", 403),
        (b'{"csrf": 1}', "application/json", 403),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=x", 403),
        (b"", "multipart/form-data; boundary=x", 403),
    ]:
        answer = await visitor.client.post(
            "/desk/sign-in", content=content, headers={"content-type": kind}
        )
        assert answer.status_code == status
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert (await visitor.client.request(method, "/desk/sign-in")).status_code == 405


async def test_a_page_that_somebody_adds_is_closed_to_strangers(
    desks: Office, clock: Clock
) -> None:
    async def careless(scope: object, receive: object, send: object) -> None:
        raise AssertionError("a stranger got in")

    desk = desk_app(desks)
    desk.router.routes.append(Route("/new", careless, methods=["GET", "POST"]))
    visitor = Visitor(Starlette(routes=[Mount("/desk", app=desk)]), clock)
    assert (await visitor.get("/new")).headers["location"] == "/desk/sign-in"
    assert (await visitor.post("/new", "/sign-in")).headers["location"] == "/desk/sign-in"


async def test_who_has_no_key_meets_the_same_wall_as_where_there_is_nothing(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    """The subject who is a reader, another school's reader, and who looks after the machines."""
    about = record("staff-concern", "head", words=SECRET)
    await school.add("Ian Rowden", "head")
    await school.add("Hugh Samuelson", "chair-of-governors")
    await school.add("Carl O'Brien", "network-manager")
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", school="elmtree")
    await school.hand_in(about)

    for account in ("rowden@oakfield.example", "o'brien@oakfield.example"):
        await wall(Visitor(app, clock), account, about.reference)
    await wall(Visitor(app, clock, "192.0.2.8"), "elm@oakfield.example", about.reference)
    chair = await Visitor(app, clock, "192.0.2.9").in_as("samuelson@oakfield.example")
    assert SECRET in (await chair.get(f"/records/{about.reference}")).text


async def wall(visitor: Visitor, account: str, reference: str) -> None:
    await visitor.in_as(account)
    for path in ("", "/print", "/export"):
        there = await visitor.get(f"/records/{reference}{path}")
        absent = await visitor.get(f"/records/SP-9999-9999{path}")
        assert there.status_code == absent.status_code == 404
        assert there.text == absent.text
    taken = await visitor.post(f"/records/{reference}/export", "/", form="pdf", reason="because")
    assert taken.status_code == 404
    inbox = await visitor.get("/")
    assert reference not in inbox.text
    assert "0 To do 0 Overdue 0 Urgent 0 New 0 For decision" in seen(inbox)
    assert reference not in (await visitor.post("/search", "/", words=SECRET)).text
    listed = await visitor.post("/export", reason="because")
    assert listed.text.count("\n") == 1


def test_the_schools_of_these_tests_are_the_stores() -> None:
    assert [school for school, _ in SCHOOLS] == ["oakfield", "elmtree"]
    assert not OPEN & HALF_WAY


async def test_while_the_database_is_away_everybody_is_told_and_nobody_is_signed_out(
    visitor: Visitor, school: School, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(KEPT)
    await visitor.in_as("coull@oakfield.example")
    record_page = f"/records/{KEPT.reference}"

    async def away(*asked: object) -> None:
        raise StoreError("It doesn't answer.")

    with monkeypatch.context() as broken:
        broken.setattr(store.desk, "session", away)
        for method, path in (("GET", "/"), ("GET", record_page), ("POST", f"{record_page}/step")):
            answer = await visitor.client.request(method, f"/desk{path}")
            assert answer.status_code == 503
            assert "what you asked for wasn't done" in seen(answer)
            assert SECRET not in answer.text and "set-cookie" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
    assert SECRET in (await visitor.get(record_page)).text
