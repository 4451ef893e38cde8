"""The table of flows: for whom each is, how it begins, and what becomes of it afterwards.

Beginning, reading answers, showing the summary and handing over are the same for every flow; what
differs stands here and in the flow's questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import ROLES, Role
from bot.policy.schema import Flow
from bot.policy.wording import FLOW_TITLES

ADDITION = "addition"
"""The form that adds to a report: it ends in no record of its own, so it is no flow of a pack."""

TITLES: Mapping[str, str] = {
    ADDITION: "Add to a report",
    **{str(flow): title for flow, title in FLOW_TITLES.items()},
}

STAFF: tuple[Role, ...] = ("staff",)


@dataclass(frozen=True)
class FlowRules:
    """`instead` is what somebody can do for whom the flow isn't; `who` the slot that tells who the
    other person was, if the opening may fill it, and `who_as` its answers that have other names.
    `told` are the choices that the opening's own words may make."""

    opening: str
    roles: tuple[Role, ...] = ROLES
    instead: str = ""
    who: str | None = None
    who_as: Mapping[str, str] = field(default_factory=dict)
    open_to: str | None = None
    told: tuple[str, ...] = ()


FLOWS: Mapping[Flow, FlowRules] = {
    "incident": FlowRules(
        "I'm sorry this happened. I'll ask a few short questions and pass your report to {taker}.",
        who="by",
        who_as={"other-adult": "adult", "ex-pupil": "adult"},
    ),
    "contact-report": FlowRules(
        "Thank you for saying so. I'll ask a few short questions and pass this to {taker}.",
        STAFF,
        "That report is for staff who were contacted on an account of their own. If you're worried "
        "about what somebody did online, you can report it here, or tell {asked} at the school.",
        who="contact_from",
        open_to="incident",
    ),
    "declaration": FlowRules(
        "Thank you for declaring it. I'll ask a few short questions and pass this to {taker}.",
        STAFF,
        "That is for staff, who tell the school when they know a family from elsewhere. You "
        "needn't declare anything. If something about it worries you, please tell {asked}.",
        who="contact_from",
        told=("tie",),
    ),
    "account-application": FlowRules(
        "I'll ask what the school needs to know and pass your application to {taker}.",
        STAFF,
        "Accounts in the school's name are for staff and volunteers to apply for. If you have an "
        "idea for one, or run a parents' group, please speak to {asked} at the school.",
    ),
    "permission": FlowRules(
        "I'll ask what the school needs to know and pass your request to {taker}.",
        STAFF,
        "That is how staff ask for permission. If you'd like to know what you may post yourself, "
        "just ask me, or speak to {asked} at the school.",
    ),
    "website-report": FlowRules(
        "Thank you for telling the school. I'll ask a few questions and pass this to {taker}.",
    ),
    "staff-concern": FlowRules(
        "Thank you for speaking up; any nagging doubt is enough. At this school a concern about a "
        "member of staff goes to {staff}, and one about the headteacher to {head}. Whoever it's "
        "about doesn't receive it. You can also tell me about something you did yourself.",
        who="concerns",
        who_as={"colleague": "staff"},
    ),
    "acknowledgement": FlowRules(
        "I'll ask a few short questions about your school's policy and pass the result to {taker}.",
        STAFF,
        "That is for staff, who confirm each year that they have read the policy. You needn't do "
        "anything. You can ask me what the policy says at any time.",
    ),
}
