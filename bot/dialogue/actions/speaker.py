"""Who is talking: the school and the role that the channel sent along with the message."""

from __future__ import annotations

from typing import NamedTuple

from rasa_sdk import Tracker

from bot.messages import Role


class Speaker(NamedTuple):
    school: str
    role: Role


def speaker(tracker: Tracker) -> Speaker:
    latest = next(event for event in reversed(tracker.events) if event["event"] == "user")
    return Speaker(latest["metadata"]["school"], latest["metadata"]["role"])
