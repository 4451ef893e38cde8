"""`packs check`: whether the policy content may be shown to people, and what it covers.

The loader refuses what is broken. This looks further, at what is whole but not right: clauses
that no answer uses, replies too long for a phone, words too hard to read, helplines whose details
are old. It collects everything, so that a writer sees all there is to do at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import PackError
from bot.messages import ROLES
from bot.policy.pack import Pack, find_problems, gather, school_folders
from bot.policy.readability import OLDEST_READER, reading_age, sentences
from bot.policy.schema import Answer, NotCovered
from bot.policy.shared import HELPLINES_FILE, Helplines, Topics, read_helplines, read_topics
from bot.policy.wording import LONGEST_REPLY, edition, full_reply, overdue, pupil_reply

FRESH = datetime.timedelta(days=365)
LATER = datetime.date.max
"""A day when every review is overdue: a reply must fit with its date warning, too."""


@dataclass
class Report:
    """What `packs check` found: lines to read, and errors that make it fail."""

    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def check(content: Path, today: datetime.date) -> Report:
    """Look at all policy content."""
    report = Report()
    try:
        topics, helplines = read_topics(content), read_helplines(content)
    except PackError as problem:
        report.errors.append(str(problem))
        return report
    report.errors += stale_helplines(helplines, today)
    packs = _read_packs(content, topics, report)
    for pack in packs:
        report.errors += pack_problems(pack, topics)
    report.lines += coverage(packs)
    report.lines += [_overdue_line(pack) for pack in packs if overdue(pack.school, today)]
    report.lines += [line for pack in packs for line in _missing_contacts(pack)]
    if packs:
        _check_reading_age(packs, report)
    return report


def pack_problems(pack: Pack, topics: Topics) -> Iterator[str]:
    """What is wrong with a pack that can be read."""
    name = pack.school.id
    used = {clause for answer in _answers(pack) for clause in answer.clauses}
    for clause in pack.clauses.values():
        if clause.id not in used and not clause.background:
            yield f"{name}: no answer uses the clause {clause.id}; use it or mark it background."
    for topic, sides in pack.answers.items():
        for speaker in ROLES:
            side = sides[speaker]
            size = len(full_reply(pack, topics, topic, speaker, LATER).text)
            if size > LONGEST_REPLY:
                yield (
                    f"{name}: the reply to {topic} for {speaker} has {size} characters; "
                    f"at most {LONGEST_REPLY} fit."
                )
            if isinstance(side, Answer) and not 1 <= sentences(side.says) <= 3:
                yield f"{name}: {topic} for {speaker} says more than three sentences."


def stale_helplines(helplines: Helplines, today: datetime.date) -> Iterator[str]:
    """Helplines to look up again, and the pupils' reply if it is too long."""
    for helpline in helplines.by_slug.values():
        age = today - helpline.checked_on
        place = f"{HELPLINES_FILE}, {helpline.slug}"
        if age > FRESH:
            yield f"{place}: was last checked on {helpline.checked_on}; check it again."
        elif age < datetime.timedelta(0):
            yield f"{place}: was checked on {helpline.checked_on}, which is yet to come."
    if len(pupil_reply(helplines)) > LONGEST_REPLY:
        yield f"{HELPLINES_FILE}, pupils: the reply is longer than {LONGEST_REPLY} characters."


def coverage(packs: list[Pack]) -> list[str]:
    """The table of what each school's policy answers and where it is silent."""
    head = f"{'school':<14}{'staff':>8}{'silent':>8}{'parents':>9}{'silent':>8}{'clauses':>9}"
    rows = [f"{head}{'background':>12}"]
    for pack in packs:
        counts = [
            sum(isinstance(sides[speaker], kind) for sides in pack.answers.values())
            for speaker in ROLES
            for kind in (Answer, NotCovered)
        ]
        background = sum(clause.background for clause in pack.clauses.values())
        rows.append(
            f"{pack.school.id:<14}{counts[0]:>8}{counts[1]:>8}{counts[2]:>9}{counts[3]:>8}"
            f"{len(pack.clauses):>9}{background:>12}"
        )
    return rows


def _read_packs(content: Path, topics: Topics, report: Report) -> list[Pack]:
    packs: list[Pack] = []
    for folder in school_folders(content):
        try:
            pack, problems = find_problems(gather(folder), topics)
        except PackError as problem:
            pack, problems = None, [problem]
        report.errors += [str(problem) for problem in problems]
        if pack is not None:
            packs.append(pack)
    if not packs and not report.errors:
        report.errors.append(f"{content} has no school in it; start one with `packs new`.")
    return packs


def _answers(pack: Pack) -> Iterator[Answer]:
    for sides in pack.answers.values():
        for side in sides.values():
            if isinstance(side, Answer):
                yield side


def _overdue_line(pack: Pack) -> str:
    due = pack.school.review_due
    return f"{edition(pack.school)}: its review was due {due.words() if due else ''}."


def _missing_contacts(pack: Pack) -> Iterator[str]:
    contacts = pack.contacts
    given = {
        "LADO": contacts.lado,
        "children's social care": contacts.childrens_social_care,
        "out of hours": contacts.out_of_hours,
    }
    missing = [name for name, value in given.items() if value is None]
    if missing:
        yield f"{pack.school.short}: the school has yet to give contacts: {', '.join(missing)}."


def _check_reading_age(packs: list[Pack], report: Report) -> None:
    texts = [
        text
        for pack in packs
        for answer in _answers(pack)
        for text in (answer.says, *answer.do, *([answer.guidance.says] if answer.guidance else []))
    ]
    if not texts:
        return
    try:
        age = reading_age(texts)
    except PackError as problem:
        report.errors.append(str(problem))
        return
    report.lines.append(f"Reading age of {len(texts)} sentences and steps: {age:.1f}.")
    if age > OLDEST_READER:
        report.errors.append(
            f"The reading age of the answers is {age:.1f}; it must be at most {OLDEST_READER:.0f}."
        )
