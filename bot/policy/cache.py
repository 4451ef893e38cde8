"""Keeps checked packs as JSON, so that a start with many schools takes seconds, not a minute.

The key is a hash of the very bytes of the pack's files, of the list of topics and of the schema:
when any of them changes the cached pack is simply not found. The cache is a convenience, so
nothing in it is worth an error: a file that can't be read or written is passed over. Whoever can
write to this folder can change answers, as whoever can write to `policy_content/` can: it belongs
under the bot's own data folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.policy import schema
from bot.policy.pack import Files, Pack
from bot.policy.plain import from_plain, to_plain
from bot.policy.shared import Topics


class PackCache:
    """One JSON file a school in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        source = Path(schema.__file__)
        code = [path.read_bytes() for path in sorted(source.parent.glob("*.py"))]
        self._code = hashlib.sha256(b"".join(code)).digest()
        self._topics: tuple[Topics, bytes] | None = None

    def find(self, files: Files, topics: Topics) -> Pack | None:
        """The pack that was made of exactly these files, if it is there."""
        try:
            held: dict[str, Any] = json.loads(self._path(files).read_bytes())
            if held["key"] != self._key(files, topics):
                return None
            pack: Pack = from_plain(held["pack"], Pack)
            return pack
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, files: Files, topics: Topics, pack: Pack) -> None:
        """Write the pack down for next time, whole or not at all."""
        path = self._path(files)
        held = {"key": self._key(files, topics), "pack": to_plain(pack)}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
            unfinished.replace(path)
        except OSError:
            return

    def _path(self, files: Files) -> Path:
        return self.folder / f"{next(iter(files)).split('/')[0]}.json"

    def _key(self, files: Files, topics: Topics) -> str:
        if self._topics is None or self._topics[0] is not topics:
            listed = json.dumps(to_plain(topics.groups), ensure_ascii=False).encode()
            self._topics = (topics, hashlib.sha256(listed).digest())
        made_of = hashlib.sha256(self._code + self._topics[1])
        made_of.update(_length_marked(files))
        return made_of.hexdigest()


def _length_marked(files: Mapping[str, bytes]) -> bytes:
    """All names and contents in one, so that no two sets of files give the same bytes."""
    parts: list[bytes] = []
    for name, data in sorted(files.items()):
        parts += [f"{len(name.encode())} {name} {len(data)} ".encode(), data]
    return b"".join(parts)
