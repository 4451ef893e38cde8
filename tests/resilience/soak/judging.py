"""What has to hold when the town has gone home: what was promised is there, and is there once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.store import Store
from bot.store.tables import inbox
from bot.store.telegram_tables import updates
from tests.resilience.soak.ledger import Case, Ledger
from tests.store.readers import School

MARKED = re.compile(r"room \d{5,}")
GROWS_AT_MOST = 1.1
"""The last fifth's median memory, of that of the fifth after the warming up."""

OURS = re.compile(r"^\S+ (warning|error|critical) bot\.\S+: (?P<says>.*)$")
FAILED = re.compile(r": (?P<kind>[A-Z]\w+)$")
"""How our lines end that say of what something failed."""

FORESEEN = {"StoreError", "LeaseLost", "TimeoutError", "CancelledError", "SendFailed"}
FORESEEN |= {"ChannelDown", "FetchFailed", "ReferenceTaken", "ReaderChanged"}
FORESEEN |= {"NetworkError", "TimedOut", "RetryAfter"}
"""What may fail, and is tried again, when a database or a network does; the last are Telegram's."""

NO_PAGE_FAILS = "a page failed: "
"""Of whatever it is: the pages have words for a database that is away."""


@dataclass(frozen=True)
class Stored:
    """One record as its reader sees it: the marks in its words, its files and its notes."""

    reference: str
    urgent: bool
    words: frozenset[str]
    files: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    lost: int
    doubled: int
    files_missing: int
    notes_lost: int
    notes_doubled: int
    unknown_references: int
    records: int


def judge(ledger: Ledger, stored: Sequence[Stored]) -> Judged:
    """Hold what people were told against what is there."""
    by_reference = {one.reference: one for one in stored}
    holding: dict[str, list[Stored]] = {}
    for one in stored:
        for mark in one.words:
            holding.setdefault(mark, []).append(one)
    notes = Counter(note for one in stored for note in one.notes)
    sent = [case for case in ledger.cases.values() if case.sent]
    return Judged(
        lost=sum(not _there(case, holding, by_reference) for case in sent),
        doubled=sum(len(_of_kind(case, holding)) > 1 for case in ledger.cases.values()),
        files_missing=sum(_without_file(case, by_reference) for case in sent),
        notes_lost=sum(kept and not notes[mark] for mark, kept in ledger.notes.items()),
        notes_doubled=sum(times > 1 for times in notes.values()),
        unknown_references=len(ledger.shown - by_reference.keys()),
        records=len(stored),
    )


def _of_kind(case: Case, holding: Mapping[str, list[Stored]]) -> list[Stored]:
    """A report in which danger was heard leaves two records: one at once, and the report itself."""
    return [one for one in holding.get(case.mark, ()) if one.urgent == case.urgent]


def _there(
    case: Case, holding: Mapping[str, list[Stored]], by_reference: Mapping[str, Stored]
) -> bool:
    if case.reference and not case.urgent:
        return case.reference in by_reference and case.mark in by_reference[case.reference].words
    return bool(_of_kind(case, holding))


def _without_file(case: Case, by_reference: Mapping[str, Stored]) -> bool:
    record = by_reference.get(case.reference)
    return record is not None and record.files.count(case.mark) != case.files


def exceptions(lines: Iterable[str]) -> list[str]:
    """The lines of a log that tell of an error which nobody foresaw.

    Our own lines are of what was foreseen, unless they say that something failed of another kind
    of error. Whatever a library reports as an error is one that nobody took care of.
    """
    return [line for line in lines if line.strip() and _unforeseen(line)]


def _unforeseen(line: str) -> bool:
    ours = OURS.match(line)
    if ours is None:
        return True
    failed = FAILED.search(ours["says"])
    return failed is not None and (
        ours["says"].startswith(NO_PAGE_FAILS) or failed["kind"] not in FORESEEN
    )


def growth(samples: Sequence[tuple[float, float]], warm: float) -> float:
    """How many times the memory after `warm` seconds that of the end is: medians of fifths."""
    after = [megabytes for second, megabytes in samples if second >= warm]
    fifth = len(after) // 5
    if not fifth:
        raise ValueError("too few samples of memory")
    first, last = sorted(after[:fifth]), sorted(after[-fifth:])
    return last[fifth // 2] / first[fifth // 2]


async def look(school: School, name: str) -> list[Stored]:
    """Every record of the school, opened with its recovery key, which fits them all."""
    casework, key = school.store.casework, school.recovery
    found = []
    for line in await school.store.records(name):
        case = await casework.opened(line.reference, None, key)
        record = case.opened.record
        files = [
            await casework.evidence(line.reference, file.number, None, key) for file in case.files
        ]
        said = " ".join([record.words, *(str(value) for _, value in record.facts)])
        notes = [mark for entry in case.entries for mark in MARKED.findall(entry.entry.text)]
        found.append(
            Stored(
                line.reference,
                record.kind == "urgent",
                frozenset(MARKED.findall(said)),
                tuple(mark for file in files for mark in MARKED.findall(file.content.decode())),
                tuple(notes),
            )
        )
    return found


async def never_answered(store: Store, ledger: Ledger) -> int:
    """Messages that nobody was heard to answer, and that weren't done in the end.

    The words of a conversation are erased with their rows, but no row before it was dealt with.
    """

    def status(at: Connection) -> dict[str, str]:
        found: dict[str, str] = {}
        for table in (updates, inbox):
            rows = at.execute(
                select(table.c.update_id, table.c.status).where(
                    table.c.update_id.in_(ledger.unheard)
                )
            )
            found.update({row.update_id: row.status for row in rows})
        return found

    now = await store._database.read(status)
    return sum(
        now.get(one, "done" if kept else "lost") != "done" for one, kept in ledger.unheard.items()
    )
