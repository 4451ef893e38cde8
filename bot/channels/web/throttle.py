"""How much one address or one conversation may ask for: a bucket that fills up again with time.

A whole school may come from one address, so the buckets of addresses are large. They are there so
that one machine can't fill the database, and not to keep anybody from writing a second message.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

MOST_NAMES = 10_000
"""Names remembered; whoever hasn't been seen for longest is forgotten, and has a full bucket."""


@dataclass(frozen=True)
class Allowance:
    """`burst` at once, and then `each_second`."""

    burst: float
    each_second: float


class Throttle:
    def __init__(self, allowance: Allowance, now: Callable[[], datetime]) -> None:
        self._allowance = allowance
        self._now = now
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allows(self, name: str) -> bool:
        """Take one from the bucket of this name; False, and nothing taken, when it is empty."""
        now = self._now()
        left, since = self._left.pop(name, (self._allowance.burst, now))
        gained = max(0.0, (now - since).total_seconds()) * self._allowance.each_second
        left = min(self._allowance.burst, left + gained)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_NAMES:
            self._left.popitem(last=False)
        return allowed
