"""A report that came by phone or on paper is a report like any other."""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from starlette.applications import Starlette

from bot.cases.records import KINDS, RecordKind
from bot.dialogue.filed import filed
from bot.dialogue.training import DOMAIN
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import FORMS, Visitor, seen
from tests.store.readers import School

INCIDENT = {
    "role": "parent",
    "came": "phone",
    "day": "2026-03-02",
    "answer-kind": "bullying-pupil",
    "answer-what": "He rang in tears.\nThey film him.",
    "answer-affected": "Sam Oak",
    "answer-by": "pupil",
    "answer-by_name": "not asked, so not kept",
    "answer-at_risk": "yes",
    "answer-reporter": "Jo Oak, 07700 900123",
}


@pytest_asyncio.fixture
async def lead(visitor: Visitor, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Ian Rowden", "head")
    return await visitor.in_as("coull@oakfield.example")


async def enter(lead: Visitor, kind: str, **form: str) -> Any:
    """Fill the form in and send it, as a browser does."""
    page = await lead.get(f"/enter/{kind}")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return await lead.client.post(f"/desk/enter/{kind}", data={**hidden, **form})


async def test_it_is_filed_routed_sealed_and_alerted_as_any_other(
    lead: Visitor, app: Starlette, clock: Clock, store: Store
) -> None:
    answer = await enter(lead, "incident", **INCIDENT)

    assert answer.status_code == 200, seen(answer)
    assert "It goes to the safeguarding lead" in seen(answer)
    page = await lead.get("/records/SP-2222-2222")
    for text in (
        "Online incident",
        "Serious",
        "A parent or carer, Jo Oak, 07700 900123",
        "He rang in tears.",
        "Bullying of a pupil",
        "How it came By phone",
        "When it came 2 March 2026",
        "Written down by Lucy Coull",
    ):
        assert text in seen(page), text
    assert "not asked" not in page.text
    assert "Ask or tell the reporter" not in page.text
    (alert,) = await store.claim_outgoing("x", timedelta(1), "email", 9)
    assert "SP-2222-2222" in alert.reply.text and "Sam" not in alert.reply.text
    actions = {row.action: row.actor for row in await store.casework.history("SP-2222-2222")}
    assert actions["took down"] == "reader 1"


async def test_whoever_it_is_about_takes_it_down_and_cannot_open_it(lead: Visitor) -> None:
    about = {
        "role": "staff",
        "came": "person",
        "day": "2026-03-01",
        **{f"answer-{slot}": "something" for slot in FORMS["staff-concern"].questions},
        "answer-concerns": "dsl",
    }
    for slot, question in FORMS["staff-concern"].questions.items():
        if question.kind == "choice" and slot != "concerns":
            about[f"answer-{slot}"] = next(iter(question.titles))
    answer = await enter(lead, "staff-concern", **about)
    assert "It goes to the headteacher" in seen(answer)
    assert "you can’t open it" in seen(answer)
    assert (await lead.get("/records/SP-2222-2222")).status_code == 404
    assert "0 To do" in seen(await lead.get("/"))


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(lead: Visitor) -> None:
    for wrong, says in (
        ({"answer-what": ""}, "“What happened” has no answer"),
        ({"answer-kind": "made-up"}, "“What kind” has no answer"),
        ({"answer-by": "colleague", "answer-by_name": ""}, "“Their name” has no answer"),
        ({"answer-what": "x" * 12_001}, "“What happened” is too long"),
        ({"role": "king"}, "Choose who told it"),
        ({"came": ""}, "Choose how"),
        ({"day": "2026-03-03"}, "can’t be later"),
        ({"day": "soon"}, "can’t be later"),
        ({"proof": "0" * 64}, "open for too long"),
        ({"reference": "SP-9999-9999"}, "open for too long"),
    ):
        answer = await enter(lead, "incident", **{**INCIDENT, **wrong})
        assert answer.status_code == 400
        assert says in seen(answer), seen(answer)[:500]
        if "answer-what" not in wrong:
            assert html.escape(INCIDENT["answer-what"]) in answer.text
    assert "0 To do" in seen(await lead.get("/"))


async def test_sending_it_twice_stores_it_once(lead: Visitor) -> None:
    page = await lead.get("/enter/incident")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {**hidden, **INCIDENT}
    assert (await lead.client.post("/desk/enter/incident", data=form)).status_code == 200
    again = await lead.client.post("/desk/enter/incident", data=form)
    assert again.status_code == 400 and "stored already" in seen(again)
    assert "1 To do" in seen(await lead.get("/"))


async def test_there_is_a_page_for_each_form(lead: Visitor) -> None:
    chosen = await lead.get("/enter")
    for kind in FORMS:
        assert f'href="/desk/enter/{kind}"' in chosen.text
        assert (await lead.get(f"/enter/{kind}")).status_code == 200
    assert (await lead.get("/enter/urgent")).status_code == 404


def test_the_forms_are_the_bots_own() -> None:
    """Read file by file, they are what Rasa makes of all of them."""
    from rasa.shared.core.domain import Domain

    from bot.dialogue.form import Form

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # said of every domain with slots
        domain = Domain.load(str(DOMAIN))
    kinds: tuple[RecordKind, ...] = KINDS
    assert set(FORMS) == set(domain.form_names) & set(kinds) == set(kinds) - {"urgent"}
    for flow, form in FORMS.items():
        assert form == Form.of(flow, domain)


def test_a_record_says_what_the_form_was_told(tmp_path: Path) -> None:
    made = filed(
        FORMS["incident"],
        {"kind": "post", "what": "Lies.", "by": "parent", "when": "not said"},
        reference="SP-7KQ4-XM2D",
        school="oakfield",
        role="staff",
    )
    assert made == replace(
        record("incident", "parent", severity="routine", words="Lies."), facts=made.facts
    )
    assert [label for label, _ in made.facts] == ["What kind", "Who did it"]
