"""`packs routes`: who would receive what at a school, worked out by the rules that hand records on.

Nobody can see from a pack alone where a record goes: the pack's routes, what guidance demands and
who is kept out all have their part. So this asks the very rules, with one made-up reader for each
role, and prints the answers. It is for whoever looks after the pack, to be checked with the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.cases.people import ROLES, Reader
from bot.cases.records import KINDS, SUBJECTS, NewRecord, RecordKind, Severity, Subject
from bot.cases.routing import Route, route
from bot.policy.pack import Pack
from bot.policy.takers import takers
from bot.policy.wording import edition

HEAD = ("kind", "about", "receives", "copied", "next in line", "kept out", "outside")
GAP = 2
NOTES = (
    "“none” is a record about nobody, such as an application. For “staff”, whoever is named is",
    "kept out as well, whatever their role. There is one made-up reader for each role here; where",
    "nobody holds a role, the next in line receives it. How much it presses changes no row: what",
    "isn't routine can be opened by the next in line from the start, and they are told sooner.",
)


def matrix(pack: Pack) -> list[str]:
    """The table, with subjects that come to the same in one row."""
    rows = [HEAD]
    for kind in KINDS:
        name: str = kind
        for subjects, found in _grouped(kind, pack):
            rows.append((name, ", ".join(subjects), *cells(found)))
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


def cells(found: Route) -> tuple[str, str, str, str, str]:
    return (
        _posts(found.receivers),
        _posts(found.copied),
        ", then ".join(map(_posts, found.behind)) or "-",
        _posts(found.excluded),
        ", ".join(found.outside) or "-",
    )


def _grouped(kind: RecordKind, pack: Pack) -> Iterator[tuple[list[Subject], Route]]:
    groups: list[tuple[list[Subject], Route]] = []
    for subject in SUBJECTS:
        found = routed(pack, kind, subject)
        same = next((group for group, other in groups if cells(other) == cells(found)), None)
        if same is None:
            groups.append(([subject], found))
        else:
            same.append(subject)
    yield from groups


def _readers(school: str) -> list[Reader]:
    return [
        Reader(number, school, f"Reader {number}", frozenset((role,)))
        for number, role in enumerate(ROLES, 1)
    ]


def _posts(readers: Iterable[Reader]) -> str:
    return ", ".join(sorted(role for one in readers for role in one.roles)) or "-"
