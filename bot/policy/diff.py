"""`packs diff OLD NEW`: which answers change when a school's policy changes.

Two pack folders are compared by what a person would read. Each is read with the `topics.yml`
beside it, so that a pack of last year can still be compared.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from pathlib import Path

from bot.messages import ROLES
from bot.messages import Role as Speaker
from bot.policy.pack import Pack, gather, read_pack
from bot.policy.shared import Topics, read_topics
from bot.policy.wording import full_reply

NO_WARNING = datetime.date.min


def diff(old: Path, new: Path) -> list[str]:
    """What is different between two pack folders, in lines; no lines if nothing is."""
    old_topics, new_topics = read_topics(old.parent), read_topics(new.parent)
    before = read_pack(gather(old), old_topics)
    after = read_pack(gather(new), new_topics)
    if before.hash == after.hash:
        return []
    lines = [f"Version {before.hash[:12]} -> {after.hash[:12]}"]
    lines += _frame(before, after)
    lines += _clauses(before, after)
    for topic in dict.fromkeys((*old_topics.by_slug, *new_topics.by_slug)):
        for speaker in ROLES:
            lines += _reply(topic, speaker, (before, old_topics), (after, new_topics))
    return lines


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


def _reply(
    topic: str, speaker: Speaker, before: tuple[Pack, Topics], after: tuple[Pack, Topics]
) -> list[str]:
    old, new = _text(*before, topic, speaker), _text(*after, topic, speaker)
    if old == new:
        return []
    state = "new" if not old else "gone" if not new else "changed"
    changes = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    shown = [line for line in changes if not line.startswith("@@") and line[1:]]
    return ["", f"{state}: {topic}, {speaker}", *shown]


def _text(pack: Pack, topics: Topics, topic: str, speaker: Speaker) -> list[str]:
    if topic not in pack.answers:
        return []
    reply = full_reply(pack, topics, topic, speaker, NO_WARNING)
    return [*reply.text.split("\n"), *(f"[{button.title}]" for button in reply.buttons)]
