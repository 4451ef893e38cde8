"""What a bot needs whose forms go nowhere: a school that takes no records."""

from __future__ import annotations

from bot.cases.entries import ReportState
from bot.cases.records import NewRecord
from bot.cases.routing import Route
from bot.dialogue.actions.reporting import Reporting
from tests.conftest import Clock


def no_ends() -> Reporting:
    return Reporting(Clock(), _nobody, lambda: "SP-TEST-CASE", 72, _no_reports, _nothing)


async def _nobody(record: NewRecord) -> Route | None:
    return None


async def _no_reports(conversation: str) -> list[ReportState]:
    return []


async def _nothing(report: str, conversation: str, text: str, once: str) -> int | None:
    return None
