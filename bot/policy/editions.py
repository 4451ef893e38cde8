"""An edition of a school's pack as bytes, to be kept and compared with a later one.

It holds the topics as well, because a reply names them, and last year's list was another. What was
written by another version of the code may not be readable any more; then there is nothing to show.
"""

from __future__ import annotations

import json
import zlib

from bot.errors import BotError
from bot.policy.diff import Version
from bot.policy.pack import Pack
from bot.policy.plain import from_plain, to_plain
from bot.policy.schema import TopicList
from bot.policy.shared import Topics


def write_edition(pack: Pack, topics: Topics) -> bytes:
    held = {"pack": to_plain(pack), "topics": to_plain(TopicList(groups=topics.groups))}
    return zlib.compress(json.dumps(held, ensure_ascii=False).encode())


def read_edition(body: bytes) -> Version | None:
    try:
        held = json.loads(zlib.decompress(body))
        pack: Pack = from_plain(held["pack"], Pack)
        listed: TopicList = from_plain(held["topics"], TopicList)
        by_slug = {topic.slug: topic for group in listed.groups for topic in group.topics}
        group_of = {topic.slug: group.slug for group in listed.groups for topic in group.topics}
        return pack, Topics(listed.groups, by_slug, group_of)
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, BotError):
        return None
