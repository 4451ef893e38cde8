"""Who works at the schools of these tests, and what is reported there."""

from __future__ import annotations

from bot.cases import NewRecord, Reader, RecordKind, Severity, Subject
from bot.cases.people import DeskRole

SCHOOL = "oakfield"


def reader(
    number: int, name: str, *roles: DeskRole, away: bool = False, school: str = SCHOOL
) -> Reader:
    return Reader(number, school, name, frozenset(roles), away, ("email",))


LEAD = reader(1, "Lucy Coull", "dsl")
DEPUTY = reader(2, "Kara Satterley", "deputy-dsl", "deputy-head")
HEAD = reader(3, "Ian Rowden", "head")
CHAIR = reader(4, "Mr Hugh Samuelson", "chair-of-governors")
LEADERS = reader(5, "Lynda Prior", "slt")
NETWORK = reader(6, "Carl O'Brien-Holt", "network-manager")
EVERYONE = (LEAD, DEPUTY, HEAD, CHAIR, LEADERS, NETWORK)


def record(
    kind: RecordKind = "incident",
    subject: Subject = "none",
    *named: str,
    severity: Severity = "serious",
    words: str = "",
    reference: str = "SP-7KQ4-XM2D",
    facts: tuple[tuple[str, str], ...] = (),
    school: str = SCHOOL,
) -> NewRecord:
    return NewRecord(
        reference, school, kind, severity, subject, named, "staff", words=words, facts=facts
    )
