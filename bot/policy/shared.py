"""What all schools share: the list of topics, and the helplines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.policy.fields import read
from bot.policy.nodes import parse, read_bytes, refuse
from bot.policy.schema import Group, Helpline, HelplineList, PupilReply, Topic, TopicList

TOPICS_FILE = "topics.yml"
HELPLINES_FILE = "helplines.yml"


@dataclass(frozen=True)
class Topics:
    """All topics by slug, in the order of the file, with the group that each stands in."""

    groups: tuple[Group, ...]
    by_slug: Mapping[str, Topic]
    group_of: Mapping[str, str]


@dataclass(frozen=True)
class Helplines:
    """Outside help by slug, and what a pupil who writes is told."""

    pupils: PupilReply
    by_slug: Mapping[str, Helpline]

    def shown(self) -> tuple[Helpline, ...]:
        """Those that may be shown to a person."""
        return tuple(line for line in self.by_slug.values() if not line.recheck)


def read_topics(content: Path) -> Topics:
    """Read `topics.yml`; each slug stands once, and each related topic exists."""
    file = TOPICS_FILE
    listed = read(parse(read_bytes(content / file, file), file), TopicList, file)
    by_slug: dict[str, Topic] = {}
    group_of: dict[str, str] = {}
    for group in listed.groups:
        if group.slug in group_of.values():
            raise refuse(file, group.lines["slug"], "slug", f"group {group.slug} is given twice.")
        for topic in group.topics:
            if topic.slug in by_slug:
                raise refuse(file, topic.lines["slug"], "slug", f"{topic.slug} is given twice.")
            by_slug[topic.slug] = topic
            group_of[topic.slug] = group.slug
    for topic in by_slug.values():
        for slug in topic.related:
            if slug not in by_slug or slug == topic.slug:
                problem = f"{slug} is not another topic of this file."
                raise refuse(file, topic.lines["related"], f"{topic.slug}.related", problem)
    return Topics(listed.groups, by_slug, group_of)


def read_helplines(content: Path) -> Helplines:
    """Read `helplines.yml`; each slug stands once, and each can be reached somehow."""
    file = HELPLINES_FILE
    listed = read(parse(read_bytes(content / file, file), file), HelplineList, file)
    by_slug: dict[str, Helpline] = {}
    for line in listed.helplines:
        if line.slug in by_slug:
            raise refuse(file, line.lines["slug"], "slug", f"{line.slug} is given twice.")
        if not (line.phone or line.email or line.web):
            raise refuse(file, line.lines[""], line.slug, "needs a phone, an email or a web.")
        by_slug[line.slug] = line
    for slug in listed.pupils.helplines:
        if slug not in by_slug or by_slug[slug].recheck:
            problem = f"{slug} is not a helpline that may be shown."
            raise refuse(file, listed.pupils.lines["helplines"], "pupils.helplines", problem)
    return Helplines(listed.pupils, by_slug)
