"""How a report stands, in words for whoever made it: what is true, and nothing of what was said.

A reporter may know that it is stored, that somebody has seen it and who by their post, and what it
waits for. Names, notes and whatever else was done are the readers'.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.cases.calendar import LONDON
from bot.cases.entries import ReportState
from bot.cases.people import ROLES, ReaderRole
from bot.cases.workflow import NOTED

POSTS: dict[ReaderRole, str] = {
    "dsl": "the safeguarding lead",
    "deputy-dsl": "the deputy safeguarding lead",
    "head": "the headteacher",
    "deputy-head": "the deputy headteacher",
    "slt": "the senior leadership team",
    "chair-of-governors": "the chair of governors",
    "network-manager": "the network manager",
}

SINCE: dict[str, str] = {
    "open": "Somebody is working on it.",
    "waiting": "It waits for an answer, from you or from somebody else.",
    "reopened": "It was opened again.",
}

NOTHING_MORE = "It stands in the school's register, and nothing more is to be done."


def in_words(state: ReportState) -> str:
    """One report: when it came, who has seen it, what has become of it."""
    said = [f"{state.reference}: received on {on(state.opened_at)}."]
    if state.seen_at is not None:
        said.append(f"Seen by {_whom(state.seen_by)} on {on(state.seen_at)}.")
    elif state.status == "received":
        said.append("It is stored, and nobody has said yet that they have seen it.")
    if state.status == "closed" and state.kind in NOTED:
        said.append(NOTHING_MORE)
    elif state.status == "closed":
        when = "" if state.closed_at is None else f" on {on(state.closed_at)}"
        said.append(f"It was closed{when}.")
    elif state.status in SINCE:
        said.append(SINCE[state.status])
    if to := sent_to(state):
        said.append(f"It was sent to {to}.")
    return " ".join(said)


def sent_to(state: ReportState) -> str:
    """Who received it, by their posts; nothing where nobody at the school did."""
    return " and ".join(POSTS[role] for role in ROLES if role in state.sent_to)


def on(moment: datetime) -> str:
    """As people say it at the school: "Monday 2 March at 09:00"."""
    here = moment.astimezone(LONDON)
    return f"{here:%A} {here.day} {here:%B} at {here:%H:%M}"


def _whom(roles: Iterable[str]) -> str:
    """The first of somebody's posts, in the order in which they matter here."""
    held = set(roles)
    return next((POSTS[role] for role in ROLES if role in held), "a reader at the school")
