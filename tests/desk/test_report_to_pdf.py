"""The whole way, on a fresh machine: set up, a parent reports, the lead asks back, decides, closes.

The bot is `run` in a process of its own, with its own model and content. Two browsers are opened, a
parent's and the lead's; nothing is handed from one to the other but through the bot. Pictures of
each step are kept in the folder that BROWSER_PICTURES names.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.web.browser import Served, check, chromium, picture, serve
from tests.verbs.calling import ROOT, Bot

PASSPHRASE = "four words quite unlike"
LOOKS = [(360, 740, "light"), (1280, 800, "dark"), (360, 740, "dark"), (1280, 800, "light")]
STORY = "They made a group to laugh at my daughter's singing and share clips of the concert in it."
QUESTION = "Is the group still there?"
ANSWER = "Yes, it is called 6B Fun, and 14 children are in it."
STEP = 30
PATIENCE, USUAL = 30_000, 5_000
LONGEST_FORM = 20

ANSWERS: Mapping[str, tuple[str, str]] = {
    "What kind of thing": ("press", "Bullying of a pupil"),
    "What happened": ("say", STORY),
    "Anything more": ("press", "That's all"),
    "Who is affected": ("say", "Ada Oak, Year 6"),
    "Who did it": ("press", "A pupil"),
    "Where was it": ("say", "WhatsApp"),
    "When was it": ("say", "last Tuesday"),
    "What have you kept": ("press", "I have screenshots"),
    "at risk because of it": ("press", "I'm not sure"),
    "Who knows about it": ("press", "Skip"),
    "Who are you": ("say", "Jo Oak, 07700 900123"),
}
"""What the parent says to each question; by its words, as a person would."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # A passphrase takes a moment to try, and longer where much else goes on.
    expect.set_options(timeout=PATIENCE)
    with chromium() as found:
        yield found
    expect.set_options(timeout=USUAL)


@dataclass
class Sight:
    """One person's browser, looked at after each step."""

    page: Page
    look: str

    def at(self, step: str) -> None:
        check(self.page)
        picture(self.page, f"journey-{step}-{self.look}")


@contextmanager
def sight(
    browser: Browser, served: Served, width: int, height: int, scheme: str
) -> Iterator[Sight]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        base_url=served.address,
        accept_downloads=True,
    )
    yield Sight(context.new_page(), f"{width}-{scheme}")
    context.close()


@pytest.mark.parametrize(
    ("width", "height", "scheme"), LOOKS, ids=[f"{width}-{scheme}" for width, _, scheme in LOOKS]
)
def test_from_a_fresh_start_to_a_report_on_paper(
    browser: Browser, tmp_path: Path, content_dir: Path, width: int, height: int, scheme: str
) -> None:
    settings = {
        "SIGNPOST_CONTENT_DIR": str(content_dir),
        "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
    }
    served = serve(Bot(tmp_path, settings))
    window = width, height, scheme
    try:
        with (
            sight(browser, served, *window) as lead,
            sight(browser, served, *window) as parent,
        ):
            letters = set_up(lead, link(served))
            reference = report(parent)
            sign_in(lead, letters)
            ask_back(lead, reference)
            answer(parent, reference)
            settle(lead, reference)
            take_away(lead, reference)
    finally:
        status, _, err = served.stop()
    assert (status, err) == (0, "")


def link(served: Served) -> str:
    """What `run` prints for whoever is to be the first reader."""
    out = served.process.stdout
    assert out is not None
    for line in iter(out.readline, b""):
        if found := re.search(rb"(/desk/set-up\?link=\S+)", line):
            return found[1].decode()
    raise AssertionError("no link was printed")


def set_up(lead: Sight, path: str) -> str:
    """The letters that the lead's phone is given."""
    page = lead.page
    page.goto(path)
    lead.at("01-set-up")
    page.get_by_label("School").select_option("welbeck")
    page.get_by_label("Your name").fill("Lee Lead")
    page.get_by_label("E-mail address").fill("lee@welbeck.example")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Passphrase, again").fill(PASSPHRASE)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Print this page now")).to_be_visible()
    lead.at("02-sheet")
    page.get_by_role("link", name="I have it on paper").click()
    letters = str(page.locator(".key").text_content()).replace(" ", "")
    lead.at("03-phone")
    # The code before this one still counts, and leaves this one and the next for signing in.
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(time.time() - STEP))
    page.get_by_role("button", name="Link and open").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    lead.at("04-empty-inbox")
    page.goto("/desk/sign-out")
    page.get_by_role("button", name="Sign out", exact=True).click()
    return letters


def report(parent: Sight) -> str:
    """A parent reports; the number that the bot gives for it."""
    page = parent.page
    page.goto("/chat")
    page.get_by_label("Welbeck Primary School").check()
    page.get_by_label("I'm a parent or carer").check()
    page.get_by_role("button", name="Begin").click()
    say(page, "I want to report an incident")
    parent.at("05-first-question")
    for _ in range(LONGEST_FORM):
        asked = page.locator(".reply").last.inner_text()
        if "This is what I'd pass on" in asked:
            break
        fitting = [how for words, how in ANSWERS.items() if words in asked]
        # The story may be told in several messages, so after one it is asked whether that is all.
        how, what = fitting[0] if fitting else ("press", "That's all")
        (press if how == "press" else say)(page, what)
    parent.at("06-summary")
    press(page, "Send it")
    thanks = page.locator(".reply").last.inner_text()
    parent.at("07-sent")
    found = re.search(r"SP-[A-Z0-9]{4}-[A-Z0-9]{4}", thanks)
    assert found, thanks
    return found[0]


def sign_in(lead: Sight, letters: str) -> None:
    page = lead.page
    page.goto("/desk/sign-in")
    lead.at("08-sign-in")
    page.get_by_label("E-mail address").fill("lee@welbeck.example")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).at(time.time() + STEP))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    lead.at("09-inbox")


def ask_back(lead: Sight, reference: str) -> None:
    page = lead.page
    page.get_by_role("link", name=re.compile(reference)).click()
    expect(page.get_by_text(STORY)).to_be_visible()
    lead.at("10-report")
    page.get_by_role("button", name="I’m taking this on").click()
    page.get_by_text("Ask or tell the reporter").click()
    page.get_by_label("Message", exact=True).fill(QUESTION)
    lead.at("11-asking")
    page.get_by_role("button", name="Send the message").click()
    expect(page.locator(".tag", has_text="Waiting")).to_be_visible()
    lead.at("12-waits")


def answer(parent: Sight, reference: str) -> None:
    page = parent.page
    expect(page.locator(".reply", has_text=QUESTION)).to_be_in_viewport()
    parent.at("13-asked")
    press(page, f"Add to {reference}")
    say(page, ANSWER)
    for title in ("That's all", "Send it", "Add it"):
        if page.get_by_role("button", name=title, exact=True).count():
            press(page, title)
    parent.at("14-answered")


def settle(lead: Sight, reference: str) -> None:
    """See the answer, write down what is done, and close."""
    page = lead.page
    page.goto(f"/desk/records/{reference}")
    expect(page.locator(".story-from-reporter", has_text=ANSWER)).to_be_visible()
    expect(page.locator(".story-to-reporter", has_text=QUESTION)).to_be_visible()
    lead.at("15-answer")
    page.get_by_text("Give somebody something to do").click()
    page.get_by_label("What", exact=True).fill("Speak to the parents of the group's founder.")
    page.get_by_role("button", name="Add the action").click()
    page.locator("summary", has_text=re.compile("^Close$")).click()
    outcome = page.get_by_label("What came of it", exact=True)
    outcome.fill("The group is gone. Ada has somebody to go to.")
    lead.at("16-closing")
    page.get_by_role("button", name="Close the report").click()
    expect(page.locator(".tag", has_text="Closed")).to_be_visible()
    lead.at("17-closed")


def take_away(lead: Sight, reference: str) -> None:
    page = lead.page
    page.get_by_role("link", name="For printing").click()
    lead.at("18-paper")
    page.go_back()
    page.get_by_role("link", name="Take away").click()
    page.get_by_label("Reason").fill("for the school's file")
    lead.at("19-take-away")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take away").click()
    paper = pypdfium2.PdfDocument(download.value.path())
    text = " ".join(" ".join(one.get_textpage().get_text_bounded().split()) for one in paper)
    for words in (reference, STORY, QUESTION, ANSWER, "The group is gone."):
        assert words in text, words


def say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    _then(page, page.get_by_role("button", name="Send", exact=True).click)


def press(page: Page, title: str) -> None:
    _then(page, page.get_by_role("button", name=title, exact=True).last.click)


def _then(page: Page, does: Callable[[], None]) -> None:
    """Do something, and wait until the bot has answered it whole."""
    before = page.locator(".reply").count()
    does()
    expect(page.locator(".reply")).not_to_have_count(before)
    expect(page.locator("#busy")).to_be_hidden()
