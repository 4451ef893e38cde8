"""What leaves the desk on paper: everything for the school's file, and less for outside."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest_asyncio

from bot.cases.proof import fingerprint
from bot.cases.records import Evidence
from tests.cases.people import record
from tests.desk.visitors import Visitor, seen
from tests.store.readers import OAKFIELD, School

TOLD = record("incident", "pupil", "Sam Oak", words="He was filmed.", facts=(("Where", "Bus"),))
PAGE = f"/records/{TOLD.reference}"
STEPS: tuple[dict[str, str], ...] = (
    {"what": "note", "text": "Rang home."},
    {"what": "private-note", "text": "I doubt it."},
    {"what": "link", "link": "SP-2222-2222", "text": "The same bus."},
    {"what": "action", "text": "Ask the driver.", "owner": "1", "due": "2026-03-05"},
)


@pytest_asyncio.fixture
async def lead(visitor: Visitor, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.hand_in(TOLD)
    await school.hand_in(record("incident", "pupil", "Sam Oak", reference="SP-2222-2222"))
    lead = await visitor.in_as("coull@oakfield.example")
    for step in STEPS:
        assert (await lead.post(f"{PAGE}/step", PAGE, moves="1", **step)).status_code == 303
    return lead


def printed(content: bytes) -> list[str]:
    """The words of each page."""
    paper = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in paper]


async def taken(lead: Visitor, **form: str) -> Any:
    return await lead.post(f"{PAGE}/export", reason="for the meeting", **form)


async def test_the_schools_own_file_has_everything(lead: Visitor) -> None:
    whole = " ".join(printed((await taken(lead, form="pdf")).content))
    for text in ("He was filmed.", "Bus", "Rang home.", "I doubt it.", "SP-2222-2222"):
        assert text in whole
    assert "For Lucy Coull, by 5 March 2026" in whole

    said = json.loads((await taken(lead, form="json")).content)
    assert [entry["kind"] for entry in said["entries"]] == [step["what"] for step in STEPS]
    assert said["entries"][3]["owner"] == "Lucy Coull"
    assert said["entries"][3]["due"] == "2026-03-05"


async def test_the_fingerprint_and_each_files_digest_stand_beside_it(
    lead: Visitor, school: School
) -> None:
    told = replace(TOLD, reference="SP-4444-4444")
    files = Evidence("text/plain", b"hello"), Evidence("text/plain", b"goodbye")
    await school.hand_in(told, OAKFIELD, *files)
    proof = fingerprint(replace(told, files=tuple(file.sha256 for file in files)))
    page = f"/records/{told.reference}"
    for shown in (page, f"{page}/print"):
        words = seen(await lead.get(shown))
        assert all(one in words for one in (proof, *(file.sha256 for file in files)))
    form = {"reason": "for the file"}
    paper = await lead.post(f"{page}/export", page, form="pdf", **form)
    whole = " ".join(printed(paper.content)).replace(" ", "")
    assert all(one in whole for one in (proof, *(file.sha256 for file in files)))
    said = json.loads((await lead.post(f"{page}/export", page, form="json", **form)).content)
    assert said["fingerprint"] == proof
    assert said["record"]["files"] == [file.sha256 for file in files]


async def test_what_the_school_learned_stays_inside(lead: Visitor) -> None:
    closing = {"what": "close", "text": "Both said sorry.", "lessons": "Sit at the front."}
    assert (await lead.post(f"{PAGE}/step", PAGE, moves="0", **closing)).status_code == 303
    assert "Learned from it: Sit at the front." in seen(await lead.get(PAGE))
    whole = " ".join(printed((await taken(lead, form="pdf")).content))
    assert "Both said sorry." in whole and "Sit at the front." in whole
    away = await taken(lead, form="chronology", toward="Kent social care")
    story = " ".join(printed(away.content))
    assert "Both said sorry." in story and "Sit at the front." not in story
    found = await lead.post("/search", "/", words="sit at the front")
    assert TOLD.reference in found.text


async def test_all_that_is_held_of_somebody_is_taken_away_together(
    lead: Visitor, school: School
) -> None:
    other = record("incident", "pupil", reference="SP-3333-3333", words="Somebody else.")
    await school.hand_in(other)
    sought = {"words": "sam oak", "where": "people"}
    assert "Take what was found away" in seen(await lead.post("/search", "/", **sought))
    asked = await lead.post("/export/found", "/", **sought)
    assert asked.status_code == 200 and "Take 2 reports away" in seen(asked)
    refused = await lead.post("/export/found", "/", **sought, form="json", reason="")
    assert refused.status_code == 400
    mine = {**sought, "reason": "Sam Oak asks"}

    said = json.loads((await lead.post("/export/found", "/", **mine, form="json")).content)
    references = {one["record"]["reference"] for one in said["reports"]}
    assert references == {TOLD.reference, "SP-2222-2222"}
    cover, *rest = printed((await lead.post("/export/found", "/", **mine, form="pdf")).content)
    assert "what belongs to them" in cover and "Sam Oak asks" in cover
    assert all(text in " ".join(rest) for text in ("He was filmed.", "Rang home.", "SP-2222-2222"))
    assert "Somebody else." not in " ".join(rest)
    for reference in references:
        newest = (await school.store.casework.history(reference))[0]
        assert newest.action == "exported" and newest.detail is not None
        assert newest.detail.startswith("As pdf, with all 2")
    assert (await lead.post("/export/found", "/", words="nobody at all")).status_code == 303


async def test_an_agency_gets_a_covering_sheet_and_nobody_elses_business(
    lead: Visitor, school: School
) -> None:
    refused = await taken(lead, form="chronology")
    assert refused.status_code == 400 and "to whom" in seen(refused)

    answer = await taken(lead, form="chronology", toward="Kent social care")

    cover, *rest = printed(answer.content)
    for text in ("Covering sheet", "Kent social care", "Lucy Coull", "for the meeting", "Sam Oak"):
        assert text in cover
    assert "He was filmed." not in cover
    story = " ".join(rest)
    for text in ("He was filmed.", "Rang home.", "Ask the driver."):
        assert text in story
    for text in ("I doubt it.", "SP-2222-2222", "The same bus."):
        assert text not in cover + story
    newest = (await school.store.casework.history(TOLD.reference))[0]
    assert newest.action == "exported"
    assert newest.detail == "As chronology for Kent social care: for the meeting"


async def test_the_table_is_of_what_was_asked_for(lead: Visitor, school: School) -> None:
    await school.hand_in(record("permission", reference="SP-3333-3333", severity="routine"))
    asked = await lead.get("/export?kind=permission")
    assert 'name="kind" value="permission"' in asked.text
    table = await lead.post("/export", reason="for the head", kind="permission")
    assert [line[:12] for line in table.text.splitlines()[1:]] == ["SP-3333-3333"]
