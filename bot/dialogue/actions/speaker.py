"""Who is talking: the school and the role that the channel sent along with the message."""

from __future__ import annotations

from typing import Any, NamedTuple

from rasa_sdk import Tracker

from bot.messages import Role


class Speaker(NamedTuple):
    school: str
    role: Role


def speaker(tracker: Tracker) -> Speaker:
    came = _came_with(tracker)
    return Speaker(came["school"], came["role"])


def update(tracker: Tracker) -> str:
    """The channel's own name for this message: the same one when the turn is taken again."""
    return str(_came_with(tracker)["update"])


def _came_with(tracker: Tracker) -> dict[str, Any]:
    latest = next(event for event in reversed(tracker.events) if event["event"] == "user")
    came: dict[str, Any] = latest["metadata"]
    return came
