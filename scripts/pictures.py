"""Takes the README's pictures from a bot that runs: a conversation, and the desk with samples.

    .venv/bin/python scripts/pictures.py            needs Debian's chromium

Everything in them is made up. The bot has a folder of its own, which is gone afterwards. A clock
and references differ from run to run, so take new pictures when the pages look different, and not
each time.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyotp
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.cases import NewRecord, SchoolRoutes, hand_over  # noqa: E402  # found beside this folder
from bot.cases.records import LEAST_BYTES, reference  # noqa: E402
from bot.messages import Arrival, Reply  # noqa: E402
from bot.store import Store  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SCHOOL = "welbeck"
PASSPHRASE = "four words for a picture"  # noqa: S105  # opens nothing that is kept
WIDTH, HEIGHT = 1100, 760
COLOURS = 128
QUESTION = "a dad from school wants to be friends on facebook, ok?"

Sample = tuple[str, str, str, str, timedelta]
SAMPLES: tuple[Sample, ...] = (
    ("permission", "none", "routine", "A class blog for Year 4.", timedelta(days=6)),
    ("declaration", "self", "routine", "I follow a parent whom I know.", timedelta(days=3)),
    ("contact-report", "parent", "serious", "Messages late at night.", timedelta(hours=20)),
    ("incident", "pupil", "serious", "Unkind comments in a group chat.", timedelta(hours=5)),
    ("urgent", "pupil", "immediate", "Somebody asks him for pictures.", timedelta(minutes=4)),
)


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, str]]:
    """The bot's address, and the link by which a first reader comes in."""
    for name in ("policy_content", "models"):
        (folder / name).symlink_to(ROOT / name)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bot", "run"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "SIGNPOST_PORT": "8765"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout or ():
            if found := re.search(r"(http://\S+)(/desk/set-up\?link=\S+)", line):
                yield found[1], found[2]
                return
        raise SystemExit("The bot didn't start.")
    finally:
        process.terminate()
        process.wait()


def talk(page: Page, address: str) -> None:
    page.goto(f"{address}/chat/school/{SCHOOL}")
    page.get_by_label("I work or volunteer there").check()
    page.get_by_role("button", name="Begin").click()
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    page.locator(".line.reply").nth(1).wait_for()


def set_up(page: Page, address: str, link: str) -> None:
    page.goto(address + link)
    page.get_by_label("School").select_option(SCHOOL)
    page.get_by_label("Your name").fill("Lucy Coull")
    page.get_by_label("E-mail address").fill("lucy@welbeck.example")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("Passphrase, again").fill(PASSPHRASE)
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="I have it on paper").click()
    letters = str(page.locator(".key").text_content()).replace(" ", "")
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(letters).now())
    page.get_by_role("button", name="Link and open").click()
    page.get_by_role("heading", name="Inbox").wait_for()


async def hand_in(folder: Path) -> None:
    """What people would have reported, each at its own time."""
    back = timedelta()
    store = await Store.open(
        f"sqlite:///{folder}/data/signpost.db",
        folder / "data" / "signpost.key",
        now=lambda: datetime.now(timezone.utc) - back,
        new_id=lambda: uuid.uuid4().hex,
    )
    for kind, subject, severity, words, ago in SAMPLES:
        claim = None
        while claim is None:  # the bot that runs may be quicker, and answers it then
            name = uuid.uuid4().hex
            await store.accept(Arrival("sample", name, f"sample:{name}", SCHOOL, "staff", words))
            claim = await store.claim("pictures", timedelta(seconds=30))
        number = reference(secrets.token_bytes(LEAST_BYTES))
        told = NewRecord(number, SCHOOL, kind, severity, subject, (), "staff", words=words)
        handed = hand_over(told, await store.readers(SCHOOL), SchoolRoutes("Welbeck", {}))
        back = ago
        await store.finish(claim, b"", [Reply("Stored.")], record=handed)
        back = timedelta()
    await store.close()


def keep(page: Page, name: str) -> None:
    """With few colours, since a page has few: a file of some tens of kilobytes."""
    target = PICTURES / f"{name}.png"
    page.screenshot(path=target)
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            target, optimize=True
        )
    sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} kB\n")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as (address, link),
        sync_playwright() as tools,
    ):
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
        talk(page, address)
        keep(page, "chat")
        set_up(page, address, link)
        with ThreadPoolExecutor(1) as aside:  # the browser holds this thread's event loop
            aside.submit(asyncio.run, hand_in(Path(folder))).result()
        page.goto(f"{address}/desk/")
        keep(page, "desk")
        browser.close()


if __name__ == "__main__":
    main()
