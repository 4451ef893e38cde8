"""Whom to turn to: a school's people by what they do, and help outside the school."""

from __future__ import annotations

from bot.messages import Role as Speaker
from bot.policy.pack import Pack
from bot.policy.schema import Role
from bot.policy.shared import Helplines
from bot.policy.wording import helpline_words, who

DANGER_FIRST = "If a child is in danger now, call 999."
AT_SCHOOL = "At {school}:"
OUTSIDE = "Outside the school:"
SHOWN: dict[Speaker, tuple[Role, ...]] = {
    "staff": ("dsl", "deputy-dsl", "head", "chair-of-governors", "network-manager", "e-safety"),
    "parent": ("dsl", "head", "chair-of-governors"),
}
ALWAYS: tuple[Role, ...] = ("dsl", "head")
"""Every school has them, whether or not its policy gives a name."""

HELPLINES: dict[Speaker, tuple[str, ...]] = {
    "staff": ("nspcc", "posh", "nspcc-whistleblowing", "ceop"),
    "parent": ("nspcc", "ceop", "report-harmful-content", "childline"),
}

CALLED = ("police", "nspcc")
"""By whoever receives reports."""


def contacts(pack: Pack, helplines: Helplines, speaker: Speaker) -> str:
    named = {person.role for person in pack.people}
    roles = [role for role in SHOWN[speaker] if role in ALWAYS or role in named]
    shown = {line.slug: line for line in helplines.shown()}
    outside = [helpline_words(shown[slug]) for slug in HELPLINES[speaker] if slug in shown]
    return "\n\n".join(
        (
            DANGER_FIRST,
            "\n".join([AT_SCHOOL.format(school=pack.school.short), *_listed(pack, roles)]),
            "\n".join([OUTSIDE, *(f"- {line}" for line in outside)]),
        )
    )


def numbers(pack: Pack, helplines: Helplines) -> str:
    """Whom somebody who receives reports may have to call at once, outside the school."""
    lado = ("the LADO, about an adult who works with children", pack.contacts.lado)
    shown = {line.slug: line for line in helplines.shown()}
    outside = [f"- {helpline_words(shown[slug])}" for slug in CALLED if slug in shown]
    return "\n\n".join((DANGER_FIRST, "\n".join((*_local(pack, lado), *outside))))


def _listed(pack: Pack, roles: list[Role]) -> list[str]:
    return [*(f"- {who(pack, role)}" for role in roles), *_local(pack)]


def _local(pack: Pack, *more: tuple[str, str | None]) -> list[str]:
    ways = (
        ("children's social care", pack.contacts.childrens_social_care),
        ("out of hours", pack.contacts.out_of_hours),
        *more,
    )
    return [f"- {what}: {way}" for what, way in ways if way]
