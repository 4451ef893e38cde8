"""When a school works, from its pack; and the ordinary times where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

from bot.cases.clock import RESPOND_DAYS
from bot.policy.library import Library
from bot.policy.schema import Closure
from bot.times import SchoolTimes

NOW = datetime(2026, 12, 1, 9, tzinfo=timezone.utc)


def test_closures_and_bank_holidays_are_days_off(content_dir: Path) -> None:
    library = Library.load(content_dir)
    pack = library.packs["welbeck"]
    closed = (Closure(first=date(2026, 12, 21), last=date(2027, 1, 4)),)
    settings = replace(pack.settings, closed=closed, respond_within="within 10 working days")
    library.packs["welbeck"] = replace(pack, settings=settings)
    times = SchoolTimes(lambda: library)
    calendar = times.calendar("welbeck", NOW)
    assert calendar.works(date(2026, 12, 18))
    assert not calendar.works(date(2026, 12, 21))
    assert not calendar.works(date(2027, 1, 4))
    assert not calendar.works(date(2027, 3, 26)), "Good Friday of the year after"
    assert times.respond_days("welbeck") == 10
    assert times.short_name("welbeck") == pack.school.short


def test_a_school_without_a_pack_is_minded_all_the_same(content_dir: Path) -> None:
    library = Library.load(content_dir)
    times = SchoolTimes(lambda: library)
    assert times.calendar("gone", NOW).works(date(2026, 12, 2))
    assert (times.respond_days("gone"), times.short_name("gone")) == (RESPOND_DAYS, "gone")
