"""Policy content as plain JSON values and back: for the hash of a pack, and for its cache.

Reading YAML strictly takes some 40 ms a school; reading the same back as JSON takes about two.
What comes back was checked when it was written, so this way back checks nothing. It is made of
JSON rather than pickle so that a tampered cache can at worst say something wrong, not run it.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from bot.policy.fields import SaidDate, wanted

Maker = Callable[[Any], Any]


def to_plain(value: Any) -> Any:
    """Turn dataclasses, tuples and dates into what JSON can hold, leaving defaults out."""
    if isinstance(value, SaidDate):
        return value.text
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return {
            spec.name: to_plain(getattr(value, spec.name))
            for spec in dataclasses.fields(value)
            if spec.name != "lines" and getattr(value, spec.name) != spec.default
        }
    return value


def from_plain(value: Any, kind: Any) -> Any:
    """The way back, for values that `to_plain` made."""
    return maker_for(kind)(value)


@functools.cache
def maker_for(kind: Any) -> Maker:
    """How to make one annotation's value; building this once keeps 300 schools fast."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _choice_maker(arguments)
    if origin is tuple:
        each = maker_for(arguments[0])
        if each is _same:
            return tuple
        return lambda value: tuple([each(item) for item in value])
    if origin in (dict, Mapping):
        each = maker_for(arguments[1])
        return lambda value: {key: each(item) for key, item in value.items()}
    if kind is SaidDate:
        return SaidDate
    if kind is datetime.date:
        return datetime.date.fromisoformat
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _record_maker(kind)
    return _same


def _same(value: Any) -> Any:
    return value


def _choice_maker(kinds: tuple[Any, ...]) -> Maker:
    records = [kind for kind in kinds if kind is not type(None)]
    short = next((kind for kind in records if hasattr(kind, "SHORT")), None)
    main = maker_for(next(kind for kind in records if kind is not short))
    if short is None:
        return lambda value: None if value is None else main(value)
    brief = maker_for(short)
    return lambda value: main(value) if "verdict" in value else brief(value)


def _record_maker(kind: type) -> Maker:
    hints = wanted(kind)
    makers = {name: maker_for(hint) for name, hint in hints.items()}
    special = {name: maker for name, maker in makers.items() if maker is not _same}
    defaults: dict[str, Any] = {"lines": types.MappingProxyType({})}
    for spec in dataclasses.fields(kind):
        if spec.default is not dataclasses.MISSING:
            defaults[spec.name] = spec.default

    def record(value: dict[str, Any]) -> Any:
        made: Any = object.__new__(kind)
        filled = made.__dict__
        filled.update(defaults)
        filled.update(value)
        for name, maker in special.items():
            if name in value:
                filled[name] = maker(value[name])
        return made

    return record
