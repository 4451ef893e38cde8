"""What is remembered of an alarm in a conversation, and of the question whether there is one.

It stands in one line before the dialogue's own memory, so that neither has to know the other.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace

from bot.messages import About, Writer
from bot.policy.urgent import Level

log = logging.getLogger(__name__)

HEADER = b'{"first":'
WORDS_KEPT = 50
"""Messages of an alarm that are passed on together: the first, and the last ones after it."""


@dataclass(frozen=True)
class Standing:
    """What is remembered of an alarm: whether its question is open, and what would be passed on."""

    open: bool = False
    kind: str = ""
    level: str = ""
    writer: Writer = "staff"
    about: About | None = None
    images: bool = False
    words: tuple[str, ...] = ()
    doubted: str = ""
    """A message that may tell of danger, while the person is asked about it."""

    @property
    def severity(self) -> Level:
        return "immediate" if self.level == "immediate" else "serious"


def together(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    every = (*words, text)
    return every if len(every) <= WORDS_KEPT else (every[0], *every[1 - WORDS_KEPT :])


def split(memory: bytes | None) -> tuple[Standing, bytes | None]:
    """What is remembered here, and the dialogue's own memory, which may be all there is."""
    if not memory or not memory.startswith(HEADER):
        return Standing(), memory
    head, _, inner = memory.partition(b"\n")
    try:
        kept = json.loads(head)["first"]
        return Standing(**{**kept, "words": tuple(kept["words"])}), inner or None
    except (ValueError, KeyError, TypeError):
        log.error("what was remembered of an alarm could not be read; it begins again")
        return Standing(), inner or None


def join(standing: Standing, inner: bytes | None) -> bytes:
    if standing == Standing():
        return inner or b""
    head = json.dumps({"first": asdict(standing)}, separators=(",", ":")).encode()
    return head + b"\n" + (inner or b"")


def without_doubt(memory: bytes) -> bytes:
    """The memory without the words that were in doubt, which are handed over now, or wiped."""
    standing, inner = split(memory)
    return join(replace(standing, doubted=""), inner)
