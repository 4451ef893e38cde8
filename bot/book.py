"""The policies as the desk shows them: what is answered, on what it rests, and what has changed.

Each edition of a pack is kept from when it is first in use here. A pack is edited in its files and
read anew while the bot runs, so the book looks now and then whether there is another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.desk.lent import Change, Chapter, Clause, Contents, Revision, TopicLine, TopicPage
from bot.messages import ROLES
from bot.policy.diff import ChangedReply, Version, changed_parts, changed_replies
from bot.policy.editions import read_edition, write_edition
from bot.policy.library import Library
from bot.policy.pack import Pack
from bot.policy.schema import ROLE_WORDS, Answer, Side
from bot.policy.wording import edition, full_reply, in_or_on, overdue, school_day
from bot.store import Store
from bot.store.editions import Edition

log = logging.getLogger(__name__)

LOOK = timedelta(seconds=30)

AUDIENCES = {"staff": "staff", "parent": "parents"}

VERDICTS = {
    "yes": "Yes",
    "no": "No",
    "only-if": "Yes, with conditions",
    "ask-first": "Ask first",
    "must-report": "Must be reported",
    "info": "Told",
}
SILENT = "Policy is silent"

LONG_AGO = timedelta(days=3 * 365)
"""From this age on, a date at which the policy named somebody is pointed out."""


class Book:
    def __init__(
        self, store: Store, library: Callable[[], Library], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._library = library
        self._now = now
        self._noted: set[tuple[str, str]] = set()

    def contents(self, school: str) -> Contents:
        library = self._library()
        pack, today = library.pack(school), school_day(self._now())
        due = pack.school.review_due
        return Contents(
            title=pack.school.policy_title,
            edition=edition(pack.school),
            source=pack.school.source,
            review=pack.school.review_words or (in_or_on(due) if due else ""),
            overdue=overdue(pack.school, today),
            dates=tuple(_dates(pack, library, today)),
            people=tuple(
                (ROLE_WORDS[one.role], one.name or "not named in the policy") for one in pack.people
            ),
            chapters=tuple(
                Chapter(
                    group.title,
                    tuple(_line(one.slug, one.title, pack) for one in group.topics),
                )
                for group in library.topics.groups
            ),
        )

    def topic(self, school: str, slug: str) -> TopicPage | None:
        library = self._library()
        pack, known = library.pack(school), library.topics.by_slug.get(slug)
        if known is None or slug not in pack.answers:
            return None
        # As people read it, but for the sentence on the review, which stands on the page before.
        replies = [
            full_reply(pack, library.topics, slug, speaker, date.min, warn=False)
            for speaker in ROLES
        ]
        clauses = dict.fromkeys(name for reply in replies for name in reply.clauses)
        return TopicPage(
            known.title,
            known.asks,
            tuple(
                (AUDIENCES[speaker], reply.text)
                for speaker, reply in zip(ROLES, replies, strict=True)
            ),
            tuple(Clause(pack.clauses[one].where, pack.clauses[one].says) for one in clauses),
        )

    async def revisions(self, school: str) -> Sequence[Revision]:
        self._library().pack(school)  # or an error that names the schools there are
        await self.note()
        kept = await self._store.views.editions(school)
        return await asyncio.to_thread(_revisions, kept)

    async def note(self) -> None:
        """Keep the editions that are in use and weren't before."""
        library = self._library()
        here = {(school, pack.hash) for school, pack in library.packs.items()}
        if here <= self._noted:
            return
        self._noted |= await self._store.views.noted_editions()
        for school, name in sorted(here - self._noted):
            body = await asyncio.to_thread(write_edition, library.packs[school], library.topics)
            await self._store.views.note_edition(school, name, body)
            self._noted.add((school, name))

    async def mind(self) -> None:
        """Look now and then, for as long as the bot runs."""
        while True:
            try:
                await self.note()
            except Exception as error:  # noqa: BLE001  # one bad look must not be the last
                log.error("an edition of a policy can't be kept: %s", type(error).__name__)
            await asyncio.sleep(LOOK.total_seconds())


def _dates(pack: Pack, library: Library, today: date) -> Iterator[str]:
    if pack.school.review_note:
        yield pack.school.review_note
    old = [
        one.stated_on
        for one in pack.people
        if one.name and one.stated_on and one.stated_on.last_day() + LONG_AGO < today
    ]
    if old:
        yield (
            f"Some of the people it names were named in {min(old, key=str).words()}; "
            "check that they still hold these roles."
        )
    stale = [line.name for line in library.helplines.by_slug.values() if line.recheck]
    if stale:
        yield f"Not shown until their details are checked again: {', '.join(stale)}."


def _line(slug: str, title: str, pack: Pack) -> TopicLine:
    sides = pack.answers[slug]
    silent = frozenset(one for one in ROLES if not isinstance(sides[one], Answer))
    return TopicLine(slug, title, _verdict(sides["staff"]), _verdict(sides["parent"]), silent)


def _verdict(side: Side) -> str:
    return VERDICTS[side.verdict] if isinstance(side, Answer) else SILENT


def _revisions(kept: Sequence[Edition]) -> list[Revision]:
    """Between each edition and the one before it; the newest first."""
    read = [(one, read_edition(one.body)) for one in kept]
    return [_revision(later, after, before) for (later, after), (_, before) in pairwise(read)]


def _revision(later: Edition, after: Version | None, before: Version | None) -> Revision:
    if after is None or before is None:
        return Revision(later.noted_at, (), (), readable=False)
    changes = (_change(one, after, before) for one in changed_replies(before, after))
    parts = changed_parts(before[0], after[0])
    return Revision(later.noted_at, tuple(changes), tuple(parts))


def _change(one: ChangedReply, after: Version, before: Version) -> Change:
    known = after[1].by_slug.get(one.topic) or before[1].by_slug[one.topic]
    lines = (("gone" if line[0] == "-" else "new", line[1:]) for line in one.lines)
    return Change(one.topic, known.title, AUDIENCES[one.speaker], one.state, tuple(lines))
