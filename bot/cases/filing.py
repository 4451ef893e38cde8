"""Files a finished form: what a record says, whom it is about, and how much it presses.

The answers come as they were given, by the name of their question. These rules make of them what
routing needs, so that the person who reports never has to know who gets what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cases.records import NewRecord, RecordKind, Severity, Subject

Answers = Mapping[str, str]

SUBJECT_FROM: Mapping[RecordKind, str] = {
    "incident": "by",
    "contact-report": "contact_from",
    "declaration": "contact_from",
    "staff-concern": "concerns",
    "permission": "",
}
"""The question that tells whom a record is about."""

SUBJECTS: Mapping[str, Subject] = {
    "pupil": "pupil",
    "ex-pupil": "ex-pupil",
    "parent": "parent",
    "family": "parent",
    "colleague": "staff",
    "staff": "staff",
    "myself": "staff",
    "head": "head",
    "dsl": "dsl",
    "other": "other",
    "adult": "other",
    "unknown": "other",
}

STAFF_KINDS = frozenset(("staff", "head", "dsl"))
SERIOUS_KINDS = frozenset(("stranger", "image", "extremist"))
REPORTER, REACH = "reporter", "reach"


def subject(kind: RecordKind, answers: Answers) -> Subject:
    """Whom it is about. A form that asks nothing of the kind is about whoever its topic is."""
    given = answers.get(SUBJECT_FROM.get(kind, ""), "")
    return SUBJECTS.get(given, "other" if kind in ("incident", "staff-concern") else "none")


def severity(kind: RecordKind, answers: Answers) -> Severity:
    """Danger now was answered with help and has a way of its own; what is left is serious or not.

    A concern about an adult who works with children is never routine until somebody has looked.
    """
    if answers.get("at_risk") == "yes" or kind == "staff-concern":
        return "serious"
    if kind == "incident" and answers.get("kind") in SERIOUS_KINDS:
        return "serious"
    if kind == "contact-report" and answers.get("contact_from") == "pupil":
        return "serious" if answers.get("contact_answered") == "yes" else "routine"
    return "routine"


def named(kind: RecordKind, answers: Answers) -> tuple[str, ...]:
    """The names of whom it is about, if they may work here: they never receive the record.

    Whoever tells of a concern may not know that "another adult" has a post here, a governor's say.
    """
    if kind != "staff-concern" and subject(kind, answers) not in STAFF_KINDS:
        return ()
    given = [answers.get("by_name", ""), answers.get("concern_name", "")]
    if answers.get("concerns") == "myself":
        given = [answers.get(REPORTER, "")]
    return tuple(name for name in given if name)


def told_by(role: str, answers: Answers) -> str:
    """The reporter's role, with name and how to reach them where they gave it."""
    parts = [role, answers.get(REPORTER, ""), answers.get(REACH, "")]
    return ", ".join(part for part in parts if part)


def file_record(
    kind: RecordKind,
    *,
    reference: str,
    school: str,
    role: str,
    answers: Answers,
    words: str,
    facts: Sequence[tuple[str, str]],
) -> NewRecord:
    """`answers` without those that were skipped; `facts` are their labels and how they read."""
    return NewRecord(
        reference=reference,
        school=school,
        kind=kind,
        severity=severity(kind, answers),
        subject=subject(kind, answers),
        named=named(kind, answers),
        told_by=told_by(role, answers),
        words=words,
        facts=tuple(facts),
    )
