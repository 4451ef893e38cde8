"""What a reply looks like: paragraphs, lists, a form's progress, and numbers that can be dialled.

Replies are plain text for every channel. Here the text is cut into parts, and the template, which
escapes everything, makes the page of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PROGRESS = re.compile(r"Question (\d{1,3}) of (\d{1,3})\.\s*")
ITEM = re.compile(r"\s*(?:(?P<dash>[-•–])|(?P<number>\d{1,2})\.)\s+(?P<rest>.*)")
LINK = re.compile(
    r"(?P<web>https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<=[Cc]all )(?P<emergency>999)\b"
    r"|\b(?P<phone>0\d{2,4} \d{3,4}(?: \d{3,4})?|116 123)\b"
)


@dataclass(frozen=True)
class Span:
    text: str
    href: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, with a line a row, or a list, with an item a row."""

    kind: str
    rows: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class Prose:
    blocks: tuple[Block, ...]
    step: int | None = None
    steps: int | None = None


def prose(text: str) -> Prose:
    step = steps = None
    if found := PROGRESS.match(text):
        step, steps = int(found[1]), int(found[2])
        text = text[found.end() :]
    blocks = [block for part in re.split(r"\n\s*\n", text) for block in _blocks(part)]
    return Prose(tuple(blocks), step, steps)


def _blocks(part: str) -> Iterator[Block]:
    """A paragraph may go over into a list, and a list into a paragraph."""
    kind, rows = "", list[tuple[Span, ...]]()
    for line in part.split("\n"):
        if not line.strip():
            continue
        item = ITEM.fullmatch(line)
        this = "p" if item is None else "ul" if item["dash"] else "ol"
        if this != kind and rows:
            yield Block(kind, tuple(rows))
            rows = []
        kind = this
        rows.append(tuple(spans(line.strip() if item is None else item["rest"])))
    if rows:
        yield Block(kind, tuple(rows))


def spans(line: str) -> Iterator[Span]:
    end = 0
    for found in LINK.finditer(line):
        if found.start() > end:
            yield Span(line[end : found.start()])
        yield Span(found[0], _target(found))
        end = found.end()
    if end < len(line):
        yield Span(line[end:])


def _target(found: re.Match[str]) -> str:
    if found["web"]:
        return found[0]
    if found["mail"]:
        return f"mailto:{found[0]}"
    return f"tel:{found[0].replace(' ', '')}"
