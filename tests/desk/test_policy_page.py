"""The policy on the desk: word for word what people are told, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.desk import Office
from bot.policy.editions import read_edition, write_edition
from bot.policy.shelf import Shelf
from bot.store import Store
from tests.conftest import Clock
from tests.desk.lending import lending, shelf_of
from tests.desk.visitors import Visitor, application, seen
from tests.store.readers import School

LEAD = "coull@oakfield.example"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_of(tmp_path)


@pytest.fixture
def app(desks: Office, store: Store, clock: Clock, shelf: Shelf) -> Starlette:
    return application(replace(desks, lent=lending(store, clock, shelf)))


async def test_each_topic_stands_with_what_staff_and_parents_are_told(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    lead = await visitor.in_as(LEAD)
    page = seen(await lead.get("/policy"))
    assert "The review is overdue. It was due in March 2025." in page
    assert "In lessons Staff: No Parents: Told" in page
    assert "In breaks Staff: Policy is silent Parents: Policy is silent" in page
    topic = seen(await lead.get("/policy/topics/lesson-time"))
    assert "No. Put it away until the lesson ends." in topic
    assert "Staff, bullet 2 A lesson may need it." in topic
    silent = seen(await lead.get("/policy/topics/break-time"))
    assert "The policy says nothing on this." in silent
    for odd in ("nothing", "%00", "..%2f..", "lesson-time/x"):
        assert (await lead.get(f"/policy/topics/{odd}")).status_code == 404


async def test_what_has_changed_is_shown_before_and_since(
    visitor: Visitor, school: School, shelf: Shelf, tmp_path: Path, clock: Clock
) -> None:
    await school.add("Lucy Coull", "dsl")
    lead = await visitor.in_as(LEAD)
    assert "Nothing has changed" in seen(await lead.get("/policy/changes"))
    clock.advance(timedelta(minutes=5))
    answers = tmp_path / "oakfield/answers/day.yml"
    answers.write_text(answers.read_text().replace("until the lesson ends", "in your bag"))
    assert await shelf.look()
    page = seen(await lead.get("/policy/changes"))
    assert "In lessons changed, for staff" in page
    assert "Before: No. Put it away until the lesson ends." in page
    assert "Now: No. Put it away in your bag." in page
    assert "for parents" not in page and "In breaks" not in page


async def test_an_edition_from_elsewhere_is_said_to_be_unreadable(
    visitor: Visitor, school: School, store: Store, clock: Clock
) -> None:
    await school.add("Lucy Coull", "dsl")
    await store.views.note_edition("oakfield", "older", b"not an edition")
    clock.advance(timedelta(minutes=5))
    lead = await visitor.in_as(LEAD)
    assert "another version of Signpost" in seen(await lead.get("/policy/changes"))


def test_an_edition_comes_back_as_it_was(shelf: Shelf) -> None:
    library = shelf()
    pack = library.pack("oakfield")
    read = read_edition(write_edition(pack, library.topics))
    assert read is not None and read[0] == pack and read[1] == library.topics


async def test_it_is_not_for_an_administrator(app: Starlette, clock: Clock, school: School) -> None:
    await school.add("Sam Keeper", "desk-administrator")
    keeper = Visitor(app, clock)
    await keeper.sign_in("keeper@oakfield.example")
    await keeper.link_phone()
    for path in ("/policy", "/policy/changes", "/policy/topics/lesson-time"):
        assert (await keeper.get(path)).status_code == 404
