"""The bank holidays of England, as plain dates for `bot.cases.calendar`.

They stand in a module of their own because the rules for cases need nothing but Python. The
library knows the extra ones too, such as a coronation, as long as it is kept up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays


def bank_holidays(years: Iterable[int]) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=sorted(set(years))))
