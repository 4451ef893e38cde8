"""No number that is told gives away one that isn't."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date, timedelta

import pytest

from bot.cases.figures import LEAST, Spread, Told, spread, terms, told

NAMES = ("a", "b", "c", "d")


@pytest.mark.parametrize("kinds", [1, 2, 3, 4])
def test_whoever_knows_the_rule_can_work_out_no_small_number(kinds: int) -> None:
    """All sets of numbers that look alike when told: what isn't told differs among them."""
    names = NAMES[:kinds]
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(10), repeat=kinds):
        found = told(dict(zip(names, numbers, strict=True)), names)
        alike[repr(found)].append(numbers)
    for numbers in itertools.product(range(8), repeat=kinds):
        found = told(dict(zip(names, numbers, strict=True)), names)
        if found.total == 0:
            continue
        for place, name in enumerate(names):
            if 0 < numbers[place] < LEAST:
                assert name not in found.alone
                possible = {other[place] for other in alike[repr(found)]}
                assert len(possible) > 1, (numbers, found)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, Told({}, 0, 0)),
        ({"a": 4}, Told({}, None, None)),
        ({"a": 2, "b": 2, "c": 1}, Told({}, 5, 5)),
        ({"a": 9, "b": 2, "c": 3}, Told({"a": 9}, 5, 14)),
        ({"a": 9, "b": 6, "c": 3}, Told({"a": 9}, 9, 18)),
        ({"a": 9, "b": 6, "c": 5, "d": 3}, Told({}, 23, 23)),
        ({"a": 4, "b": 4, "c": 4, "d": 4}, Told({}, None, None)),
        ({"a": 12, "b": 7, "c": 6, "d": 5}, Told({"a": 12, "b": 7, "c": 6, "d": 5}, 0, 30)),
    ],
)
def test_what_is_told(counts: dict[str, int], expected: Told) -> None:
    assert told(counts, NAMES) == expected


def test_terms_follow_each_other_without_a_gap() -> None:
    for day in (date(2026, 1, 1), date(2026, 3, 31), date(2026, 8, 31), date(2026, 12, 31)):
        found = terms(day, 5)
        assert len(found) == 5
        assert found[-1].begins.date() <= day < found[-1].ends.date()
        for before, after in itertools.pairwise(found):
            assert before.ends == after.begins
    assert [one.name for one in terms(date(2026, 3, 2), 4)] == [
        "Spring 2025",
        "Summer 2025",
        "Autumn 2025",
        "Spring 2026",
    ]


def test_how_long_it_took_is_told_of_five_and_more() -> None:
    hours = [timedelta(hours=number) for number in range(1, 11)]
    assert spread(hours[:4]) == Spread(None, None)
    assert spread(hours[:5]) == Spread(timedelta(hours=3), None)
    assert spread(hours[::-1]) == Spread(timedelta(hours=5), timedelta(hours=8))
