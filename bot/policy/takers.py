"""Who takes a record by the policy, or by the school's own word where the policy is silent.

A worry about a child goes to the safeguarding lead if nothing else is said; the rules for cases see
to that. But what staff ask for, declare or confirm is no such worry. Where the policy names nobody
for these, they go to whomever the school has named for its policy's silences.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.policy.pack import Pack
from bot.policy.schema import Flow, Role, Subject

ASKED_FOR: tuple[Flow, ...] = (
    "declaration",
    "account-application",
    "permission",
    "website-report",
    "acknowledgement",
)
ANY: Subject = "other"
"""The subject that stands for every one that isn't named."""


def takers(pack: Pack) -> Mapping[Flow, Mapping[Subject, Role]]:
    """For each kind of record and each subject, the role that takes it."""
    silent: Mapping[Subject, Role] = {ANY: pack.settings.ask_when_silent.staff}
    asked = {flow: {**silent, **pack.routes.get(flow, {})} for flow in ASKED_FOR}
    return {**pack.routes, **asked}
