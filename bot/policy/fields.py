"""Turns a tree of `bot.policy.nodes` into the frozen dataclasses of the schema, strictly.

The dataclasses are the schema: what a field may hold is read from its annotation, by this module
for packs and by `bot.policy.editor` for the JSON Schema, so the two can't drift apart. Readers
are built once per type. Each complaint names the file, the line and the field.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import functools
import re
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.policy.nodes import GUESSED, Listing, Node, Scalar, Table, refuse

T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """A limit on a piece of text: its length, and its form where it has one."""

    longest: int
    pattern: str | None = None
    form: str = ""


@dataclass(frozen=True)
class SaidDate:
    """A date as exactly as a policy states it: a year, a month or a day."""

    text: str

    FORM: typing.ClassVar[str] = r"\d{4}(-\d{2}(-\d{2})?)?"

    @classmethod
    def read(cls, text: str) -> SaidDate:
        """Raises ValueError when there is no such date."""
        if not re.fullmatch(cls.FORM, text):
            raise ValueError(text)
        said = cls(text)
        said.last_day()
        return said

    def last_day(self) -> datetime.date:
        """The last day it can mean, so that a month isn't past before it has ended."""
        parts = [int(part) for part in self.text.split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        if not 1 <= month <= 12 or year < 1:
            raise ValueError(self.text)
        day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
        return datetime.date(year, month, day)

    def words(self) -> str:
        """As a person writes it: "2022", "March 2022", "23 January 2023"."""
        parts = self.text.split("-")
        last = self.last_day()
        month = calendar.month_name[last.month]
        return {1: parts[0], 2: f"{month} {parts[0]}"}.get(
            len(parts), f"{last.day} {month} {parts[0]}"
        )


@dataclass(frozen=True, kw_only=True)
class Lined:
    """A record that remembers on which line each of its keys stood."""

    lines: Mapping[str, int] = dataclasses.field(
        default_factory=dict, compare=False, repr=False, hash=False
    )


@dataclass(frozen=True)
class Spot:
    """Where the reader is: the file, and the way to the field."""

    file: str
    trail: str = ""

    def inside(self, step: str) -> Spot:
        return Spot(self.file, f"{self.trail}.{step}" if self.trail else step)

    def at(self, number: int) -> Spot:
        return Spot(self.file, f"{self.trail}[{number}]")


Reader = Callable[[Node, Spot], Any]


def read(node: Node, kind: type[T], file: str) -> T:
    """Read a whole file's tree as `kind`."""
    return typing.cast(T, reader_for(typing.cast(Hashable, kind))(node, Spot(file)))


def read_list(node: Node, kind: type[T], file: str) -> tuple[T, ...]:
    """Read a whole file's tree as a list of `kind`."""
    return typing.cast(
        "tuple[T, ...]", _list_reader(reader_for(typing.cast(Hashable, kind)))(node, Spot(file))
    )


def wanted(kind: type) -> dict[str, Any]:
    """The keys of a dataclass with their annotations, without the lines it remembers."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind) if f.name != "lines"}


def must_have(kind: type) -> set[str]:
    """The keys that have no default."""
    missing = dataclasses.MISSING
    return {
        f.name
        for f in dataclasses.fields(kind)
        if f.default is missing and f.default_factory is missing
    }


@functools.cache
def reader_for(kind: Any) -> Reader:
    """The reader of one annotation."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _text_reader(kind.__metadata__[0])
    if origin in (typing.Union, types.UnionType):
        return _choice_reader(typing.get_args(kind))
    if origin is tuple:
        return _list_reader(reader_for(typing.get_args(kind)[0]))
    if origin is typing.Literal:
        return _literal_reader(typing.get_args(kind))
    if origin in (dict, Mapping):
        return _map_reader(*typing.get_args(kind))
    plain: dict[Any, Reader] = {
        bool: _read_bool,
        int: _read_int,
        SaidDate: _read_said_date,
        datetime.date: _read_date,
    }
    return plain[kind] if kind in plain else _record_reader(kind)


def _words(node: Node, spot: Spot) -> str:
    if not isinstance(node, Scalar):
        raise refuse(spot.file, node.line, spot.trail, "must be text.")
    return node.text


def _text_reader(limit: Text) -> Reader:
    form = re.compile(limit.pattern) if limit.pattern else None

    def text(node: Node, spot: Spot) -> str:
        words = _words(node, spot)
        if isinstance(node, Scalar) and node.plain and GUESSED.fullmatch(words):
            problem = "is empty." if not words else f'needs quotes: "{words}".'
            raise refuse(spot.file, node.line, spot.trail, problem)
        if not words.strip():
            raise refuse(spot.file, node.line, spot.trail, "is empty.")
        if len(words) > limit.longest:
            problem = f"is {len(words)} characters long; at most {limit.longest} fit."
            raise refuse(spot.file, node.line, spot.trail, problem)
        if form and not form.fullmatch(words):
            problem = f"is {words[:60]!r}; it must be {limit.form}."
            raise refuse(spot.file, node.line, spot.trail, problem)
        return words.strip()

    return text


def _literal_reader(allowed: tuple[str, ...]) -> Reader:
    def literal(node: Node, spot: Spot) -> str:
        words = _words(node, spot)
        if words not in allowed:
            problem = f"is {words[:60]!r}; it must be one of: {', '.join(allowed)}."
            raise refuse(spot.file, node.line, spot.trail, problem)
        if isinstance(node, Scalar) and node.plain and GUESSED.fullmatch(words):
            raise refuse(spot.file, node.line, spot.trail, f'needs quotes: "{words}".')
        return words

    return literal


def _read_bool(node: Node, spot: Spot) -> bool:
    words = _words(node, spot)
    if words not in ("true", "false"):
        raise refuse(spot.file, node.line, spot.trail, "must be true or false.")
    return words == "true"


def _read_int(node: Node, spot: Spot) -> int:
    words = _words(node, spot)
    if not re.fullmatch(r"\d{1,6}", words):
        raise refuse(spot.file, node.line, spot.trail, "must be a whole number.")
    return int(words)


def _read_said_date(node: Node, spot: Spot) -> SaidDate:
    try:
        return SaidDate.read(_words(node, spot))
    except ValueError as error:
        problem = "must be a date: 2022, 2022-03 or 2022-03-31."
        raise refuse(spot.file, node.line, spot.trail, problem) from error


def _read_date(node: Node, spot: Spot) -> datetime.date:
    words = _words(node, spot)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            raise ValueError(words)
        return datetime.date.fromisoformat(words)
    except ValueError as error:
        raise refuse(spot.file, node.line, spot.trail, "must be a day: 2022-03-31.") from error


def _list_reader(each: Reader) -> Reader:
    def listing(node: Node, spot: Spot) -> tuple[Any, ...]:
        if not isinstance(node, Listing):
            raise refuse(spot.file, node.line, spot.trail, "must be a list.")
        return tuple(each(item, spot.at(number)) for number, item in enumerate(node.items, 1))

    return listing


def _map_reader(key_kind: Any, value_kind: Any) -> Reader:
    key_reader, value_reader = reader_for(key_kind), reader_for(value_kind)

    def mapping(node: Node, spot: Spot) -> dict[str, Any]:
        table = _table(node, spot)
        found: dict[str, Any] = {}
        for key, value in table.items.items():
            key_reader(Scalar(key, False, table.lines[key]), spot.inside(key))
            found[key] = value_reader(value, spot.inside(key))
        return found

    return mapping


def _choice_reader(kinds: tuple[Any, ...]) -> Reader:
    """`X | None`, or two records of which one has a short form (`not_covered`)."""
    nullable = type(None) in kinds
    records = [kind for kind in kinds if kind is not type(None)]
    short = next((kind for kind in records if hasattr(kind, "SHORT")), None)
    main = reader_for(next(kind for kind in records if kind is not short))

    def choice(node: Node, spot: Spot) -> Any:
        if isinstance(node, Scalar):
            if nullable and node.plain and node.text in ("null", "~", ""):
                return None
            if short is not None and node.text == short.SHORT:
                return short()
        if short is not None and isinstance(node, Table) and short.SHORT in node.items:
            return reader_for(short)(node, spot)
        return main(node, spot)

    return choice


def _table(node: Node, spot: Spot) -> Table:
    if not isinstance(node, Table):
        raise refuse(spot.file, node.line, spot.trail, "must be a group of `key: value` lines.")
    return node


def _record_reader(kind: type) -> Reader:
    readers = {name: reader_for(hint) for name, hint in wanted(kind).items()}
    needed = must_have(kind)
    lined = issubclass(kind, Lined)

    def record(node: Node, spot: Spot) -> Any:
        table = _table(node, spot)
        found: dict[str, Any] = {}
        for key, value in table.items.items():
            if key not in readers:
                problem = f"is not a key known here; known are: {', '.join(readers)}."
                raise refuse(spot.file, table.lines[key], spot.inside(key).trail, problem)
            found[key] = readers[key](value, spot.inside(key))
        for key in readers:
            if key in needed and key not in found:
                raise refuse(spot.file, table.line, spot.inside(key).trail, "is missing.")
        if lined:
            found["lines"] = {"": table.line, **table.lines}
        return kind(**found)

    return record
