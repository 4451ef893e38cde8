"""Reads a YAML file of policy content into a plain tree that remembers its lines.

YAML can do far more than a pack needs, and each of the extras is a way to break a running bot:
anchors that multiply (the "bomb"), tags that build objects, nesting so deep that the C library
crashes, keys given twice of which the last silently wins. So the tree is built here from the
parser's events, one at a time, and everything but maps, lists and text is refused with the file,
the line and what to do. No value is guessed: `no` stays text and `bot.policy.fields` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.errors import PackError

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

GUESSED = re.compile(
    r"(?i:yes|no|on|off|y|n|true|false|null|~)|[-+.]?\d[\d_.,:eE+-]*|\.inf|\.nan|", re.ASCII
)
"""Unquoted words that other YAML readers would turn into something that isn't text."""


@dataclass(frozen=True)
class Scalar:
    text: str
    plain: bool
    line: int


@dataclass(frozen=True)
class Listing:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    line: int
    items: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Listing | Table


def refuse(file: str, line: int, field_name: str, what: str) -> PackError:
    """The one form of every complaint about policy content."""
    place = f"{file}, line {line}"
    return PackError(f"{place}, {field_name}: {what}" if field_name else f"{place}: {what}")


def read_bytes(path: Path, file: str) -> bytes:
    """Read a content file, unless it is too big or not a plain file."""
    try:
        if not path.is_file():
            found = "it is not a file" if path.exists() else "it does not exist"
            raise refuse(file, 1, "", f"can't be read, because {found}.")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refuse(file, 1, "", f"can't be read ({reason}); check its permissions.") from error
    if len(data) > MAX_BYTES:
        raise refuse(file, 1, "", "is larger than 1 MB; split it into smaller files.")
    return data


def parse(data: bytes, file: str) -> Node:
    """Turn a file's bytes into a tree, or say exactly where they are wrong."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(file, line, "", "has a byte that isn't UTF-8; save it as UTF-8.") from error
    try:
        return _Builder(file).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise refuse(file, line, "", f"isn't YAML: {error.problem or error.context}.") from error
    except yaml.reader.ReaderError as error:
        line = data.count(b"\n", 0, max(error.position, 0)) + 1
        raise refuse(file, line, "", "has a control character; take it out.") from error


class _Builder:
    """Takes the parser's events in order and hangs each value where it belongs."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[Listing | Table] = []
        self.keys: list[Scalar | None] = []
        self.root: Node | None = None

    def build(self, text: str) -> Node:
        documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            if isinstance(event, yaml.ScalarEvent):
                self._plain_only(event, line)
                self._hang(Scalar(event.value, not event.style, line))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._plain_only(event, line)
                started = Listing(line) if isinstance(event, yaml.SequenceStartEvent) else None
                self._start(started or Table(line), line)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                self.open.pop()
                self.keys.pop()
            elif isinstance(event, yaml.AliasEvent):
                raise refuse(self.file, line, f"*{event.anchor}", "aliases aren't allowed.")
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise refuse(self.file, line, "---", "one file holds one document.")
        if self.root is None:
            raise refuse(self.file, 1, "", "is empty.")
        return self.root

    def _plain_only(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            raise refuse(self.file, line, f"&{event.anchor}", "anchors aren't allowed.")
        tag: str | None = getattr(event, "tag", None)
        if tag:
            raise refuse(self.file, line, tag, "tags aren't allowed; write plain text.")

    def _start(self, node: Listing | Table, line: int) -> None:
        self._hang(node)
        self.open.append(node)
        self.keys.append(None)
        if len(self.open) > MAX_DEPTH:
            raise refuse(self.file, line, "", f"is nested more than {MAX_DEPTH} levels deep.")

    def _hang(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self._new_key(parent, node)
            return
        parent.items[key.text] = node
        parent.lines[key.text] = key.line
        self.keys[-1] = None

    def _new_key(self, parent: Table, node: Node) -> None:
        if not isinstance(node, Scalar):
            raise refuse(self.file, node.line, "", "a key must be a word.")
        if node.text in parent.items:
            first = parent.lines[node.text]
            raise refuse(self.file, node.line, node.text, f"is given twice (first on line {first})")
        self.keys[-1] = node
