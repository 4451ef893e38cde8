"""The inbox, a record, and what is taken away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import select

from bot.desk.pdf import printable
from bot.store import Store
from bot.store.desk_tables import desk_exports
from tests.cases.people import record
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School

LEAD = "coull@oakfield.example"
WORDS = "He wrote <b>\udce9</b> \N{SNOWMAN} & “x”"
TOLD = record(
    "incident", "pupil", "Łukasz Oak", words=WORDS, facts=(("When", "on Tuesday"), ("Where", ""))
)


@pytest_asyncio.fixture
async def lead(visitor: Visitor, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    return await visitor.in_as(LEAD)


async def order(lead: Visitor, path: str = "/") -> list[str]:
    page = await lead.get(path)
    assert page.status_code == 200
    return [part[:12] for part in page.text.split("/desk/records/")[1:]]


async def test_what_needs_its_reader_first_stands_first(
    lead: Visitor, school: School, store: Store
) -> None:
    for number, (kind, severity) in enumerate(
        [
            ("permission", "routine"),
            ("incident", "serious"),
            ("urgent", "immediate"),
            ("incident", "routine"),
        ]
    ):
        lead.clock.advance(timedelta(minutes=1))
        await school.hand_in(
            record(kind, "pupil", severity=severity, reference=f"SP-2222-222{number}")  # type: ignore[arg-type]
        )

    assert [one[-1] for one in await order(lead)] == ["2", "1", "3", "0"]
    assert [one[-1] for one in await order(lead, "/?view=urgent")] == ["2"]
    assert [one[-1] for one in await order(lead, "/?view=decide")] == ["0"]
    assert [one[-1] for one in await order(lead, "/?kind=incident")] == ["1", "3"]
    assert [one[-1] for one in await order(lead, "/?severity=routine")] == ["3", "0"]
    assert [one[-1] for one in await order(lead, "/?status=closed")] == []
    assert len(await order(lead, "/?since=2026-03-02&until=2026-03-02")) == 4
    assert await order(lead, "/?since=2026-03-03") == []
    assert await order(lead, "/?until=2026-03-01") == []
    assert "1 Urgent 4 New 1 For decision 4 All" in seen(await lead.get("/"))


async def test_a_word_that_means_nothing_is_as_if_it_were_not_there(
    lead: Visitor, school: School
) -> None:
    await school.hand_in(TOLD)
    for path in ("/?kind=x", "/?since=2026-13-99", "/?start=-1", "/?start=²", "/?view=%00"):
        assert len(await order(lead, path)) == 1


async def test_a_long_list_comes_in_pages(lead: Visitor, school: School) -> None:
    for number in range(51):
        await school.hand_in(record("incident", "pupil", reference=f"SP-2222-33{number:02d}"))
    first = await order(lead)
    assert len(first) == 50
    assert "start=50" in (await lead.get("/")).text
    rest = await order(lead, "/?start=50")
    assert len(rest) == 1 and rest[0] not in first


async def test_something_new_that_waits_for_long_says_so(lead: Visitor, school: School) -> None:
    await school.hand_in(record("incident", "pupil", severity="serious"))
    assert "Waits for long" not in seen(await lead.get("/"))
    for _ in range(16):
        lead.clock.advance(timedelta(minutes=16))
        page = await lead.get("/")
    assert "Waits for long" in seen(page)


async def test_a_search_looks_inside_and_leaves_no_trace_in_an_address(
    lead: Visitor, school: School
) -> None:
    await school.hand_in(TOLD)
    await school.hand_in(record("incident", "pupil", reference="SP-2222-2222", words="other"))
    for words, found in (
        ("łukasz", True),
        ("TUESDAY wrote", True),
        ("sp-7kq4", True),
        ("tuesday other", False),
    ):
        page = await lead.post("/search", "/", words=words)
        assert page.status_code == 200
        assert ("/desk/records/SP-7KQ4-XM2D" in page.text) is found, words
        assert "/desk/records/SP-2222-2222" not in page.text
    assert (await lead.get("/search?words=x")).headers["location"] == "/desk/"


async def test_a_record_shows_every_word_and_runs_none(lead: Visitor, school: School) -> None:
    await school.hand_in(TOLD)
    for path in ("", "/print"):
        page = await lead.get(f"/records/{TOLD.reference}{path}")
        assert page.status_code == 200
        assert "He wrote &lt;b&gt;?&lt;/b&gt; \N{SNOWMAN} &amp; “x”" in page.text
        for text in ("Łukasz Oak", "on Tuesday", "A pupil", "Monday 2 March 2026, 09:00"):
            assert text in seen(page)


async def test_a_reference_is_the_whole_of_it(lead: Visitor, school: School) -> None:
    await school.hand_in(TOLD)
    for path in ("sp-7kq4-xm2d", "SP7KQ4XM2D", "SP-7KQ4-XM2D ", "SP-7KQ4-XM2²"):
        assert (await lead.get(f"/records/{path}")).status_code == 404


async def test_what_is_taken_away_is_written_down_first(
    lead: Visitor, school: School, store: Store
) -> None:
    await school.hand_in(TOLD)
    path = f"/records/{TOLD.reference}/export"
    for wrong in ({"reason": " "}, {"reason": "x" * 501}, {"reason": "because", "form": "exe"}):
        refused = await lead.post(path, **wrong)
        assert refused.status_code == 400

    pdf = await lead.post(path, form="pdf", reason="for the strategy meeting")
    assert pdf.content.startswith(b"%PDF")
    taken = await lead.post(path, form="json", reason="for the new system")
    listed = await lead.post("/export", reason="for the governors")

    whole = json.loads(taken.content)
    assert whole["record"]["words"] == WORDS
    assert whole["record"]["facts"][0] == {"label": "When", "text": "on Tuesday"}
    assert listed.text.splitlines()[1].startswith("SP-7KQ4-XM2D,Online incident,Serious,Seen,2026")
    for answer in (pdf, taken, listed):
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"
    rows = await store._database.read(lambda at: at.execute(select(desk_exports)).all())
    assert [(row.reference, row.form) for row in rows] == [
        (TOLD.reference, "pdf"),
        (TOLD.reference, "json"),
        ("list", "csv"),
    ]
    assert b"strategy" not in rows[0].reason


def test_paper_takes_every_letter() -> None:
    assert (
        printable("café – “x”\n\tŁ \N{SNOWMAN}\udce9")
        == 'café - "x"\n    [U+0141] [U+2603][U+DCE9]'
    )
    assert printable("ń ﬁ") == "n fi"
