"""The pages that look across records, at a real browser without a script and by its keys alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk import Office
from bot.store import Store
from tests.conftest import Clock
from tests.desk.lending import lending, shelf_of
from tests.desk.test_browser import CHROMIUM
from tests.desk.test_every_page import at_the_desk, some_work
from tests.store.readers import School

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium isn't installed")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_keys_alone_and_no_script_are_enough(
    desks: Office, store: Store, school: School, clock: Clock, tmp_path: Path
) -> None:
    shelf = shelf_of(tmp_path)
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
