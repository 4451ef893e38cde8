"""A report that came by phone or on paper is a report like any other."""

from __future__ import annotations

import html
import io
import re
import warnings
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.datastructures import UploadFile

from bot.cases import evidence
from bot.cases.records import KINDS, RecordKind
from bot.dialogue.filed import filed
from bot.dialogue.training import DOMAIN
from bot.store import Store
from bot.store.case_tables import record_parts
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


def scan() -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", (20, 30), "white").save(paper, "PNG")
    return paper.getvalue()


@pytest_asyncio.fixture
async def lead(visitor: Visitor, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Ian Rowden", "head")
    return await visitor.in_as("coull@oakfield.example")


async def enter(lead: Visitor, kind: str, *files: bytes, **form: str) -> Any:
    """Fill the form in and send it, as a browser does: a field for files that is empty, too."""
    page = await lead.get(f"/enter/{kind}")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    sent = [("file", (f"scan{number}", one)) for number, one in enumerate(files)]
    return await lead.client.post(
        f"/desk/enter/{kind}", data={**hidden, **form}, files=sent or [("file", ("", b""))]
    )


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


async def test_a_scan_comes_along_and_is_drawn_on_its_page(lead: Visitor, store: Store) -> None:
    answer = await enter(lead, "incident", scan(), b"What he said, in his words.", **INCIDENT)
    assert answer.status_code == 200, seen(answer)
    page = await lead.get("/records/SP-2222-2222")
    assert "File 1" in seen(page) and "File 2" in seen(page)
    drawn = await lead.get("/records/SP-2222-2222/files/1/1")
    assert drawn.status_code == 200 and drawn.content.startswith(b"\xff\xd8\xff")
    assert "in his words" in seen(await lead.get("/records/SP-2222-2222/files/2"))
    for way in ("export", "print"):
        told = seen(await lead.get(f"/records/SP-2222-2222/{way}"))
        assert "Files kept with the report: 2. They" in told, "none of them leaves the desk with it"
    everything = await store._database.read(
        lambda at: [row.ciphertext for row in at.execute(select(record_parts))]
    )
    assert len(everything) == 2 and not any(b"in his words" in one for one in everything)


async def test_a_file_is_judged_as_any_other_and_nothing_is_stored_without_it(
    lead: Visitor,
) -> None:
    for files, says in (
        ((b"MZ\x90\x00 a program",), "because of file 1"),
        ((scan(), b"<html>"), "because of file 2"),
        ((b"",), "there is nothing in it"),
        ((b"x" * (evidence.LARGEST + 1),), "larger than 10 MB"),
        ((scan(),) * (evidence.MOST + 1), "can have five"),
    ):
        answer = await enter(lead, "incident", *files, **INCIDENT)
        assert answer.status_code == 400, says
        assert says in seen(answer) and "Choose the files again" in seen(answer)
        assert html.escape(INCIDENT["answer-what"]) in answer.text
    assert "0 To do" in seen(await lead.get("/"))


async def test_more_than_fits_is_refused_whole(lead: Visitor) -> None:
    much = b"x" * evidence.LARGEST
    answer = await enter(lead, "incident", *[much] * (evidence.MOST + 1), **INCIDENT)
    assert answer.status_code == 413 and "send less at once" in seen(answer)
    wordy = await enter(lead, "incident", scan(), **{**INCIDENT, "answer-what": "x" * 300_000})
    assert wordy.status_code == 413
    assert "0 To do" in seen(await lead.get("/"))


async def test_no_other_page_takes_a_file_and_no_stranger_gets_one_in(
    lead: Visitor, app: Starlette, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await lead.get("/")).text.partition('name="csrf" value="')[2][:64]
    files = [("file", ("scan", scan()))]
    form = {"csrf": token, "words": "oak"}
    answer = await lead.client.post("/desk/search", data=form, files=files)
    assert answer.status_code == 403, "a form with files isn't read there"

    kept: list[int] = []

    async def written(_: UploadFile, data: bytes) -> None:
        kept.append(len(data))

    monkeypatch.setattr(UploadFile, "write", written)
    stranger = Visitor(app, clock)
    token = (await stranger.get("/sign-in")).text.partition('name="csrf" value="')[2][:64]
    form = {"csrf": token, "answer-what": "He rang in tears."}
    answer = await stranger.client.post("/desk/enter/incident", data=form, files=files)
    assert answer.status_code == 401
    assert "He rang in tears." in answer.text, "somebody who was signed out gets their words back"
    assert kept == [], "what a stranger sends isn't even held in memory"


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
