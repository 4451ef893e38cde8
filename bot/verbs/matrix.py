"""`packs routes`: who would receive what at a school, worked out by the rules that hand records on.

Nobody can see from a pack alone where a record goes: the pack's routes, what guidance demands and
who is kept out all have their part. So this asks the very rules, with one made-up reader for each
role, and prints the answers. It is for whoever looks after the pack, to be checked with the policy.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.cases.people import ROLES, Reader
from bot.cases.records import KINDS, SEVERITIES, SUBJECTS, NewRecord, RecordKind, Severity, Subject
from bot.cases.routing import Route, route
from bot.policy.pack import Pack
from bot.policy.takers import takers
from bot.policy.wording import edition

HEAD = ("kind", "about", "receives", "copied", "next in line", "kept out", "outside")
GAP = 2
Cells = tuple[str, str, str, str, str]
Rows = list[tuple[list[Subject], Cells]]
NOTES = (
    "“none” is a record about nobody, such as an application. For “staff”, whoever is named is",
    "kept out as well, whatever their role. There is one made-up reader for each role here; where",
    "nobody holds a role, the next in line receives it. Where how much it presses changes who, it",
    "has rows of its own; and what isn't routine can be opened by the next in line from the start.",
)


def matrix(pack: Pack) -> list[str]:
    """The table, with subjects and severities that come to the same in one row."""
    rows = [HEAD]
    for kind in KINDS:
        known: list[Rows] = []
        for severity in reversed(SEVERITIES):
            found = _grouped(kind, pack, severity)
            if found in known:
                continue
            name = f"{kind}, {severity}" if known else str(kind)
            known.append(found)
            for subjects, said in found:
                rows.append((name, ", ".join(subjects), *said))
                name = ""
    widths = [max(map(len, column)) + GAP for column in zip(*rows, strict=True)]
    lines = ["".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return [f"{pack.school.name} ({edition(pack.school)})", "", *lines, "", *NOTES]


def routed(pack: Pack, kind: RecordKind, subject: Subject, severity: Severity = "routine") -> Route:
    """Where a record would go, if every role had its reader."""
    school = pack.school.id
    record = NewRecord("", school, kind, severity, subject)
    by_kind: dict[str, dict[str, str]] = {
        flow: {str(about): str(role) for about, role in by_subject.items()}
        for flow, by_subject in takers(pack).items()
    }
    return route(record, _readers(school), by_kind.get(kind, {}))


def cells(found: Route) -> Cells:
    return (
        _posts(found.receivers),
        _posts(found.copied),
        ", then ".join(map(_posts, found.behind)) or "-",
        _posts(found.excluded),
        ", ".join(found.outside) or "-",
    )


def _grouped(kind: RecordKind, pack: Pack, severity: Severity) -> Rows:
    groups: Rows = []
    for subject in SUBJECTS:
        said = cells(routed(pack, kind, subject, severity))
        same = next((group for group, other in groups if other == said), None)
        if same is None:
            groups.append(([subject], said))
        else:
            same.append(subject)
    return groups


def _readers(school: str) -> list[Reader]:
    return [
        Reader(number, school, f"Reader {number}", frozenset((role,)))
        for number, role in enumerate(ROLES, 1)
    ]


def _posts(readers: Iterable[Reader]) -> str:
    return ", ".join(sorted(role for one in readers for role in one.roles)) or "-"
