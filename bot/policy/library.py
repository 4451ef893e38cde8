"""The packs of all schools in memory: read once, checked as a whole, then only looked up.

A pack that can't be read must not take the others down, nor replace the one that worked before:
`Library.reload` keeps the last good pack of each school and remembers what was wrong, for
`doctor`. At the first start there is no last good pack, so `Library.load` raises.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import PackError
from bot.messages import Role as Speaker
from bot.policy.cache import PackCache
from bot.policy.nodes import refuse
from bot.policy.pack import Pack, gather, read_pack, school_folders
from bot.policy.schema import Flow, Role, Side, Subject
from bot.policy.shared import Helplines, Topics, read_helplines, read_topics
from bot.policy.urgent import UrgentWords, read_urgent
from bot.policy.wording import PolicyReply, full_reply, where_it_stands, who, whom_to_tell


@dataclass(frozen=True)
class Library:
    """All that the bot knows of policies. Reloading makes a new one; this one never changes."""

    content: Path
    topics: Topics
    helplines: Helplines
    urgent: UrgentWords
    packs: dict[str, Pack]
    problems: tuple[str, ...] = ()
    cache: PackCache | None = field(default=None, repr=False)

    @classmethod
    def load(cls, content: Path, cache_folder: Path | None = None) -> Library:
        """Read all policy content, and raise at the first problem.

        With a `cache_folder`, a school whose files haven't changed is read from there.
        """
        cache = PackCache(cache_folder) if cache_folder else None
        if not content.is_dir():
            raise PackError(f"{content} is not a folder; it should hold the policy content.")
        topics, helplines = read_topics(content), read_helplines(content)
        urgent = read_urgent(content, helplines)
        packs, problems = _read_all(content, topics, cache)
        if problems:
            raise PackError(problems[0])
        if not packs:
            raise PackError(f"{content} has no school in it; start one with `packs new`.")
        return cls(content, topics, helplines, urgent, packs, cache=cache)

    def schools(self) -> tuple[str, ...]:
        """The ids of all schools, in alphabetical order."""
        return tuple(sorted(self.packs))

    def school_name(self, school: str) -> str:
        """The school's full name."""
        return self.pack(school).school.name

    def pack(self, school: str) -> Pack:
        """The school's pack."""
        try:
            return self.packs[school]
        except KeyError:
            known = ", ".join(sorted(self.packs)[:20])
            raise PackError(f"There is no school called {school[:60]!r}; known: {known}.") from None

    def answer(self, school: str, topic: str, speaker: Speaker) -> Side:
        """What the school's policy says about a topic to staff or parents."""
        answers = self.pack(school).answers
        if topic not in answers:
            raise PackError(f"There is no topic called {topic[:60]!r}; see topics.yml.")
        return answers[topic][speaker]

    def told(self, school: str, flow: Flow, subject: Subject) -> str:
        """Who hears of a record by the school's own policy: the role, and its holder if named."""
        pack = self.pack(school)
        role = pack.routes.get(flow, {}).get(subject) or pack.settings.ask_when_silent.staff
        return who(pack, role)

    def asked(self, school: str, speaker: Speaker) -> str:
        """Who answers staff or parents when neither the bot nor the policy can."""
        pack = self.pack(school)
        role: Role = getattr(pack.settings.ask_when_silent, speaker)
        return who(pack, role)

    def reply(
        self, school: str, topic: str, speaker: Speaker, today: datetime.date, warn: bool = True
    ) -> PolicyReply:
        """The reply to a topic in words; see `bot.policy.wording`."""
        return full_reply(self.pack(school), self.topics, topic, speaker, today, warn)

    def whom_to_tell(self, school: str, topic: str, speaker: Speaker) -> PolicyReply:
        return whom_to_tell(self.pack(school), self.topics, topic, speaker)

    def where_it_stands(self, school: str, topic: str, speaker: Speaker) -> PolicyReply:
        return where_it_stands(self.pack(school), self.topics, topic, speaker)

    def reload(self) -> Library:
        """Read everything again; whatever can't be read stays as it was, and `problems` says so."""
        problems: list[str] = []
        topics, helplines, urgent = self.topics, self.helplines, self.urgent
        try:
            topics = read_topics(self.content)
            helplines = read_helplines(self.content)
            urgent = read_urgent(self.content, helplines)
        except PackError as problem:
            problems.append(str(problem))
        packs = dict(self.packs)
        if not problems:
            packs, problems = _read_all(self.content, topics, self.cache)
            for school, pack in self.packs.items():
                if school not in packs and (self.content / school).exists():
                    packs[school] = pack
        if not _complete(packs, topics):
            # A topic was added that a kept pack doesn't answer: the new list has to wait for it.
            topics, packs = self.topics, self.packs
        return replace(
            self,
            topics=topics,
            helplines=helplines,
            urgent=urgent,
            packs=packs,
            problems=tuple(problems),
        )


def _complete(packs: dict[str, Pack], topics: Topics) -> bool:
    return all(pack.answers.keys() >= topics.by_slug.keys() for pack in packs.values())


def _read_all(
    content: Path, topics: Topics, cache: PackCache | None
) -> tuple[dict[str, Pack], list[str]]:
    packs: dict[str, Pack] = {}
    problems: list[str] = []
    for folder in school_folders(content):
        try:
            files = gather(folder)
            pack = cache.find(files, topics) if cache else None
            if pack is None:
                pack = read_pack(files, topics)
                if cache:
                    cache.keep(files, topics, pack)
            packs[folder.name] = pack
        except PackError as problem:
            problems.append(str(problem))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            problems.append(str(refuse(folder.name, 1, "", f"can't be read ({reason}).")))
    return packs, problems
