"""Many values of one kind, drawn by hypothesis for something that isn't one test for each."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

Value = TypeVar("Value")


def drawn(values: SearchStrategy[Value], count: int) -> list[Value]:
    """So many of them, and always the same."""
    gathered: list[Value] = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(values)
    def gather(one: Value) -> None:
        gathered.append(one)

    gather()
    return gathered
