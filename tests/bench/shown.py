"""When a reply can be seen: from sending a message in a browser until it is drawn.

The page itself takes the time, from the form's being sent to the first frame after the reply was
put onto the page; what the bench's own way to the browser costs is not in the figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playwright.sync_api import Browser, Page

from tests.bench.places import SCHOOL, BenchError
from tests.channels.web.browser import CHROMIUM, chromium

PATIENCE_MS = 30_000
PAUSE_MS = 1_000

UNTIL_SHOWN = """words => new Promise((done, failed) => {
  const log = document.getElementById("log"), text = document.getElementById("text");
  const before = log.querySelectorAll(".reply").length;
  const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - sent)));
  const looking = new MutationObserver(() => {
    if (log.querySelectorAll(".reply").length > before) { looking.disconnect(); drawn(); }
    else if (log.querySelector(".state.bad")) { looking.disconnect(); done(null); }
  });
  looking.observe(log, { childList: true, subtree: true });
  text.value = words;
  const sent = performance.now();
  text.form.requestSubmit();
})"""


def replies_shown(address: str, talks: Sequence[Sequence[str]]) -> Iterator[float]:
    """Milliseconds for each message; each talk is one person's, in a window of their own."""
    if CHROMIUM is None:
        raise BenchError("Chromium is missing; install the package `chromium`.")
    with chromium() as browser:
        for talk in talks:
            yield from _talk(browser, address, talk)


def _talk(browser: Browser, address: str, talk: Sequence[str]) -> Iterator[float]:
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        _begin(page)
        for words in talk:
            while (taken := page.evaluate(UNTIL_SHOWN, words)) is None:
                # More than one may say at once, which is not what is measured.
                page.wait_for_timeout(PAUSE_MS)
                page.reload()
            yield taken
    finally:
        context.close()


def _begin(page: Page) -> None:
    """Where one address may have no more conversations for now, in a while."""
    while True:
        page.goto(f"/chat/school/{SCHOOL}")
        page.locator("input[name=role][value=staff]").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Begin").click()
        if page.locator("#text").count():
            return
        page.wait_for_timeout(PAUSE_MS)
