"""The chat page in a real browser: a parent's question, danger, a reload, the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from starlette.routing import Route

from bot.channels.web.health import HealthRoutes
from bot.channels.web.pages import Pages
from bot.channels.web.routes import ChatRoutes
from bot.channels.web.seen import SeenRoutes
from bot.site import Rules, site
from tests.channels.web.browser import BEHIND, Served, check, chromium, picture, serve
from tests.verbs.calling import ROOT, Bot

LEAVE_TO = "https://weather.example/"
PAGES = {
    "/": "/",
    "/chat": "/chat",
    "/chat/school/{school}": "/chat/school/welbeck",
    "/chat/embed/{school}": "/chat/embed/welbeck",
    "/chat/join/{code}": "/chat/join/made-up",
    "/seen/{token}": "/seen/made-up",
    "/status": "/status",
}
"""Each page of the site, as its route has it and as it is asked for."""

NOT_PAGES = {
    *("/alive", "/healthz", "/static/{name}", "/chat/stream", "/chat/embed/{school}/stream"),
}
LOOKS = [(360, 740, "light"), (360, 740, "dark"), (1280, 800, "light"), (1280, 800, "dark")]
QUESTION = "can I post photos of the fair?"
DANGER = "a girl in my class said she wants to die"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def another_site() -> Iterator[str]:
    """A site that shows in a frame whatever its address asks for."""

    class Frame(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{self.path[1:]}" width=340 height=600>'.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            """It has nothing to tell."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Frame)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def schools_site() -> Iterator[str]:
    with another_site() as site:
        yield site


@pytest.fixture(scope="module")
def served(
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    content_dir: Path,
    schools_site: str,
) -> Iterator[Served]:
    settings = {
        "SIGNPOST_CONTENT_DIR": str(content_dir),
        "SIGNPOST_MODEL_DIR": str(ROOT / "models"),
        "SIGNPOST_LEAVE_TO": LEAVE_TO,
        "SIGNPOST_EMBED_ON": schools_site,
    }
    bot = Bot(tmp_path_factory.mktemp("served"), settings)
    lead = ("--role", "dsl", "--name", "Lee Lead", "--email", "lee@welbeck.example")
    added = bot.call("people", "add", "--school", "welbeck", *lead, said="correct horse battery\n")
    assert added.status == 0, added
    running = serve(bot)
    yield running
    status, _, err = running.stop()
    assert (status, err) == (0, "")


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[2]}")
def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Page]:
    width, height, scheme = request.param
    with _page(browser, served, width, height, scheme) as opened:
        yield opened


@pytest.fixture
def wide(browser: Browser, served: Served) -> Iterator[Page]:
    with _page(browser, served, 1280, 800, "light") as opened:
        yield opened


@contextmanager
def _page(
    browser: Browser, served: Served, width: int, height: int, scheme: str, script: bool = True
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        base_url=served.address,
        java_script_enabled=script,
    )
    opened = context.new_page()
    complaints: list[str] = []
    statuses: list[int] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda line: complaints.append(line.text) if line.type == "error" else None
    )
    opened.on("response", lambda answer: statuses.append(answer.status))
    # Nothing but our own address is there to be asked.
    foreign: list[str] = []
    opened.on(
        "request",
        lambda one: foreign.append(one.url) if not one.url.startswith(served.address) else None,
    )
    yield opened
    context.close()
    missing = statuses.count(404)  # which the browser complains of, and a test asks for
    assert len(complaints) == missing, complaints
    assert [url for url in foreign if not url.startswith("https://weather.example")] == []


def begin(page: Page, role: str = "I'm a parent or carer") -> None:
    page.goto("/chat")
    page.get_by_label("Welbeck Primary School").check()
    page.get_by_label(role).check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Your message")).to_be_visible()


def say(page: Page, words: str) -> None:
    before = page.locator(".reply").count()
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".reply")).not_to_have_count(before)


def test_a_question_and_danger_at_every_size(page: Page, request: pytest.FixtureRequest) -> None:
    look = request.node.callspec.id
    page.goto("/")
    check(page)
    picture(page, f"front-{look}")
    page.goto("/chat")
    check(page)
    picture(page, f"start-{look}")
    begin(page)
    check(page)
    say(page, QUESTION)
    expect(page.locator(".reply").last).to_contain_text("Welbeck policy")
    check(page)
    picture(page, f"question-{look}")
    say(page, DANGER)
    urgent = page.get_by_role("alert").first
    expect(urgent).to_contain_text("999")
    expect(urgent).to_be_in_viewport()
    check(page)
    picture(page, f"urgent-{look}")
    page.get_by_text("About this chat").click()
    check(page)
    with page.expect_download() as file:
        page.get_by_role("button", name="Download what is kept of you").click()
    assert DANGER in Path(file.value.path()).read_text("utf-8")
    page.goto("/nowhere")
    check(page)


def own_routes() -> set[str]:
    """Each address that the site answers, but for those of the desk, which looks at its own."""
    nothing: Any = None
    pages = Pages()
    others = [*HealthRoutes(nothing, pages).routes(), *SeenRoutes(nothing, pages).routes()]
    chat = ChatRoutes(nothing, nothing, pages, secure=None, leave_to=LEAVE_TO)
    whole = site(pages, Rules(None, LEAVE_TO), chat, others)
    asked = (one for one in whole.routes if isinstance(one, Route))
    return {one.path for one in asked if "GET" in (one.methods or ())}


def test_no_page_is_forgotten() -> None:
    assert own_routes() == PAGES.keys() | NOT_PAGES


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_page_that_there_is_can_be_used_by_everybody(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None and answer.status == 200
    check(page)
    name = path.strip("/").replace("/", "-") or "front"
    picture(page, f"site-{name}-{page.viewport_size['width']}")  # type: ignore[index]


def test_a_conversation_in_a_frame_can_be_used_by_everybody(page: Page) -> None:
    page.goto("/chat/embed/welbeck")
    page.get_by_label("I'm a parent or carer").check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Your message")).to_be_visible()
    check(page)
    say(page, DANGER)
    expect(page.get_by_role("alert").first).to_contain_text("999")
    check(page)


def test_a_form_shows_how_far_one_is_and_its_buttons(wide: Page) -> None:
    begin(wide, "I work or volunteer there")
    say(wide, "I want to report an incident")
    expect(wide.get_by_text("Question 1 of")).to_be_visible()
    check(wide)
    picture(wide, "form")
    wide.get_by_role("button", name="Bullying of a pupil").click()
    expect(wide.get_by_text("Question 2 of")).to_be_visible()
    expect(wide.get_by_role("button", name="Bullying of a pupil")).to_have_count(0)
    check(wide)


def test_a_reload_and_another_tab_show_the_same(wide: Page) -> None:
    begin(wide)
    say(wide, QUESTION)
    wide.reload()
    expect(wide.locator(".mine")).to_have_count(1)
    expect(wide.locator(".reply")).to_have_count(1)
    other = wide.context.new_page()
    other.goto("/chat")
    say(other, "thanks")
    expect(wide.locator(".mine")).to_have_count(2)
    expect(wide.locator(".reply")).to_have_count(2)
    assert wide.locator(".log").inner_text() == other.locator(".log").inner_text()


def test_by_the_keyboard_alone(wide: Page) -> None:
    def to(role: str, name: str) -> None:
        for _ in range(30):
            wide.keyboard.press("Tab")
            if wide.get_by_role(role, name=name).evaluate_all(  # type: ignore[arg-type]
                "found => found.includes(document.activeElement)"
            ):
                return
        raise AssertionError(f"nobody gets to {name} by Tab")

    wide.goto("/")
    to("link", "Ask or report something")
    wide.keyboard.press("Enter")
    wide.wait_for_url("**/chat")
    to("radio", "Blean Primary School")
    for _ in range(4):
        wide.keyboard.press("ArrowDown")
    wide.keyboard.press("Tab")
    wide.keyboard.press("Space")
    to("button", "Begin")
    wide.keyboard.press("Enter")
    expect(wide.get_by_label("Your message")).to_be_focused()
    expect(wide.get_by_role("heading", name="Welbeck Primary School")).to_be_visible()
    wide.keyboard.type(QUESTION)
    wide.keyboard.press("Shift+Enter")
    wide.keyboard.type("the summer one")
    wide.keyboard.press("Enter")
    expect(wide.locator(".reply")).not_to_have_count(1)
    expect(wide.get_by_label("Your message")).to_be_focused()
    wide.keyboard.press("Shift+Tab")
    assert wide.evaluate("document.activeElement.matches('.choices button, .reply a')")
    to("button", "Leave quickly")


def test_what_has_the_focus_is_never_behind_the_head_or_the_foot(wide: Page) -> None:
    begin(wide)
    for words in (QUESTION, DANGER, "I want to report an incident"):
        say(wide, words)
    wide.set_viewport_size({"width": 1280, "height": 500})
    reached = 0
    for key in ("Shift+Tab", "Tab"):
        for _ in range(30):
            wide.keyboard.press(key)
            assert wide.evaluate(BEHIND) == ""
            reached += wide.evaluate("document.activeElement.matches('.line *')")
    assert reached > 4


def test_leaving_quickly_leaves_nothing_to_see(wide: Page) -> None:
    begin(wide)
    say(wide, QUESTION)
    wide.context.route(
        "https://weather.example/**",
        lambda route: route.fulfill(body="Sunny", content_type="text/plain"),
    )
    wide.get_by_role("button", name="Leave quickly").click()
    wide.wait_for_url("https://weather.example/")
    wide.go_back()
    assert QUESTION not in wide.content()
    wide.goto("/chat")
    expect(wide.get_by_role("button", name="Begin")).to_be_visible()


def test_a_message_without_a_connection_can_be_sent_again(browser: Browser, served: Served) -> None:
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    begin(page)
    context.set_offline(True)
    page.get_by_label("Your message").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text("there is no connection")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".reply").last).to_contain_text("Welbeck policy")
    expect(page.locator(".mine")).to_have_count(1)
    context.close()


def test_it_works_without_a_script(browser: Browser, served: Served) -> None:
    with _page(browser, served, 360, 740, "light", script=False) as page:
        begin(page, "I work or volunteer there")
        say(page, "I want to report an incident")
        expect(page.get_by_text("Question 1 of")).to_be_visible()
        page.get_by_role("button", name="Bullying of a pupil").click()
        expect(page.get_by_text("Question 2 of")).to_be_visible()
        page.get_by_text("About this chat").click()
        page.get_by_role("button", name="Clear this conversation").click()
        expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_the_first_page_is_small(wide: Page) -> None:
    answers: list[Response] = []
    wide.on("response", lambda answer: answers.append(answer))
    wide.goto("/chat", wait_until="load")
    assert 1_000 < sum(len(answer.body()) for answer in answers) < 60_000


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_leaving_quickly_out_of_a_frame_leaves_the_schools_page(
    browser: Browser, served: Served, schools_site: str, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    frame = f"{schools_site}/{served.address}/chat/embed/welbeck"
    page.goto(frame)
    inside = page.frame_locator("iframe")
    inside.get_by_label("I'm a parent or carer").check()
    inside.get_by_role("button", name="Begin").click()
    expect(inside.get_by_label("Your message")).to_be_visible()
    with page.expect_request(LEAVE_TO) as left:
        inside.get_by_role("button", name="Leave quickly").click()
    assert left.value.frame == page.main_frame
    # In a page of its own: the other is still on its way to somewhere out of reach.
    later = context.new_page()
    later.goto(frame)
    expect(later.frame_locator("iframe").get_by_role("button", name="Begin")).to_be_visible()
    context.close()


def test_only_the_schools_own_site_shows_it_in_a_frame(
    browser: Browser, served: Served, schools_site: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{schools_site}/{served.address}/chat/embed/welbeck")
    inside = page.frame_locator("iframe")
    inside.get_by_label("I'm a parent or carer").check(timeout=8000)
    inside.get_by_role("button", name="Begin").click()
    inside.get_by_label("Your message").fill(QUESTION)
    inside.get_by_role("button", name="Send", exact=True).click()
    expect(inside.locator(".reply").last).to_contain_text("Welbeck policy")
    picture(page, "frame")
    with another_site() as elsewhere:
        page.goto(f"{elsewhere}/{served.address}/chat/embed/welbeck", wait_until="networkidle")
        expect(inside.get_by_label("I'm a parent or carer")).to_have_count(0)
    page.close()
