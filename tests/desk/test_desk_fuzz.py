"""Nothing that is asked for breaks the desk, or shows what is another school's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk import Office, desk_app
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.fuzzing import requests, tried
from tests.desk.lending import lending, shelf_of
from tests.desk.visitors import Visitor, application
from tests.store.readers import School, add

SECRET = "sentinel-phrase"
KEPT = record("incident", "pupil", "Mr Sentinel Name", words=SECRET, facts=(("Where", SECRET),))
THEIRS = record("permission", school="elmtree", reference="SP-3333-3333", words="A class blog.")
REQUESTS = 500


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_that_is_asked_for_breaks_it(
    clock: Clock, school: School, store: Store, desks: Office, tmp_path: Path
) -> None:
    """A reader of another school, with a report of their own, sends what they like."""
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(KEPT)
    elsewhere = await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", "desk-administrator", school="elmtree")
    await elsewhere.hand_in(THEIRS)
    whole = replace(desks, lent=lending(store, clock, shelf_of(tmp_path)))
    visitor = await Visitor(application(whole), clock).in_as("elm@oakfield.example")
    csrf = (await visitor.get("/")).text.partition('name="csrf" value="')[2][:64]
    statuses = set()
    for asked in requests(desk_app(whole), [KEPT.reference, THEIRS.reference], REQUESTS):
        status, text = await tried(visitor, asked, csrf)
        assert status < 500, asked
        if SECRET not in str(asked.fields):
            assert SECRET not in text, asked
        assert "Sentinel" not in text, asked
        statuses.add(status)
    assert {200, 303, 404} <= statuses, "the requests reached too little"
    assert statuses & {400, 403}, "nothing was refused"
    assert (await visitor.get(f"/records/{THEIRS.reference}")).status_code == 200
