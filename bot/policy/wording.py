"""What a person reads: a pack's answer put into words, in the one order that all answers have.

Verdict, sentence, steps, who to tell, where in the policy, and then what is not the policy: the
warning that it is past its review date, and common guidance, marked as such. Plain text that any
channel can send; the names of people are always given with the date when the policy named them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.errors import PackError
from bot.messages import Button, Outcome
from bot.messages import Role as Speaker
from bot.policy.fields import SaidDate
from bot.policy.pack import Pack
from bot.policy.schema import (
    ROLE_WORDS,
    Answer,
    Clause,
    Flow,
    Guidance,
    Helpline,
    NotCovered,
    Role,
    School,
    Verdict,
)
from bot.policy.shared import Helplines, Topics

LONDON = ZoneInfo("Europe/London")

LONGEST_REPLY = 900
DANGER = "If a child is in danger now, call 999 first."
MOST_RELATED = 3
MOST_PLACES = 3

VERDICT_WORDS: Mapping[Verdict, str] = {
    "yes": "Yes.",
    "no": "No.",
    "only-if": "Yes, but with conditions.",
    "ask-first": "Ask first.",
    "must-report": "This must be reported.",
    "info": "",
}

FLOW_TITLES: Mapping[Flow, str] = {
    "incident": "Report what happened",
    "contact-report": "Report this contact",
    "declaration": "Declare a friendship or tie",
    "account-application": "Apply for a school account",
    "permission": "Ask for permission",
    "website-report": "Report a website",
    "staff-concern": "Raise a concern about an adult",
    "acknowledgement": "Confirm that I've read the policy",
}

TEAMS: frozenset[Role] = frozenset(("e-safety", "slt", "governors"))
"""Roles that several people hold together; of any other role the first named is shown."""

NOT_THIS = Button("That's not what I asked", "not-this")

PLACE = re.compile(r"(.+), (bullet|point|paragraph|row|line|item)s? (\S+)")


@dataclass(frozen=True)
class PolicyReply:
    """A reply, with what a later reader needs to see on what it rested."""

    text: str
    buttons: tuple[Button, ...]
    outcome: Outcome
    topic: str
    clauses: tuple[str, ...]
    flow: Flow | None
    pack_hash: str
    warned: bool


def full_reply(
    pack: Pack,
    topics: Topics,
    topic: str,
    speaker: Speaker,
    today: datetime.date,
    warn: bool = True,
) -> PolicyReply:
    """The reply to a topic. `warn` is False once this conversation has seen the date warning."""
    if topic not in topics.by_slug or topic not in pack.answers:
        raise PackError(f"There is no topic called {topic[:60]!r}; see topics.yml.")
    side = pack.answers[topic][speaker]
    warning = review_warning(pack.school, today) if warn else ""
    answered = isinstance(side, Answer)
    parts = (
        _answer_parts(pack, side)
        if isinstance(side, Answer)
        else _silent_parts(pack, side, speaker)
    )
    return PolicyReply(
        text="\n\n".join(part for part in (*parts, warning) if part),
        buttons=_buttons(side, topics, topic, speaker),
        outcome="answer" if answered else "not_covered",
        topic=topic,
        clauses=side.clauses if isinstance(side, Answer) else (),
        flow=side.flow if isinstance(side, Answer) else None,
        pack_hash=pack.hash,
        warned=bool(warning),
    )


def whom_to_tell(pack: Pack, topics: Topics, topic: str, speaker: Speaker) -> PolicyReply:
    """Who hears of it, for a person who has just read the answer to a topic."""
    side = pack.answers[topic][speaker]
    title = topics.by_slug[topic].title
    if isinstance(side, Answer) and side.tell:
        says = f"About “{title}”: {_told_or_asked(side.verdict).lower()} is {who(pack, side.tell)}."
    else:
        asked: Role = getattr(pack.settings.ask_when_silent, speaker)
        asked = (isinstance(side, NotCovered) and side.ask) or asked
        says = (
            f"{pack.school.short}'s policy names nobody for “{title}”. "
            f"You can ask {who(pack, asked)}."
        )
    return _in_short(pack, topic, side, [says, DANGER])


def where_it_stands(pack: Pack, topics: Topics, topic: str, speaker: Speaker) -> PolicyReply:
    """The clauses behind an answer, in our words, for a person who asks where that is said."""
    side = pack.answers[topic][speaker]
    title = topics.by_slug[topic].title
    if isinstance(side, Answer):
        clauses = [pack.clauses[clause] for clause in side.clauses]
        begins = f"The answer about “{title}” rests on these parts of {edition(pack.school)}:"
        return _in_short(pack, topic, side, [_listed(begins, clauses)])
    says = f"{pack.school.short}'s policy says nothing on “{title}”. I looked at "
    return _in_short(pack, topic, side, [f"{says}{edition(pack.school)}."])


def nearest_parts(pack: Pack, clauses: Sequence[Clause]) -> str:
    """What a search found, called what it is; nothing when it found nothing."""
    begins = (
        "These parts of the policy come nearest to your words. They may not be about your "
        f"question ({edition(pack.school)}):"
    )
    return _listed(begins, clauses) if clauses else ""


def _listed(begins: str, clauses: Iterable[Clause]) -> str:
    """Clauses as a list, as many as one reply holds."""
    lines = [begins]
    for clause in clauses:
        line = f"- {clause.where}: {clause.says}"
        if len("\n".join([*lines, line])) > LONGEST_REPLY and len(lines) > 1:
            break
        lines.append(line)
    return "\n".join(lines)


def _in_short(
    pack: Pack, topic: str, side: Answer | NotCovered, parts: Iterable[str]
) -> PolicyReply:
    return PolicyReply(
        text="\n\n".join(parts),
        buttons=(),
        outcome="answer",
        topic=topic,
        clauses=side.clauses if isinstance(side, Answer) else (),
        flow=None,
        pack_hash=pack.hash,
        warned=False,
    )


def pupil_reply(helplines: Helplines) -> str:
    """What a pupil is told: short, kind, and on to an adult."""
    lines = [helpline_words(helplines.by_slug[slug]) for slug in helplines.pupils.helplines]
    return "\n\n".join((*helplines.pupils.says, *lines))


def helpline_words(helpline: Helpline) -> str:
    """One helpline in one line: its name, how to reach it, what it is for."""
    ways = [way for way in (helpline.phone, helpline.email, helpline.web) if way]
    return f"{helpline.name}: {', '.join(ways)}. {helpline.use}"


def who(pack: Pack, role: Role) -> str:
    """A role in words, with the name that the policy gives for it and when it gave it."""
    holders = pack.holders(role)
    if not holders:
        return ROLE_WORDS[role]
    shown = holders if role in TEAMS else holders[:1]
    names = ", ".join(person.name for person in shown if person.name)
    stated = shown[0].stated_on
    when = f" (named in {stated.words()})" if stated else ""
    return f"{ROLE_WORDS[role]}, {names}{when}"


def school_day(moment: datetime.datetime) -> datetime.date:
    """The date at the schools, which are all in Britain."""
    return moment.astimezone(LONDON).date()


def edition(school: School) -> str:
    """Which document: "Welbeck policy, March 2022"."""
    dated = school.version_date.words() if school.version_date else "no date given"
    return f"{school.short} policy, {dated}"


def review_warning(school: School, today: datetime.date) -> str:
    """A sentence for a policy whose review is overdue, or nothing."""
    if not overdue(school, today) or school.review_due is None:
        return ""
    due = school.review_words or in_or_on(school.review_due)
    return (
        f"Please note: this policy was due for review {due}. "
        "Ask the school if there is a newer one."
    )


def overdue(school: School, today: datetime.date) -> bool:
    """Whether the policy's own review date is past."""
    return school.review_due is not None and today > school.review_due.last_day()


def places(clauses: list[Clause]) -> str:
    """Where clauses stand, a section once: "Use of images, bullets 1 and 2; Training"."""
    sections: dict[tuple[str, str], list[str]] = {}
    for clause in clauses:
        found = PLACE.fullmatch(clause.where)
        key = (found[1], found[2]) if found else (clause.where, "")
        numbers = sections.setdefault(key, [])
        if found and found[3] not in numbers:
            numbers.append(found[3])
    named = [_place(section, kind, numbers) for (section, kind), numbers in sections.items()]
    more = "; and elsewhere" if len(named) > MOST_PLACES else ""
    return "; ".join(named[:MOST_PLACES]) + more


def _place(section: str, kind: str, numbers: list[str]) -> str:
    if not numbers:
        return section
    if len(numbers) == 1:
        return f"{section}, {kind} {numbers[0]}"
    return f"{section}, {kind}s {', '.join(numbers[:-1])} and {numbers[-1]}"


def in_or_on(date: SaidDate) -> str:
    return f"{'on' if date.text.count('-') == 2 else 'in'} {date.words()}"


def _answer_parts(pack: Pack, answer: Answer) -> list[str]:
    clauses = [pack.clauses[clause] for clause in answer.clauses]
    return [
        f"{VERDICT_WORDS[answer.verdict]} {answer.says}".strip(),
        _steps(answer.do),
        f"{_told_or_asked(answer.verdict)}: {who(pack, answer.tell)}." if answer.tell else "",
        f"Where it says so: {edition(pack.school)}, {places(clauses)}.",
        _beside(pack.school, answer.guidance),
    ]


def _told_or_asked(verdict: Verdict) -> str:
    return "Who to ask" if verdict == "ask-first" else "Who to tell"


def _steps(steps: tuple[str, ...]) -> str:
    if len(steps) == 1:
        return f"What to do: {steps[0]}"
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _beside(school: School, guidance: Guidance | None) -> str:
    if guidance is None:
        return ""
    source = f"common guidance ({guidance.source})"
    return f"Not from {school.short}'s policy, but {source}: {guidance.says}"


def _silent_parts(pack: Pack, side: NotCovered, speaker: Speaker) -> list[str]:
    asked: Role = side.ask or getattr(pack.settings.ask_when_silent, speaker)
    says = f"{pack.school.short}'s policy doesn't answer this. {side.note or ''}".strip()
    return [
        says,
        f"Who to ask: {who(pack, asked)}.",
        f"Looked at: {edition(pack.school)}.",
        _beside(pack.school, side.guidance),
    ]


def _buttons(
    side: Answer | NotCovered, topics: Topics, topic: str, speaker: Speaker
) -> tuple[Button, ...]:
    buttons: list[Button] = []
    related = topics.by_slug[topic].related
    if isinstance(side, Answer):
        related = side.related if side.related is not None else related
        if side.flow:
            buttons.append(Button(FLOW_TITLES[side.flow], f"flow:{side.flow}"))
    fitting = [topics.by_slug[slug] for slug in related]
    fitting = [other for other in fitting if other.audience in ("both", speaker)]
    buttons += [Button(other.title, f"topic:{other.slug}") for other in fitting[:MOST_RELATED]]
    return (*buttons, NOT_THIS)
