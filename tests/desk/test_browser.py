"""A safeguarding lead at a real browser: set up, sign in, find a report, take it away.

Pictures of each step are kept where `BROWSER_PICTURES` names a folder.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.channels.web.pages import Pages
from bot.desk import Office, desk_app, new_setup_link
from bot.desk.factor import STEP
from bot.site import Rules, site
from bot.store import Store
from tests.cases.people import record
from tests.channels.web.browser import BEHIND, picture_of
from tests.conftest import Clock
from tests.store.readers import PASSPHRASE, School

CHROMIUM = Path("/usr/bin/chromium")
VIEWS = [
    (360, "light", True),
    (1280, "dark", True),
    (1280, "light", False),
    (360, "dark", False),
]

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and not os.environ.get("CI"), reason="Debian's chromium isn't installed"
)


class NoChat:
    """The desk stands on the site alone."""

    def routes(self) -> list[BaseRoute]:
        return []


def whole_site(desks: Office) -> Starlette:
    mounted = [Mount("/desk", app=desk_app(desks))]
    rules = Rules(None, "https://www.bbc.co.uk/weather")
    return site(Pages(), rules, NoChat(), mounted, desk_at="/desk/")


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        opened = await play.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield opened
        finally:
            await opened.close()


async def looked_at(page: Page, name: str) -> None:
    """Nothing is wrong for those who see, hear or type it, and it fits the width of the screen."""
    await page.wait_for_load_state("load")
    found = await Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    )
    assert found.violations_count == 0, found.generate_report()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide), f"{name} is wider than the screen"
    await kept(page, name)


async def kept(page: Page, name: str) -> None:
    """A picture of all of it, where pictures are kept."""
    if path := picture_of(f"desk-{name}"):
        await page.screenshot(path=path, full_page=True)


STORY = record(
    "urgent",
    "pupil",
    "Sam Oak",
    severity="immediate",
    reference="SP-3333-3333",
    words="He says somebody he met in a game has asked him to send pictures.\n\nHe is "
    "frightened and asked me not to tell anyone.",
    facts=(
        ("Where it happened", "In a game’s chat, on his phone"),
        ("When", "Since last Tuesday"),
        ("What was done", "I stayed with him and told him that he did right"),
    ),
)


async def some_reports(school: School) -> None:
    await school.hand_in(
        record("permission", reference="SP-2222-2222", severity="routine", words="A class blog.")
    )
    await school.hand_in(STORY)
    await school.hand_in(record("contact-report", "parent", reference="SP-4444-4444"))


async def sign_in(page: Page, address: str, clock: Clock) -> None:
    """For the first time, by the keys alone."""
    await page.goto(f"{address}/desk/sign-in")
    await page.get_by_label("E-mail address").fill("coull@oakfield.example")
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Link your phone").wait_for()
    letters = str(await page.locator(".key").text_content()).replace(" ", "")
    await page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(clock()))
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Inbox").wait_for()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "scheme", "scripts"), VIEWS)
async def test_from_the_first_link_to_a_report_on_paper(
    desks: Office, store: Store, clock: Clock, width: int, scheme: str, scripts: bool
) -> None:
    async with serving(whole_site(desks)) as address, browser() as chromium:
        context: BrowserContext = await chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        page = await context.new_page()
        await journey(page, address, desks, store, clock, f"{width}-{scheme}", scripts)


async def journey(
    page: Page, address: str, desks: Office, store: Store, clock: Clock, view: str, scripts: bool
) -> None:
    async def look(name: str) -> None:
        if scripts:
            await looked_at(page, f"{name}-{view}")
        else:
            await kept(page, f"{name}-{view}")

    link = await new_setup_link(desks)
    await page.goto(f"{address}/desk{link}")
    await look("1-set-up")
    await page.get_by_label("School").select_option("oakfield")
    await page.get_by_label("Your name").fill("Lucy Coull")
    await page.get_by_label("E-mail address").fill("lucy@oakfield.example")
    await page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    await page.get_by_label("Passphrase, again").fill(PASSPHRASE)
    await page.get_by_role("button", name="Set up").click()
    await page.get_by_role("heading", name="Print this page now").wait_for()
    await look("2-sheet")
    await page.get_by_role("link", name="I have it on paper").click()
    letters = str(await page.locator(".key").text_content()).replace(" ", "")
    await look("3-phone")
    await page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(clock()))
    await page.get_by_role("button", name="Link and open").click()
    await page.get_by_role("heading", name="Inbox").wait_for()
    await look("4-empty-inbox")

    await some_reports(School(store, b""))
    await page.goto(f"{address}/desk/sign-out")
    await look("5-sign-out")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await look("6-signed-out")
    await page.get_by_role("link", name="Sign in again").click()
    await look("7-sign-in")
    await page.get_by_label("E-mail address").fill("lucy@oakfield.example")
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    clock.advance(timedelta(seconds=STEP))
    await page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(clock()))
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Inbox").wait_for()
    await look("8-inbox")

    await page.get_by_label("Search inside").fill("frightened")
    await page.keyboard.press("Enter")
    await page.get_by_text("1 report holds").wait_for()
    await look("9-search")
    await page.get_by_role("link", name="Urgent concern").click()
    await page.get_by_text("asked me not to tell").wait_for()
    await look("10-report")
    await page.get_by_text("Add a note").click()
    await page.get_by_label("Note", exact=True).fill("Rang home; his mother is on her way.")
    await look("10-writing")
    await page.get_by_role("button", name="Add the note").click()
    await page.get_by_role("button", name="I’m taking this on").click()
    await page.get_by_text("Open", exact=True).first.wait_for()
    await look("10-worked-on")
    await page.get_by_role("link", name="For printing").click()
    await look("11-paper")
    await page.go_back()
    await page.get_by_role("link", name="Take away").click()
    await look("12-take-away")
    await page.get_by_label("Reason").fill("for the strategy meeting")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Take away").click()
    file = await (await download.value).path()
    assert Path(file).read_bytes().startswith(b"%PDF")


@asynccontextmanager
async def signed_in(
    desks: Office, store: Store, clock: Clock, width: int, scheme: str
) -> AsyncIterator[tuple[Page, str]]:
    """A lead with some reports before them; the page, and the site's address."""
    school = await School.opened(store)
    await school.add("Lucy Coull", "dsl")
    await some_reports(school)
    async with serving(whole_site(desks)) as address, browser() as chromium:
        page = await chromium.new_page(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        await sign_in(page, address, clock)
        yield page, address


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_desk_by_the_keyboard_alone(desks: Office, store: Store, clock: Clock) -> None:
    """Open a report, take it on, ask back, note, close it and take it away: no pointer."""
    async with signed_in(desks, store, clock, 1280, "light") as (page, _):

        async def to(what: str) -> None:
            """Go on with Tab until what is focused says this."""
            for _ in range(80):
                await page.keyboard.press("Tab")
                said = await page.evaluate(FOCUSED)
                if what in said:
                    return
            raise AssertionError(f"nobody gets to {what} by Tab")

        async def press(what: str, *, leads_away: bool = True) -> None:
            await to(what)
            if leads_away:
                async with page.expect_navigation():
                    await page.keyboard.press("Enter")
            else:
                await page.keyboard.press("Enter")

        await press("SP-3333-3333")
        await press("I’m taking this on")
        await press("Ask or tell the reporter", leads_away=False)
        await to("message-text")
        await page.keyboard.type("Is he at home?")
        await to("The report waits")
        await page.keyboard.press("Space")
        await press("Send the message")
        await press("Add a note", leads_away=False)
        await to("note-text")
        await page.keyboard.type("Rang home.")
        await press("Add the note")
        await press("Close", leads_away=False)
        await to("close-text")
        await page.keyboard.type("He is safe.")
        await press("Close the report")
        await page.locator(".tag", has_text="Closed").wait_for()
        for words in ("Is he at home?", "Rang home.", "He is safe."):
            await page.get_by_text(words).wait_for()
        await press("Take away")
        await to("reason")
        await page.keyboard.type("for the school's file")
        async with page.expect_download() as download:
            await page.keyboard.press("Enter")
        assert (await download.value).suggested_filename == f"{STORY.reference}.pdf"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_has_the_focus_is_never_behind_the_head_of_the_page(
    desks: Office, store: Store, clock: Clock
) -> None:
    async with signed_in(desks, store, clock, 1280, "light") as (page, address):
        await page.goto(f"{address}/desk/records/{STORY.reference}")
        await page.set_viewport_size({"width": 1280, "height": 450})
        for key in ("Tab", "Shift+Tab"):
            for _ in range(25):
                await page.keyboard.press(key)
                assert await page.evaluate(BEHIND) == ""
        await page.goto(f"{address}/desk/records/{STORY.reference}#next-title")
        top = "document.querySelector('#next-title').getBoundingClientRect().top"
        bar = "document.querySelector('.bar').getBoundingClientRect().bottom"
        assert await page.evaluate(f"{top} >= {bar}")


FOCUSED = """() => {
  const one = document.activeElement
  // A page that is still being opened has nothing but itself, with all of its words.
  if (one === document.body) return ""
  return [one.id, one.textContent, one.closest("label")?.textContent ?? ""].join(" ")
}"""
