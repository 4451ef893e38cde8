"""`packs diff OLD NEW`: which answers change when a school's policy changes.

Two pack folders are compared by what a person would read. Each is read with the `topics.yml`
beside it, so that a pack of last year can still be compared.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.messages import ROLES
from bot.messages import Role as Speaker
from bot.policy.pack import Pack, gather, read_pack
from bot.policy.shared import Topics, read_topics
from bot.policy.wording import full_reply

NO_WARNING = datetime.date.min

Version = tuple[Pack, Topics]
"""A pack with the topics that it was read with."""

State = Literal["new", "gone", "changed"]


@dataclass(frozen=True)
class ChangedReply:
    """A reply that is another one; `lines` begin with "-" or "+", as what went and what came."""

    topic: str
    speaker: Speaker
    state: State
    lines: tuple[str, ...]


def diff(old: Path, new: Path) -> list[str]:
    """What is different between two pack folders, in lines; no lines if nothing is."""
    old_topics, new_topics = read_topics(old.parent), read_topics(new.parent)
    before = read_pack(gather(old), old_topics), old_topics
    after = read_pack(gather(new), new_topics), new_topics
    if before[0].hash == after[0].hash:
        return []
    lines = [f"Version {before[0].hash[:12]} -> {after[0].hash[:12]}"]
    lines += changed_parts(before[0], after[0])
    for one in changed_replies(before, after):
        lines += ["", f"{one.state}: {one.topic}, {one.speaker}", *one.lines]
    return lines


def changed_parts(before: Pack, after: Pack) -> list[str]:
    """Which parts of the pack and which clauses are others, such as "changed: routes"."""
    return [*_frame(before, after), *_clauses(before, after)]


def changed_replies(before: Version, after: Version) -> Iterator[ChangedReply]:
    for topic in dict.fromkeys((*before[1].by_slug, *after[1].by_slug)):
        for speaker in ROLES:
            if (found := _reply(topic, speaker, before, after)) is not None:
                yield found


def _frame(before: Pack, after: Pack) -> Iterator[str]:
    for part in ("school", "people", "contacts", "settings", "routes", "next_steps"):
        if getattr(before, part) != getattr(after, part):
            yield f"changed: {part}"


def _clauses(before: Pack, after: Pack) -> Iterator[str]:
    for name in dict.fromkeys((*before.clauses, *after.clauses)):
        if name not in after.clauses:
            yield f"gone: clause {name}"
        elif name not in before.clauses:
            yield f"new: clause {name}"
        elif before.clauses[name] != after.clauses[name]:
            yield f"changed: clause {name}"


def _reply(topic: str, speaker: Speaker, before: Version, after: Version) -> ChangedReply | None:
    old, new = _text(*before, topic, speaker), _text(*after, topic, speaker)
    if old == new:
        return None
    state: State = "new" if not old else "gone" if not new else "changed"
    changes = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    shown = (line for line in changes if not line.startswith("@@") and line[1:])
    return ChangedReply(topic, speaker, state, tuple(shown))


def _text(pack: Pack, topics: Topics, topic: str, speaker: Speaker) -> list[str]:
    if topic not in pack.answers:
        return []
    reply = full_reply(pack, topics, topic, speaker, NO_WARNING)
    return [*reply.text.split("\n"), *(f"[{button.title}]" for button in reply.buttons)]
