"""Five questions on a school's own policy, for somebody who confirms that they have read it.

They are topics which the policy settles with a clear yes or no, and whose question can be answered
with one; what it asks besides is left out. Which five hangs on the person and the year alone: so
colleagues get different ones, nobody gets new ones by starting again, and next year's are others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.policy.pack import Pack
from bot.policy.schema import Answer
from bot.policy.shared import Topics
from bot.policy.wording import edition, places

SCENARIOS = 5

Clear = Literal["yes", "no"]

CLOSED = re.compile(r"(?:May(?! parents\b)|Can|Must|Should)\b")
"""What one may do or must, and not whether there is a school mobile; and no rule for parents."""
BESIDES = re.compile(r",\s+(?:and\s+)?(?:with\s+)?(?:how|when|which|who|what|where)\b.*")
"""Such as the end of "May staff write about school life online, and how?"."""

RIGHT = "That's right."
NOT_QUITE = "Not quite, and that's what this is for."
NEVER_MIND = "That's all right, here it is."
WORDS = {"yes": "Yes.", "no": "No."}


@dataclass(frozen=True)
class Scenario:
    """A topic's question with the policy's answer; `where` names the clauses it rests on."""

    topic: str
    title: str
    asks: str
    right: Clear
    says: str
    where: str
    clauses: tuple[str, ...] = field(default=())


def choose(pack: Pack, topics: Topics, person: str, year: int) -> tuple[Scenario, ...]:
    """Five scenarios for a person and a year, from as many groups as there are; fewer if the pack
    has fewer. Both yes and no are among them where the policy says both, or guessing would do."""

    def drawn(slug: str) -> bytes:
        return hashlib.sha256(f"{pack.school.id}:{person}:{year}:{slug}".encode()).digest()

    scenarios = [scenario(pack, topics, slug) for slug in sorted(topics.by_slug, key=drawn)]
    given = [one for one in scenarios if one is not None]
    first = [next(one for one in given if one.right == right) for right in _both(given)]
    taken = _spread(first, given, lambda one: topics.group_of[one.topic])
    return tuple(sorted(taken, key=lambda one: drawn(one.topic + ":place")))


def scenario(pack: Pack, topics: Topics, slug: str) -> Scenario | None:
    """One topic as a scenario; nothing if it makes none, or doesn't any more."""
    topic, side = topics.by_slug.get(slug), pack.answers.get(slug, {}).get("staff")
    if topic is None or not isinstance(side, Answer) or not CLOSED.match(topic.asks):
        return None
    if side.verdict not in ("yes", "no"):
        return None
    clauses = [pack.clauses[clause] for clause in side.clauses]
    return Scenario(
        topic=slug,
        title=topic.title,
        asks=BESIDES.sub("?", topic.asks),
        right=side.verdict,
        says=side.says,
        where=f"{edition(pack.school)}, {places(clauses)}",
        clauses=side.clauses,
    )


def feedback(one: Scenario, given: str) -> str:
    """Whether an answer is right by the policy, and where the policy says so."""
    wrong = NOT_QUITE if given in WORDS else NEVER_MIND
    begins = RIGHT if given == one.right else wrong
    return f"{begins} {WORDS[one.right]} {one.says}\n\nWhere it says so: {one.where}."


def _both(given: Iterable[Scenario]) -> list[Clear]:
    rights = {one.right for one in given}
    both: tuple[Clear, Clear] = ("yes", "no")
    return [right for right in both if right in rights]


def _spread(
    taken: list[Scenario], given: list[Scenario], group: Callable[[Scenario], str]
) -> list[Scenario]:
    """Fill up to five, each time from a group of which the fewest were taken."""
    taken = list(taken)
    while len(taken) < SCENARIOS and (left := [one for one in given if one not in taken]):
        used = [group(one) for one in taken]
        taken.append(min(left, key=lambda one: used.count(group(one))))
    return taken
