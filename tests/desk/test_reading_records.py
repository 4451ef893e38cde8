"""The inbox, a record, and what is taken away."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from sqlalchemy import update

from bot.desk.pdf import printable
from bot.store import Store
from bot.store.tables import record_keys
from tests.cases.people import record
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School

LEAD = "coull@oakfield.example"
BOT = Path(__file__).parents[2] / "bot"
SHEETS = [*BOT.glob("desk/static/*.css"), BOT / "channels/web/static/signpost.css"]
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

    assert [one[-1] for one in await order(lead)] == ["2", "3", "1", "0"]
    assert [one[-1] for one in await order(lead, "/?view=urgent")] == ["2"]
    assert [one[-1] for one in await order(lead, "/?view=decide")] == ["0"]
    assert [one[-1] for one in await order(lead, "/?kind=incident")] == ["3", "1"]
    assert [one[-1] for one in await order(lead, "/?severity=routine")] == ["3", "0"]
    assert [one[-1] for one in await order(lead, "/?status=closed")] == []
    assert len(await order(lead, "/?since=2026-03-02&until=2026-03-02")) == 4
    assert await order(lead, "/?since=2026-03-03") == []
    assert await order(lead, "/?until=2026-03-01") == []
    assert "4 To do 0 Overdue 1 Urgent 4 New 1 For decision" in seen(await lead.get("/"))


async def test_a_word_that_means_nothing_is_as_if_it_were_not_there(
    lead: Visitor, school: School
) -> None:
    await school.hand_in(TOLD)
    for path in ("/?kind=x", "/?since=2026-13-99", "/?since=²", "/?view=%00"):
        assert len(await order(lead, path)) == 1


async def test_a_long_list_comes_in_pages(lead: Visitor, school: School) -> None:
    for number in range(51):
        await school.hand_in(record("incident", "pupil", reference=f"SP-2222-33{number:02d}"))
    first = await order(lead)
    assert len(first) == 50
    whole = len((await lead.get("/")).content) + sum(len(sheet.read_bytes()) for sheet in SHEETS)
    assert len(SHEETS) == 3 and whole < 60_000, "a full page of it, with its style sheets"
    found = re.search(r'href="/desk/(\?[^"]*after=[^"]+)"', (await lead.get("/")).text)
    assert found
    rest = await order(lead, f"/{html.unescape(found[1])}")
    assert len(rest) == 1 and rest[0] not in first
    assert (await lead.get("/?after=x")).status_code == 400


async def test_what_is_past_its_time_stands_first(lead: Visitor, school: School) -> None:
    await school.hand_in(record("incident", "pupil", severity="serious"))
    await school.hand_in(record("incident", "pupil", reference="SP-2222-2222"))
    assert "tag late" not in (await lead.get("/")).text
    at, due = record_keys.c.reader_id == 1, lead.clock() - timedelta(minutes=1)
    await school.store._database.write(
        lambda connection: connection.execute(
            update(record_keys).where(at, record_keys.c.record_id == 1).values(due_at=due)
        )
    )
    assert (await order(lead))[0] == TOLD.reference
    assert "2 To do 1 Overdue 0 Urgent 1 New" in seen(await lead.get("/"))
    assert "tag late" in (await lead.get("/")).text
    assert await order(lead, "/?view=overdue") == [TOLD.reference]


async def test_a_search_looks_inside_and_leaves_no_trace_in_an_address(
    lead: Visitor, school: School, store: Store
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
    rows = await store.casework.history("list")
    assert {row.action for row in rows} == {"searched"} and "łukasz" not in str(rows)


async def test_a_search_can_look_at_people_alone_and_into_what_followed(
    lead: Visitor, school: School
) -> None:
    told = record(
        "incident",
        "pupil",
        words="Bilal said so.",
        facts=(("Who is affected", "Chidi O’Neill"), ("When", "on Friday")),
    )
    await school.hand_in(told)
    page = f"/records/{told.reference}"
    moves = {"moves": "1", "what": "note", "text": "Rang Mrs Zephyr."}
    assert (await lead.post(f"{page}/step", page, **moves)).status_code == 303
    for words, where, found in (
        ("chidi oneill", "people", True),
        ("bilal", "people", False),
        ("friday", "people", False),
        ("staff", "reporter", True),
        ("chidi", "reporter", False),
        ("zephyr", "", True),
        ("bilal", "nonsense", True),
    ):
        answer = await lead.post("/search", "/", words=words, where=where)
        assert (f"/desk{page}" in answer.text) is found, (words, where)


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
    for about, said in (
        (TOLD.reference, {"As pdf: for the strategy meeting", "As json: for the new system"}),
        ("list", {"As csv, 1 lines: for the governors"}),
    ):
        rows = await store.casework.history(about)
        taken_away = [row for row in rows if row.action == "exported"]
        assert {row.detail for row in taken_away} == said
        assert {row.actor for row in taken_away} == {"reader 1"}
    assert (await store.casework.verify_audit()).faults == ()


def test_paper_takes_every_letter() -> None:
    assert (
        printable("café – “x”\n\tŁ \N{SNOWMAN}\udce9")
        == 'café - "x"\n    [U+0141] [U+2603][U+DCE9]'
    )
    assert printable("ń ﬁ") == "n fi"
