"""The gap list: what people asked and got no answer to, for whoever owns the policy.

What the policy is silent on is counted by topic. What wasn't understood is put together by meaning,
so that ten ways of asking one thing are one line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from bot.language.encoder import shared_encoder
from bot.language.grouping import grouped
from bot.messages import GapKind
from bot.policy.library import Library
from bot.policy.wording import school_day
from bot.settings import Settings
from bot.store import KeptGap, Store

KINDS: tuple[GapKind, ...] = ("not_covered", "unknown", "outside")
SHOWN = 5
"""Wordings shown of one group."""


@dataclass(frozen=True)
class GapGroup:
    """Questions that ask the same. `topic` is a guess where they weren't understood."""

    kind: GapKind
    topic: str
    times: int
    staff: int
    parents: int
    last: date
    wordings: tuple[str, ...]
    numbers: tuple[int, ...] = ()


class Questions:
    """A school's unanswered questions in groups, for the desk.

    What was put together once is remembered as long as no question comes or goes, because reading
    the meaning of each takes some milliseconds.
    """

    def __init__(self, store: Store, library: Callable[[], Library]) -> None:
        self._store = store
        self._library = library
        self._known: dict[tuple[str, bool], tuple[tuple[int, ...], list[GapGroup]]] = {}

    async def grouped(self, school: str, *, dealt: bool = False) -> list[GapGroup]:
        kept = await self._store.gaps(school, dealt=dealt)
        numbers = tuple(one.number for one in kept)
        known = self._known.get((school, dealt))
        if known is None or known[0] != numbers:
            found = await asyncio.to_thread(grouped_gaps, kept, self._library())
            known = self._known[school, dealt] = numbers, found
        return known[1]


async def gap_list(
    settings: Settings, school: str, *, now: Callable[[], datetime], new_id: Callable[[], str]
) -> list[GapGroup]:
    """A school's unanswered questions by kind, the most frequent first; the old are erased."""
    library = Library.load(settings.content_dir)
    library.pack(school)  # or an error that names the schools there are
    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    try:
        await store.forget_gaps(now() - settings.gaps_kept)
        kept = await store.gaps(school)
    finally:
        await store.close()
    return grouped_gaps(kept, library)


def grouped_gaps(kept: Sequence[KeptGap], library: Library) -> list[GapGroup]:
    return [
        _described(kind, group, library)
        for kind in KINDS
        for group in _groups(kind, [one for one in kept if one.gap.kind == kind])
    ]


def _groups(kind: GapKind, kept: Sequence[KeptGap]) -> Iterator[Sequence[KeptGap]]:
    if kind == "unknown":
        for places in grouped([one.gap.words for one in kept], shared_encoder()):
            yield [kept[place] for place in places]
        return
    by_topic = sorted(kept, key=_topic)
    groups = [list(group) for _, group in groupby(by_topic, _topic)]
    yield from sorted(groups, key=len, reverse=True)


def _topic(kept: KeptGap) -> str:
    return (kept.gap.topic or "").removeprefix("outside/")


def _described(kind: GapKind, group: Sequence[KeptGap], library: Library) -> GapGroup:
    slug = _topic(group[0])
    known = library.topics.by_slug.get(slug)
    asked = [one.gap.words for one in group if any(map(str.isalnum, one.gap.words))]
    return GapGroup(
        kind=kind,
        topic=known.title if known else slug.replace("-", " "),
        times=len(group),
        staff=sum(one.role == "staff" for one in group),
        parents=sum(one.role == "parent" for one in group),
        last=school_day(max(one.asked_at for one in group)),
        wordings=tuple(dict.fromkeys(asked))[:SHOWN],
        numbers=tuple(one.number for one in group),
    )
