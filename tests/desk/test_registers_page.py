"""The registers on the desk: read from what their reader can open, what is due first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.applications import Starlette

from bot.cases.entries import Entry
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.visitors import Visitor, seen
from tests.store.readers import PASSPHRASE, School, add

LEAD, HEAD = "coull@oakfield.example", "rowden@oakfield.example"
TIE = replace(
    record(
        "declaration",
        reference="SP-2222-2222",
        facts=(("Kind of tie", "Neighbours"), ("Tie with", "a pupil’s mother")),
    ),
    told_by="staff, Anna Bell",
)
LATER = replace(TIE, reference="SP-3333-3333", told_by="staff, Tom Lane")
PAGE = record(
    "account-application",
    reference="SP-4444-4444",
    facts=(("App or site", "Instagram"), ("Run by", "Miss Hope"), ("And by", "Mr <b>")),
)
READ = replace(record("acknowledgement", reference="SP-6666-6666"), told_by="staff, Priya Shah")


async def decided(store: Store, reader: int, reference: str, review: date) -> None:
    private = unlock(await store.reader_keys(reader), PASSPHRASE)
    case = await store.casework.opened(reference, reader, private)
    entry = Entry(
        "decision",
        outcome="approved-with-conditions",
        conditions="No pictures.",
        review=review,
        status="closed",
    )
    await store.casework.move(reference, reader, private, entry, case.moves)


async def test_what_is_due_stands_first_with_names_and_conditions(
    visitor: Visitor, school: School, store: Store, clock: Clock
) -> None:
    lead_number = await school.add("Lucy Coull", "dsl")
    for one in (TIE, LATER, PAGE, READ):
        await school.hand_in(one)
    await decided(store, lead_number, TIE.reference, date(2026, 3, 4))
    await decided(store, lead_number, LATER.reference, date(2026, 9, 1))
    clock.moment = clock.moment.replace(day=5)
    lead = await visitor.in_as(LEAD)
    assert (await lead.get("/registers")).headers["location"] == "/desk/registers/declarations"
    page = seen(await lead.get("/registers/declarations"))
    assert "4 March 2026 Anna Bell Overdue SP-2222-2222" in page
    first, second = page.index("Anna Bell Review due"), page.index("Tom Lane Approved with")
    assert first < second
    assert "Neighbours, a pupil’s mother" in page and "Conditions No pictures." in page
    assert "1 September 2026" in page

    accounts = await lead.get("/registers/accounts")
    assert "Run by Miss Hope and Mr <b>" in seen(accounts)
    assert "Mr &lt;b&gt;" in accounts.text and "Not decided yet" in seen(accounts)
    read = seen(await lead.get("/registers/acknowledgements"))
    assert "Priya Shah Confirmed" in read and "Anna Bell" not in read
    assert "opened, in a register, SP-2222-2222" in seen(await lead.get("/audit"))


async def test_nobody_stands_in_the_register_of_who_cant_open_their_record(
    app: Starlette, clock: Clock, school: School, store: Store
) -> None:
    await school.add("Lucy Coull", "dsl")
    await school.add("Ian Rowden", "head")
    await school.add("Sam Keeper", "desk-administrator")
    await School.opened(store, "elmtree")
    await add(store, "Ann Elm", "dsl", school="elmtree")
    about_head = replace(TIE, subject="head", named=("Ian Rowden",))
    await school.hand_in(about_head)
    paths = [f"/registers/{one}" for one in ("declarations", "accounts", "acknowledgements")]
    for place, account in enumerate((HEAD, "elm@oakfield.example"), 1):
        visitor = await Visitor(app, clock, f"192.0.2.{place}").in_as(account)
        for path in paths:
            page = await visitor.get(path)
            assert "Nothing stands in this register yet." in seen(page)
            assert "Anna Bell" not in page.text and TIE.reference not in page.text
    keeper = Visitor(app, clock, "192.0.2.8")
    await keeper.sign_in("keeper@oakfield.example")
    await keeper.link_phone()
    for path in paths:
        assert (await keeper.get(path)).status_code == 404


async def test_a_long_register_comes_in_pages(visitor: Visitor, school: School) -> None:
    await school.add("Lucy Coull", "dsl")
    for number in range(51):
        one = replace(READ, reference=f"SP-2222-33{number:02d}", told_by=f"staff, Nr {number}.")
        await school.hand_in(one)
    lead = await visitor.in_as(LEAD)
    first = await lead.get("/registers/acknowledgements")
    assert "Nr 50." in first.text and "Nr 0." not in first.text
    after = first.text.partition("?after=")[2].partition('"')[0]
    second = await lead.get(f"/registers/acknowledgements?after={after}")
    assert "Nr 0." in second.text and "Nr 50." not in second.text
    for odd in ("x", "²", "-1", "9" * 40):
        page = await lead.get(f"/registers/acknowledgements?after={odd}")
        assert page.status_code == 200 and "Nr 50." in page.text
    assert (await lead.get("/registers/nothing")).status_code == 404
