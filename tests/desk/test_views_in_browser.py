"""The pages that look across records at a real browser: nothing is wrong for anybody who reads,
hears or types them, and all that they do works without a script.

Pictures are kept where `SIGNPOST_PICTURES` names a folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Page

from bot.desk import Office
from bot.messages import Gap
from bot.policy.shelf import Shelf
from bot.store import Store
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.lending import asked, lending, shelf_of
from tests.desk.test_browser import CHROMIUM, browser, looked_at, serving, whole_site
from tests.desk.test_registers_page import PAGE, READ, TIE, decided
from tests.store.readers import PASSPHRASE, School

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium isn't installed")

LOOKED_AT = (
    "registers/declarations",
    "registers/accounts",
    "registers/acknowledgements",
    "questions",
    "policy",
    "policy/topics/lesson-time",
    "policy/changes",
    "patterns",
    "audit",
    "people",
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_of(tmp_path)


async def some_work(store: Store, school: School, clock: Clock, shelf: Shelf) -> None:
    lead = await school.add("Lucy Coull", "dsl", "desk-administrator")
    await school.add("Kara Satterley", "deputy-dsl")
    for one in (TIE, PAGE, READ):
        await school.hand_in(one)
    for number in range(6):
        facts = (("App or site", "WhatsApp"),)
        await school.hand_in(record("incident", reference=f"SP-2222-33{number:02d}", facts=facts))
    await decided(store, lead, TIE.reference, date(2026, 3, 4))
    await asked(store, Gap("unknown", None, "can we have a page for the hamster"))
    await store.keyholders.set_away(lead, clock(), clock() + timedelta(days=3))
    await lending(store, clock, shelf).book.note()  # type: ignore[union-attr]
    clock.advance(timedelta(days=3))
    answers = shelf().content / "oakfield/answers/day.yml"
    answers.write_text(answers.read_text().replace("until the lesson ends", "in your bag"))
    assert await shelf.look()


@asynccontextmanager
async def at_the_desk(
    desks: Office, clock: Clock, width: int, scheme: str, *, scripts: bool
) -> AsyncIterator[tuple[Page, str]]:
    async with serving(whole_site(desks)) as address, browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        page = await context.new_page()
        await page.goto(f"{address}/desk/sign-in")
        await page.get_by_label("E-mail address").fill("coull@oakfield.example")
        await page.get_by_label("Passphrase").fill(PASSPHRASE)
        await page.get_by_role("button", name="Sign in").click()
        letters = str(await page.locator(".key").text_content()).replace(" ", "")
        await page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(clock()))
        await page.get_by_role("button", name="Link and open").click()
        await page.get_by_role("heading", name="Inbox").wait_for()
        yield page, f"{address}/desk"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
async def test_every_page_is_for_everybody(
    desks: Office,
    store: Store,
    school: School,
    clock: Clock,
    shelf: Shelf,
    width: int,
    scheme: str,
) -> None:
    await some_work(store, school, clock, shelf)
    lent = replace(desks, lent=lending(store, clock, shelf))
    async with at_the_desk(lent, clock, width, scheme, scripts=True) as (page, desk):
        for path in LOOKED_AT:
            await page.goto(f"{desk}/{path}")
            await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            await looked_at(page, f"{path.replace('/', '-')}-{width}-{scheme}")
        for path, button, says in (
            ("patterns", "Count the places", "Apps and sites named in reports"),
            ("audit", "Check the list now", "Checked just now."),
            ("people", "Invite", "The invitation is made."),
        ):
            await page.goto(f"{desk}/{path}")
            await page.get_by_role("button", name=button, exact=True).click()
            await page.get_by_text(says).wait_for()
            await looked_at(page, f"{path}-after-{width}-{scheme}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_keys_alone_and_no_script_are_enough(
    desks: Office, store: Store, school: School, clock: Clock, shelf: Shelf
) -> None:
    await some_work(store, school, clock, shelf)
    lent = replace(desks, lent=lending(store, clock, shelf))
    async with at_the_desk(lent, clock, 1280, "light", scripts=False) as (page, desk):
        await page.goto(f"{desk}/questions")
        await page.get_by_role("button", name="Mark as dealt with").focus()
        await page.keyboard.press("Enter")
        await page.get_by_text("No question waits.").wait_for()
        assert await store.gaps("oakfield") == []

        await page.goto(f"{desk}/people")
        await page.get_by_text("Change what is set for Kara Satterley").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")  # not on Mondays
        for _ in range(7):
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_text("Tuesday, Wednesday, Thursday and Friday").wait_for()
        assert (await store.readers("oakfield"))[1].week == frozenset(range(1, 5))
