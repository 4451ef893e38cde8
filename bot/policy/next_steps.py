"""What happens next, and what to do meanwhile, for somebody who has just handed something over.

Two kinds of sentences, kept apart. What the school's policy says of who acts stands in its pack,
with its clauses, and is closed by where it says so. What anybody should do while a report is with
somebody else (don't reply, keep what there is, don't post) is common sense, stands here once for
all schools, and is never put forward as the policy. How soon isn't said here: that is the school's
own setting.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages import Role as Speaker
from bot.policy.pack import Pack
from bot.policy.schema import Flow, NextStep, Subject
from bot.policy.wording import edition, places

KEEP = "Keep what you have, with its date and time, and pass it on to nobody else."
NO_NUDES = "If a picture shows a child nude or partly nude, don't copy, save or send it."
NO_POSTS = "Please don't write about it online, in private groups either."
NO_REPLY = "Please don't reply to it, even to put it right."
WAIT = "Please don't begin before you have an answer."

MEANWHILE: Mapping[Flow, tuple[str, ...]] = {
    "incident": (NO_REPLY, KEEP, NO_NUDES, NO_POSTS),
    "contact-report": ("Please don't reply, and don't accept the request.", KEEP, NO_NUDES),
    "staff-concern": (
        "Please don't speak about it with the person, or with anyone who needn't know.",
        KEEP,
        NO_NUDES,
    ),
    "website-report": (
        "Please don't open it again, and don't make or send a picture of it.",
        "If you can, note the time, and the device that it was on.",
    ),
    "declaration": ("Until it's decided, keep to your policy's rules on contact.",),
    "account-application": (WAIT,),
    "permission": (WAIT,),
    "acknowledgement": ("You can ask me what the policy says at any time.",),
}


def steps(pack: Pack, flow: Flow, subject: Subject, role: Speaker) -> tuple[NextStep, ...]:
    """What this school's policy says becomes of it, with its clauses."""
    return tuple(
        step
        for step in pack.next_steps.get(flow, ())
        if step.audience in ("both", role) and (not step.about or subject in step.about)
    )


def next_steps(pack: Pack, flow: Flow, subject: Subject, role: Speaker) -> tuple[str, ...]:
    """The sentences in their order: the policy's, where it says so, and then the meanwhile."""
    found = steps(pack, flow, subject, role)
    clauses = [pack.clauses[name] for name in dict.fromkeys(_clauses(found))]
    stands = f"Where it says so: {edition(pack.school)}, {places(clauses)}."
    return (
        *(step.says for step in found),
        *([stands] if found else []),
        *MEANWHILE.get(flow, ()),
    )


def _clauses(found: tuple[NextStep, ...]) -> list[str]:
    return [name for step in found for name in step.clauses]
