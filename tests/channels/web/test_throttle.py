"""Buckets that fill up again with time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.throttle import MOST_NAMES, Allowance, Throttle
from tests.conftest import Clock


def test_a_burst_and_then_one_each_time(clock: Clock) -> None:
    throttle = Throttle(Allowance(burst=2, each_second=0.5), clock)
    assert [throttle.allows("a") for _ in range(3)] == [True, True, False]
    assert throttle.allows("b"), "another name has its own"
    clock.advance(timedelta(seconds=1))
    assert not throttle.allows("a")
    clock.advance(timedelta(seconds=1))
    assert throttle.allows("a")


def test_a_clock_that_is_set_back_gives_and_takes_nothing(clock: Clock) -> None:
    throttle = Throttle(Allowance(burst=1, each_second=1), clock)
    assert throttle.allows("a")
    clock.advance(timedelta(days=-1))
    assert not throttle.allows("a")
    clock.advance(timedelta(seconds=1))
    assert throttle.allows("a")


def test_what_is_remembered_has_an_end(clock: Clock) -> None:
    throttle = Throttle(Allowance(burst=1, each_second=0), clock)
    for number in range(MOST_NAMES + 1):
        assert throttle.allows(str(number))
    assert not throttle.allows(str(MOST_NAMES))
    assert throttle.allows("0"), "forgotten, and so it begins anew"


@given(st.lists(st.integers(0, 30), max_size=60))
def test_never_more_than_the_allowance(waits: list[int]) -> None:
    clock = Clock()
    throttle = Throttle(Allowance(burst=5, each_second=0.2), clock)
    allowed = 0
    for wait in waits:
        clock.advance(timedelta(seconds=wait))
        allowed += throttle.allows("a")
    assert allowed <= 5 + 0.2 * sum(waits) + 1e-6
