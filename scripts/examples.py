"""All that the encoder is tuned by: what is asked, what is danger, and who did something."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

LONG, PIECE = 45, 28
"""Words of a message that the alarm reads as one, and of a piece of a longer one."""
ABOUT_HARM = {"harm", "cyberbullying", "reporting", "flows", "follow-ups"}
"""Folders of `nlu/` whose examples may be alarms themselves; what stands in others is harmless."""
HARMLESS = "none"


class Row(NamedTuple):
    """An example; `topic`, `alarm` or `who` is None where it teaches nothing about that."""

    text: str
    topic: str | None
    alarm: str | None
    who: str | None
    unseen: bool


def examples(folder: Path) -> Iterator[Row]:
    """Each example, and whether it is kept from the tuning to judge by."""
    for path in sorted(folder.rglob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")).get("nlu") or ():
            for line in entry["examples"].splitlines():
                if text := line.removeprefix("- ").strip():
                    alarm = _harmless(path.parent.name, folder.name)
                    yield Row(text, entry["intent"], alarm, None, left_out(text))
    for path in sorted((folder / "more").rglob("*.txt")):
        kind = {"outside": "outside/", "flows": ""}.get(path.parent.name, "ask/")
        for text in path.read_text("utf-8").splitlines():
            alarm = _harmless(path.parent.name, folder.name)
            yield Row(text, kind + path.stem, alarm, None, False)
    for path in sorted((folder / "urgent").glob("*.txt")):
        alarm = HARMLESS if path.stem.startswith("none-") else path.stem
        for text in path.read_text("utf-8").splitlines():
            # Of something harmless no part is an alarm either.
            for part in _in_pieces(text) if alarm == HARMLESS else [text]:
                yield Row(part, None, alarm, None, left_out(text))
    for path in sorted((folder / "details" / "who").glob("*.txt")):
        for text in path.read_text("utf-8").splitlines():
            yield Row(text, None, None, path.stem, left_out(text))


def _in_pieces(text: str) -> list[str]:
    words = text.split()
    if len(words) <= LONG:
        return [text]
    return [" ".join(words[at : at + PIECE]) for at in range(0, len(words), PIECE)]


def _harmless(group: str, root: str) -> str | None:
    return None if group in ABOUT_HARM or group == root else HARMLESS


def left_out(text: str) -> bool:
    """The same rule as in `bot/language/tuning.py`; a test holds the two together."""
    return zlib.crc32(text.encode()[::-1]) % 6 == 0
