"""`packs show` and `compare`: what the packs say, for a person who looks after them."""

from __future__ import annotations

import datetime

from bot.errors import PackError
from bot.messages import ROLES
from bot.policy.library import Library
from bot.policy.pack import Pack
from bot.policy.schema import ROLE_WORDS, Answer, Side
from bot.policy.wording import edition, full_reply


def show_school(library: Library, school: str) -> list[str]:
    """A school's policy at a glance: the document, the people, each topic's verdicts."""
    pack = library.pack(school)
    due = pack.school.review_due.words() if pack.school.review_due else "not stated"
    lines = [
        pack.school.name,
        f"{edition(pack.school)}: {pack.school.policy_title}",
        f"Review due: {pack.school.review_words or due}",
        f"Source: {pack.school.source}",
        f"Version of the pack: {pack.hash}",
        "",
        "People",
        *(f"  {line}" for line in _people(pack)),
        "",
        f"Clauses: {len(pack.clauses)}",
    ]
    for group in library.topics.groups:
        lines += ["", f"{group.title}  (staff / parents)"]
        for topic in group.topics:
            sides = pack.answers[topic.slug]
            found = " / ".join(verdict(sides[speaker]) for speaker in ROLES)
            lines.append(f"  {topic.slug:<32}{found}")
    return lines


def show_topic(library: Library, school: str, topic: str, today: datetime.date) -> list[str]:
    """The replies to one topic as people see them, and the clauses they rest on."""
    pack = library.pack(school)
    lines: list[str] = []
    for speaker in ROLES:
        reply = full_reply(pack, library.topics, topic, speaker, today)
        lines += [f"--- {topic}, {speaker}", *reply.text.split("\n"), ""]
        lines += [f"[{button.title}] {button.payload}" for button in reply.buttons]
        for clause in (pack.clauses[name] for name in reply.clauses):
            lines += ["", f"{clause.id}: {clause.says}", f"  ({clause.where})"]
        lines.append("")
    return lines


def compare(library: Library, topic: str) -> list[str]:
    """One topic at all schools, a line for each school and audience."""
    if topic not in library.topics.by_slug:
        raise PackError(f"There is no topic called {topic[:60]!r}; see topics.yml.")
    listed = library.topics.by_slug[topic]
    lines = [f"{listed.title}: {listed.asks}", "", _row("school", "who", "verdict", "tell", "says")]
    for school in library.schools():
        sides = library.pack(school).answers[topic]
        for speaker in ROLES:
            side = sides[speaker]
            tell = (side.tell if isinstance(side, Answer) else side.ask) or "-"
            says = side.says if isinstance(side, Answer) else side.note or ""
            name = school if speaker == ROLES[0] else ""
            lines.append(_row(name, speaker, verdict(side), tell, says))
    return lines


def verdict(side: Side) -> str:
    """An answer's verdict, or that there is none."""
    return side.verdict if isinstance(side, Answer) else "not_covered"


def _row(school: str, speaker: str, found: str, tell: str, says: str) -> str:
    return f"{school:<14}{speaker:<8}{found:<13}{tell:<19}{says}".rstrip()


def _people(pack: Pack) -> list[str]:
    lines: list[str] = []
    for person in pack.people:
        stated = f", stated {person.stated_on.words()}" if person.stated_on else ""
        title = f" ({person.title_in_policy})" if person.title_in_policy else ""
        lines.append(f"{ROLE_WORDS[person.role]}: {person.name or 'not named'}{title}{stated}")
    return lines
