"""What a bot needs whose forms go nowhere: a school that takes no records."""

from __future__ import annotations

from bot.cases.records import NewRecord
from bot.cases.routing import Route
from bot.dialogue.actions.reporting import Reporting
from tests.conftest import Clock


def no_ends() -> Reporting:
    return Reporting(Clock(), _nobody, lambda: "SP-TEST-CASE", 72)


async def _nobody(record: NewRecord) -> Route | None:
    return None
