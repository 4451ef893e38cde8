"""Who gets in, with what, and what everybody else is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.desk.signing import FREE_TRIES, LONGEST_WAIT, wait
from bot.store import Store
from tests.conftest import Clock
from tests.desk.visitors import Visitor, application, office, seen
from tests.store.readers import PASSPHRASE, School

LEAD = "coull@oakfield.example"


async def test_somebody_signs_in_links_a_phone_and_is_at_the_desk(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")

    await visitor.in_as(LEAD)

    inbox = await visitor.get("/")
    assert inbox.status_code == 200
    assert "Oakfield School" in seen(inbox)


async def test_without_a_phone_nobody_gets_further_than_linking_one(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.sign_in(LEAD)

    for path in ("/", "/records/SP-7KQ4-XM2D", "/export", "/nothing"):
        assert (await visitor.get(path)).headers["location"] == "/desk/second-factor"
    refused = await visitor.post("/second-factor", code="000000")
    assert refused.status_code == 400
    assert (await visitor.get("/")).headers["location"] == "/desk/second-factor"


@pytest.mark.parametrize("account", [" COULL@oakfield.example ", "1"])
async def test_an_address_in_any_case_or_a_number_will_do(
    visitor: Visitor, school: School, account: str
) -> None:
    assert await school.add("Lucy Coull", "dsl") == 1

    assert (await visitor.sign_in(account)).headers["location"] == "/desk/"


async def test_who_is_not_let_in_hears_the_same_words_whatever_was_wrong(
    visitor: Visitor, app: Starlette, clock: Clock, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    right = visitor.code()

    said = set()
    for account, passphrase, code in [
        ("nobody@oakfield.example", PASSPHRASE, right),
        ("99", PASSPHRASE, right),
        ("²", PASSPHRASE, right),
        (LEAD, "not the passphrase", right),
        (LEAD, PASSPHRASE, "000000"),
        (LEAD, PASSPHRASE, ""),
        ("", "", ""),
    ]:
        stranger = Visitor(app, clock, address="198.51.100.7")
        refused = await stranger.sign_in(account, passphrase, code)
        assert refused.status_code == 400
        assert "set-cookie" not in refused.headers
        assert (await stranger.get("/")).headers["location"] == "/desk/sign-in"
        said.add(seen(refused))
    assert len(said) == 1


async def test_a_code_works_once(visitor: Visitor, app: Starlette, school: School) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    code = visitor.code()
    assert (await visitor.sign_in(LEAD, code=code)).status_code == 303

    second = Visitor(app, visitor.clock)
    assert (await second.sign_in(LEAD, code=code)).status_code == 400


async def test_an_address_that_two_readers_have_is_nobodys(
    visitor: Visitor, school: School, store: Store
) -> None:
    number = await school.add("Lucy Coull", "dsl")
    await school.add("Lucy Coull", "head")

    assert (await visitor.sign_in(LEAD)).status_code == 400
    assert (await visitor.sign_in(str(number))).status_code == 303


async def test_after_some_tries_an_account_has_to_wait_known_or_not(
    app: Starlette, clock: Clock, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    said = []
    for account, address in ((LEAD, "192.0.2.1"), ("nobody@oakfield.example", "192.0.2.2")):
        for _ in range(FREE_TRIES):
            visitor = Visitor(app, clock, address)
            assert (await visitor.sign_in(account, "wrong passphrase")).status_code == 400
        refused = await Visitor(app, clock, address).sign_in(account)
        assert refused.status_code == 429
        said.append(seen(refused))
    assert said[0] == said[1]

    clock.advance(timedelta(minutes=1))
    assert (await Visitor(app, clock).sign_in(LEAD)).status_code == 303


async def test_one_address_that_tries_all_accounts_has_to_wait(
    app: Starlette, clock: Clock, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    for number in range(100, 140):
        await Visitor(app, clock).sign_in(str(number), "a wrong one")

    assert (await Visitor(app, clock).sign_in(LEAD)).status_code == 429
    assert (await Visitor(app, clock, "192.0.2.9").sign_in(LEAD)).status_code == 303


def test_waiting_grows_and_has_an_end() -> None:
    waits = [wait(tries, FREE_TRIES) for tries in range(1, 1000)]
    assert waits[: FREE_TRIES - 1] == [timedelta(0)] * (FREE_TRIES - 1)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


async def test_a_session_ends_when_nothing_happens_for_long(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)

    visitor.clock.advance(timedelta(minutes=19))
    assert (await visitor.get("/")).status_code == 200
    visitor.clock.advance(timedelta(minutes=19))
    assert (await visitor.get("/")).status_code == 200
    visitor.clock.advance(timedelta(minutes=20))
    assert (await visitor.get("/")).headers["location"] == "/desk/sign-in"


async def test_a_session_ends_after_a_day_at_work_whatever_happens(
    visitor: Visitor, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    for _ in range(12 * 4 - 1):
        visitor.clock.advance(timedelta(minutes=15))
        assert (await visitor.get("/")).status_code == 200

    visitor.clock.advance(timedelta(minutes=15))
    assert (await visitor.get("/")).headers["location"] == "/desk/sign-in"


async def test_a_session_ends_with_the_process_and_says_so(
    visitor: Visitor, school: School, store: Store
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    cookies = dict(visitor.client.cookies)

    numbers = iter(range(100))
    again = office(store, visitor.clock, lambda: f"other{next(numbers):038d}")
    later = Visitor(application(again), visitor.clock)
    later.client.cookies.update(cookies)

    away = await later.get("/records/SP-7KQ4-XM2D")
    assert away.headers["location"] == "/desk/sign-in?again=1&to=SP-7KQ4-XM2D"
    shown = await later.client.get(away.headers["location"])
    assert "You were signed out" in seen(shown)


async def test_a_form_that_comes_to_another_process_is_said_not_to_be_stored_and_shown_again(
    visitor: Visitor, school: School, store: Store
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    csrf = (await visitor.get("/")).text.partition('name="csrf" value="')[2][:64]
    numbers = iter(range(100))
    another = office(store, visitor.clock, lambda: f"other{next(numbers):038d}")
    there = Visitor(application(another), visitor.clock)
    there.client.cookies.update(dict(visitor.client.cookies))

    words = {"csrf": csrf, "text": "Rang <home>.", "what": "note"}
    answer = await there.client.post("/desk/records/SP-7KQ4-XM2D/step", data=words)

    assert answer.status_code == 401
    assert "was not stored" in seen(answer) and "Rang &lt;home&gt;." in answer.text
    forged = Visitor(application(another), visitor.clock)
    forged.client.cookies.update(dict(visitor.client.cookies))
    refused = await forged.client.post("/desk/search", data={**words, "csrf": "0" * 64})
    assert refused.status_code == 403 and "Rang" not in refused.text


async def test_signing_out_is_for_this_browser_or_for_all(
    visitor: Visitor, app: Starlette, school: School
) -> None:
    await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)
    others = []
    for _ in range(2):
        other = Visitor(app, visitor.clock, secret=visitor.secret)
        await other.sign_in(LEAD)
        others.append(other)

    await others[0].post("/sign-out")
    assert (await others[0].get("/")).status_code == 303
    assert (await others[1].get("/")).status_code == 200
    await others[1].post("/sign-out", everywhere="1")
    for one in (visitor, *others):
        assert (await one.get("/")).headers["location"] == "/desk/sign-in"


async def test_a_removed_reader_is_out_at_once(
    visitor: Visitor, school: School, store: Store
) -> None:
    number = await school.add("Lucy Coull", "dsl")
    await visitor.in_as(LEAD)

    await store.remove_reader(number)

    assert (await visitor.get("/")).headers["location"] == "/desk/sign-in"


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("SP-7KQ4-XM2D", "/desk/records/SP-7KQ4-XM2D"),
        ("sp7kq4xm2d", "/desk/records/SP-7KQ4-XM2D"),
        ("", "/desk/"),
        ("//evil.example", "/desk/records/SP-EVIL-EXAM-PLE"),
        ("https://evil.example/", "/desk/records/SP-HTTP-SEVI-LEXA-MPLE"),
        ("\r\nlocation: x", "/desk/records/SP-LOCA-TION-X"),
    ],
)
async def test_signing_in_leads_nowhere_but_to_the_desk(
    visitor: Visitor, school: School, to: str, leads: str
) -> None:
    await school.add("Lucy Coull", "dsl")

    assert (await visitor.sign_in(LEAD, to=to)).headers["location"] == leads
