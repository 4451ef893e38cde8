"""A real bot in a process of its own, and a real browser in front of it.

Chromium comes from the system, where CI installs it. Without it these tests are skipped, and say
so; with BROWSER_TESTS=required, as in CI, they fail instead. The pictures of each step are kept
in the folder that BROWSER_PICTURES names.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ports import free_port
from tests.verbs.calling import PATIENCE, Bot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDED = "BROWSER_TESTS"
PICTURES = "BROWSER_PICTURES"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get(NEEDED) == "required":
            pytest.fail("Chromium is missing; install the package `chromium`.")
        pytest.skip("NOT TESTED IN A BROWSER: Chromium is missing; install the package `chromium`.")
    with sync_playwright() as tools:
        # The sandbox needs rights that a container, or root, doesn't have.
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Served:
    """`python -m bot run`, until it is told to stop."""

    address: str
    process: subprocess.Popen[bytes]

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(by)
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        finally:
            self.process.kill()
        return self.process.returncode, out.decode(), err.decode()


def serve(bot: Bot, **settings: str) -> Served:
    port = free_port()
    process = bot.start("run", port=str(port), **settings)
    address, overdue = f"http://localhost:{port}", time.monotonic() + PATIENCE
    while time.monotonic() < overdue and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/alive", timeout=5):
                return Served(address, process)
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate())


def check(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA, and nothing wider than the window."""
    page.wait_for_load_state("load")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    violations = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found.response["violations"]
    ]
    assert violations == [], json.dumps(violations)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


BEHIND = """() => {
  const one = document.activeElement
  if (one === document.body || one.closest(".bar, .foot, .skip")) return ""
  const box = one.getBoundingClientRect()
  const head = document.querySelector(".bar"), foot = document.querySelector(".foot")
  const top = head.getBoundingClientRect().bottom
  const end = foot ? foot.getBoundingClientRect().top : innerHeight
  const seen = box.bottom > top && box.top < end
  return seen ? "" : one.outerHTML.slice(0, 120)
}"""
"""What has the focus, if the head or the foot of the page stands before all of it."""


def picture(page: Page, name: str) -> None:
    if path := picture_of(name):
        page.screenshot(path=path)


def picture_of(name: str) -> Path | None:
    """Where a picture of this name is kept, if pictures are."""
    if not (folder := os.environ.get(PICTURES)):
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) / f"{name}.png"
