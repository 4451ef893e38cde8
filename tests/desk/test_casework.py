"""What is done with a record on its page, kept by the store's own casework."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from starlette.applications import Starlette

from bot.store import Store, grants
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import School

LEAD, DEPUTY = "coull@oakfield.example", "satterley@oakfield.example"
TOLD = record("urgent", "pupil", words="Help him.")
OTHER = record("incident", "pupil", reference="SP-2222-2222", words="They film him.")
PAGE = f"/records/{TOLD.reference}"


@pytest_asyncio.fixture
async def lead(app: Starlette, clock: Clock, school: School) -> Visitor:
    await school.add("Lucy Coull", "dsl")
    await school.add("Kara Satterley", "deputy-dsl")
    await school.hand_in(TOLD)
    await school.hand_in(OTHER)
    return await Visitor(app, clock).in_as(LEAD)


def moves(page: str) -> str:
    return page.partition('name="moves" value="')[2].partition('"')[0]


async def step(visitor: Visitor, what: str, **form: str) -> Any:
    shown = await visitor.get(PAGE)
    given = {"moves": moves(shown.text), **form}
    return await visitor.post(f"{PAGE}/step", PAGE, what=what, **given)


async def test_opening_it_is_having_seen_it(lead: Visitor) -> None:
    assert "2 New" in seen(await lead.get("/"))
    assert "Help him." in seen(await lead.get(PAGE))
    assert "1 New" in seen(await lead.get("/"))


async def test_what_is_done_stands_on_the_page_for_each_of_its_readers(
    lead: Visitor, app: Starlette, clock: Clock
) -> None:
    for what, form in (
        ("take", {}),
        ("note", {"text": "Rang <home>."}),
        ("private-note", {"text": "I'm worried."}),
        ("action", {"text": "Ring again", "owner": "2", "due": "2026-03-05"}),
        ("referral", {"toward": "children's social care", "text": "Spoke to the duty desk."}),
        ("resume", {}),
        ("link", {"link": OTHER.reference}),
        ("correction", {"text": "It was his cousin."}),
    ):
        answer = await step(lead, what, **form)
        assert answer.status_code == 303, (what, seen(answer))

    deputy = await Visitor(app, clock).in_as(DEPUTY)
    shown = seen(await deputy.get(PAGE))
    for text in (
        "Rang <home>.",
        "I'm worried.",
        "For Kara Satterley, by 5 March 2026",
        "To children's social care",
        OTHER.reference,
        "It was his cousin.",
    ):
        assert text in shown
    assert (await step(lead, "close", text="He is safe.")).status_code == 303
    assert "I’m taking this on" not in seen(await lead.get(PAGE))
    assert (await step(lead, "reopen")).status_code == 303


async def test_the_reporter_is_asked_and_the_answer_stands_with_the_question(
    lead: Visitor, store: Store
) -> None:
    work = store.casework
    asked = await step(lead, "message", text="Is he <home>?", waits="1")
    assert asked.status_code == 303, seen(asked)
    assert "Waiting" in seen(await lead.get(PAGE))
    said = [line.reply.text for line in await store.web.lines("web:ann") if line.reply]
    assert any("Is he <home>?" in text and TOLD.reference in text for text in said)

    await work.add_from_reporter(TOLD.reference, "web:ann", "Yes, since four.", once="1")

    shown = seen(await lead.get(PAGE))
    question, answer = shown.index("Is he <home>?"), shown.index("Yes, since four.")
    assert question < answer
    assert "Message to the reporter Lucy Coull" in shown
    assert "From the reporter The person who reported" in shown


async def test_a_message_that_comes_too_late_is_not_sent(lead: Visitor, store: Store) -> None:
    before = moves((await lead.get(PAGE)).text)
    assert (await step(lead, "take")).status_code == 303
    late = await step(lead, "message", text="Is he home?", waits="1", moves=before)
    assert late.status_code == 400 and "Is he home?" in late.text
    said = [line.reply.text for line in await store.web.lines("web:ann") if line.reply]
    assert not any("Is he home?" in text for text in said)


async def test_the_second_of_two_is_told_what_the_first_did_and_loses_no_words(
    lead: Visitor, app: Starlette, clock: Clock
) -> None:
    deputy = await Visitor(app, clock).in_as(DEPUTY)
    before = moves((await lead.get(PAGE)).text)
    assert (await step(deputy, "take")).status_code == 303

    late = await step(lead, "close", text="Nothing to it.", moves=before)

    assert late.status_code == 400
    assert "Kara Satterley" in seen(late)
    assert "Nothing to it." in late.text
    assert "status-open" in (await deputy.get("/")).text


async def test_what_is_wrong_is_said_beside_what_was_typed(lead: Visitor) -> None:
    answer = await step(lead, "action", text="Ring <them>", owner="99")
    assert answer.status_code == 400
    assert "Ring &lt;them&gt;</textarea>" in answer.text
    assert "Choose who does it" in seen(answer)
    assert (await step(lead, "link", link="x")).status_code == 400
    assert (await step(lead, "nothing")).status_code == 400


async def test_signing_in_encrypts_anew_what_somebody_who_left_could_open(
    app: Starlette, clock: Clock, school: School
) -> None:
    stays = await school.add("Lucy Coull", "dsl")

    def waiting() -> Any:
        return school.store._database.read(lambda at: grants.to_rekey(at, stays, 9))

    gone = await school.add("Kara Satterley", "deputy-dsl")
    await school.hand_in(TOLD)
    await school.store.remove_reader(gone)
    assert await waiting() == [TOLD.reference]

    visitor = await Visitor(app, clock).in_as(LEAD)
    assert await waiting() == []
    assert "Help him." in seen(await visitor.get(PAGE))
