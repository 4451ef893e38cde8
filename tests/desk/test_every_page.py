"""Every page of the desk at a real browser: nothing is wrong for whoever reads, hears or types it.

The pages are taken from the application's own routes, so that one that is added later is looked at
as well. Pictures are kept where `BROWSER_PICTURES` names a folder.
"""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, Page

from bot.cases.entries import Entry
from bot.cases.records import Evidence, NewRecord
from bot.cases.routing import hand_over
from bot.desk import Office, desk_app, new_setup_link
from bot.desk.guard import OPEN
from bot.messages import Gap
from bot.policy.shelf import Shelf
from bot.store import Store
from bot.store.keyring import unlock
from tests.cases.people import record
from tests.conftest import Clock
from tests.desk.lending import asked, lending, shelf_of
from tests.desk.test_browser import (
    CHROMIUM,
    STORY,
    browser,
    looked_at,
    serving,
    sign_in,
    whole_site,
)
from tests.desk.test_registers_page import PAGE, READ, TIE, decided
from tests.desk.visitors import every_route
from tests.store.readers import OAKFIELD, PASSPHRASE, School

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="Debian's chromium isn't installed"
)

PARAMETERS = {
    "{reference}": STORY.reference,
    "{kind}": "staff-concern",
    "{topic}": "lesson-time",
    "{register}": "declarations",
}
MORE = ("/registers/accounts", "/registers/acknowledgements", "/enter/incident", "/?view=overdue")
PICTURES_OF_FILES = "/records/{reference}/files/{number:int}/{page:int}"
ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("patterns", "Count the places", "Apps and sites named in reports"),
    ("patterns", "Look for them", "3 concerns"),
    ("audit", "Check the list now", "Checked just now."),
    ("people", "Invite", "The invitation is made."),
    (f"records/{STORY.reference}", "Look for reports about", "Link"),
    (f"records/{STORY.reference}/export", "Take away", "Say why you take this away"),
)
"""A page, what is pressed on it, and what the page that comes then says."""

CONCERNS = [
    record("staff-concern", "staff", name, reference=f"SP-7777-222{digit}")
    for digit, name in (("2", "Sam Hall"), ("3", "Mr Hall"), ("4", "S. Hall"))
]
BLOG = record("permission", reference="SP-9999-2222", severity="routine", words="A class blog.")
CONTACT = record("contact-report", "parent", reference="SP-9999-3333")
FRIGHTENED = replace(STORY, reference="SP-8888-2222", kind="incident", severity="serious")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_of(tmp_path)


def scan() -> bytes:
    """A page of lines, as somebody wrote it down by hand."""
    page = Image.new("RGB", (600, 800), "white")
    pen = ImageDraw.Draw(page)
    for line in range(9):
        pen.line(
            (60, 100 + 50 * line, 500 - 37 * (line % 3), 100 + 50 * line), fill="#345", width=3
        )
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


async def with_scan(store: Store, told: NewRecord) -> None:
    handover = hand_over(told, await store.readers(told.school), OAKFIELD)
    await store.desk.take_down(handover, 1, [Evidence("image/png", scan())])


async def some_work(store: Store, school: School, clock: Clock, shelf: Shelf) -> None:
    """A desk at which something stands on each page."""
    lead = await school.add("Lucy Coull", "dsl", "head", "desk-administrator")
    await school.add("Kara Satterley", "deputy-dsl")
    for one in (TIE, PAGE, READ, FRIGHTENED, BLOG, CONTACT, *CONCERNS):
        await school.hand_in(one)
    await with_scan(store, STORY)
    for number in range(6):
        facts = (("App or site", "WhatsApp"),)
        await school.hand_in(record("incident", reference=f"SP-2222-33{number:02d}", facts=facts))
    await decided(store, lead, TIE.reference, date(2026, 3, 4))
    await asked(store, Gap("unknown", None, "can we have a page for the hamster"))
    await store.keyholders.set_away(lead, clock(), clock() + timedelta(days=3))
    key = unlock(await store.reader_keys(lead), PASSPHRASE)
    for entry in (
        Entry("note", "Rang home; his mother is on her way."),
        Entry("action", "Speak to his form tutor.", owner=lead, due=date(2026, 3, 4)),
        Entry("action", "Ask the network manager for the log.", owner=2),
        Entry("referral", "Spoke to the duty desk.", toward="children’s social care"),
        Entry("done", "It is attached.", settles=4),
    ):
        await store.casework.add_entry(STORY.reference, lead, key, entry)
    await store.casework.hold(STORY.reference, lead, key, held=True, reason="for the police")
    await lending(store, clock, shelf).book.note()  # type: ignore[union-attr]
    clock.advance(timedelta(days=3))
    answers = shelf().content / "oakfield/answers/day.yml"
    answers.write_text(answers.read_text().replace("until the lesson ends", "in your bag"))
    assert await shelf.look()


@asynccontextmanager
async def at_the_desk(
    desks: Office, clock: Clock, width: int, scheme: str, *, scripts: bool = True
) -> AsyncIterator[tuple[Page, str]]:
    """Somebody who is signed in, and the desk's address."""
    async with serving(whole_site(desks)) as address, browser() as chromium:
        context: BrowserContext = await chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        page = await context.new_page()
        await sign_in(page, address, clock)
        yield page, f"{address}/desk"


def pages(desks: Office) -> list[str]:
    """Each address at which the desk shows a page to somebody inside, from its own routes."""
    routes = every_route(desk_app(desks), PARAMETERS)
    pictures = PICTURES_OF_FILES.replace("{reference}", STORY.reference)
    pictures = pictures.replace("{number:int}", "1").replace("{page:int}", "1")
    others = {pictures, *OPEN}
    found = [path for method, path in routes if method == "GET" and path not in others]
    assert not [path for path in found if "{" in path], "a parameter that this test doesn't know"
    return [*found, *MORE]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
async def test_every_page_that_there_is_can_be_used_by_everybody(
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
    async with at_the_desk(lent, clock, width, scheme) as (page, desk):
        look = f"{width}-{scheme}"
        for path in pages(lent):
            answer = await page.goto(f"{desk}{path}")
            assert answer is not None and answer.status == 200, path
            await page.evaluate(ALL_OPEN)
            await looked_at(page, f"page{path.replace('/', '-')}-{look}")
        for number, (path, button, says) in enumerate(ANSWERS):
            await page.goto(f"{desk}/{path}")
            await page.evaluate(
                "document.querySelectorAll('form').forEach(f => f.noValidate = true)"
            )
            await page.get_by_role("button", name=button).first.click()
            await page.get_by_text(says).first.wait_for()
            await looked_at(page, f"page-{path.split('/')[0]}-after-{number}-{look}")
        await page.goto(f"{desk}/enter/incident")
        await page.evaluate("document.querySelector('form.paper-form').noValidate = true")
        await page.get_by_role("button", name="Store the report").click()
        await page.get_by_role("alert").wait_for()
        await looked_at(page, f"page-enter-missing-{look}")
        await page.goto(f"{desk}/")
        await page.get_by_label("Search inside").fill("frightened")
        await page.keyboard.press("Enter")
        await page.get_by_text("2 reports hold").wait_for()
        await looked_at(page, f"page-found-{look}")
        await page.goto(f"{desk}/records/SP-9999-9999")
        await looked_at(page, f"page-nothing-{look}")
        await signed_out(page, desk, lent, look)


async def signed_out(page: Page, desk: str, desks: Office, look: str) -> None:
    """The ways in, as somebody sees them who isn't signed in."""
    await page.context.clear_cookies()
    links = {"/set-up": await new_setup_link(desks)}
    for path in sorted(OPEN):
        answer = await page.goto(f"{desk}{links.get(path) or path}")
        assert answer is not None and answer.status == 200, path
        await looked_at(page, f"way-in{path.replace('/', '-')}-{look}")


ALL_OPEN = "document.querySelectorAll('details').forEach(one => { one.name = ''; one.open = true })"
