"""When each school works and how soon it answers: its pack and the bank holidays, for the minder.

A pack that can't be read must not stop anybody from being reminded: then the ordinary times count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.cases.calendar import LONDON, Calendar, Span
from bot.cases.clock import respond_days
from bot.errors import BotError
from bot.holidays import bank_holidays
from bot.policy.library import Library
from bot.policy.pack import Pack

AROUND = timedelta(days=370)
"""How far a due time may lie from now, there and back."""


class SchoolTimes:
    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def calendar(self, school: str, now: datetime) -> Calendar:
        first, last = (moment.astimezone(LONDON).year for moment in (now - AROUND, now + AROUND))
        pack = self._pack(school)
        closed = pack.settings.closed if pack else ()
        return Calendar(
            bank_holidays(range(first, last + 1)),
            tuple(Span(closure.first, closure.last) for closure in closed),
        )

    def respond_days(self, school: str) -> int:
        pack = self._pack(school)
        return respond_days(pack.settings.respond_within if pack else None)

    def schools(self) -> Sequence[str]:
        return list(self._library().schools())

    def kept_years(self, school: str) -> dict[str, int]:
        """For how long a school keeps settled records; unlike times to answer, never a guess."""
        said = self._library().pack(school).settings.keep_years
        return {str(one): number for one, number in said.items()}

    def short_name(self, school: str) -> str:
        pack = self._pack(school)
        return pack.school.short if pack else school

    def _pack(self, school: str) -> Pack | None:
        try:
            return self._library().pack(school)
        except BotError:
            return None
