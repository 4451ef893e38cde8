"""The cases room: what is recorded, who gets it, and who never does.

Plain rules that need nothing but Python, so that they can be read, and tried on ten thousand
made-up schools, without a database, a bot or a network.
"""

from __future__ import annotations

from bot.cases.people import Reader, ReaderRole
from bot.cases.records import NewRecord, RecordKind, Severity, Subject
from bot.cases.routing import Handover, Route, SchoolRoutes, hand_over, route

__all__ = [
    "Handover",
    "NewRecord",
    "Reader",
    "ReaderRole",
    "RecordKind",
    "Route",
    "SchoolRoutes",
    "Severity",
    "Subject",
    "hand_over",
    "route",
]
