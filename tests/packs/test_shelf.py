"""A running bot follows its packs' files; a mistake in them leaves the last good pack in use."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from bot.policy.library import Library
from bot.policy.shelf import Shelf
from tests.packs.small import FILES, SCHOOL, swapped, write

TODAY = date(2026, 3, 2)
DAY = f"{SCHOOL}/answers/day.yml"


def edit(content: Path, files: dict[str, str]) -> None:
    (content / DAY).write_text(files[DAY], encoding="utf-8")


def staff_clauses(shelf: Shelf) -> tuple[str, ...]:
    return shelf().reply(SCHOOL, "lesson-time", "staff", TODAY).clauses


async def test_an_edit_is_taken_up(tmp_path: Path) -> None:
    shelf = Shelf(Library.load(write(tmp_path)))
    edit(shelf().content, swapped(DAY, "[no-lessons, curriculum]", "[no-lessons]"))
    assert await shelf.look()
    assert staff_clauses(shelf) == ("no-lessons",)
    assert not await shelf.look(), "nothing has changed since"


async def test_a_mistake_keeps_the_last_good_pack(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(Library.load(write(tmp_path)))
    edit(shelf().content, swapped(DAY, "[no-lessons, curriculum]", "[gone]"))
    with caplog.at_level(logging.ERROR, "bot.policy.shelf"):
        assert await shelf.look()
    assert staff_clauses(shelf) == ("no-lessons", "curriculum")
    assert "lesson-time.staff.clauses: no clause has the id gone" in caplog.text
    edit(shelf().content, FILES)
    assert await shelf.look()
    assert shelf().problems == ()


async def test_a_file_that_vanishes_keeps_the_last_good_pack(tmp_path: Path) -> None:
    shelf = Shelf(Library.load(write(tmp_path)))
    (shelf().content / DAY).unlink()
    assert await shelf.look()
    assert staff_clauses(shelf) == ("no-lessons", "curriculum")
    assert shelf().problems
