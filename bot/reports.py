"""What a reporter may know of what they handed over, in a sentence or two for each report.

Nothing is said to be seen before a person has seen it, and nothing is said of what was decided:
that is told by whoever decided it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.entries import ReportState
from bot.cases.people import ROLES
from bot.policy.schema import ROLE_WORDS

LONDON = ZoneInfo("Europe/London")

RECEIVED = "{reference}: stored on {day}."
SEEN = "Seen by {who} on {day}."
NOT_SEEN = (
    "Nobody has confirmed yet that they have seen it. If it can't wait, speak to them; in danger "
    "call 999."
)
CLOSED = "It was closed on {day}."
WAITING = "The school waits for an answer before it goes on."


def state_in_words(state: ReportState) -> str:
    said = [RECEIVED.format(reference=state.reference, day=_day(state.opened_at))]
    if state.seen_at is None:
        said.append(NOT_SEEN)
    else:
        said.append(SEEN.format(who=_who(state.seen_by), day=_day(state.seen_at)))
    if state.closed_at is not None:
        said.append(CLOSED.format(day=_day(state.closed_at)))
    elif state.status == "waiting":
        said.append(WAITING)
    return " ".join(said)


def in_words(states: Sequence[ReportState]) -> list[str]:
    """The newest first."""
    newest = sorted(states, key=lambda state: state.opened_at, reverse=True)
    return [state_in_words(state) for state in newest]


def _who(roles: frozenset[str]) -> str:
    first = next((role for role in ROLES if role in roles), None)
    return "somebody at the school" if first is None else ROLE_WORDS[first]


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%A %-d %B at %H:%M}"
