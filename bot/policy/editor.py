"""The JSON Schema of each kind of content file, for editors that complete and underline.

Made from the same dataclasses that the reader uses, so it can't say anything else. The reader is
stricter still: it also knows about quotes, dates that don't exist and ids that lead nowhere.
"""

from __future__ import annotations

import datetime
import json
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.policy.fields import SaidDate, Text, must_have, wanted
from bot.policy.schema import Clause, HelplineList, PackFile, TopicAnswers, TopicList
from bot.policy.urgent import UrgentFile

DRAFT = "http://json-schema.org/draft-07/schema#"


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by file name."""
    whole: dict[str, Any] = {
        "topics": TopicList,
        "helplines": HelplineList,
        "urgent": UrgentFile,
        "pack": PackFile,
        "clauses": tuple[Clause, ...],
        "answers": tuple[TopicAnswers, ...],
    }
    return {
        f"{name}.schema.json": {"$schema": DRAFT, "title": f"Signpost {name}", **describe(kind)}
        for name, kind in whole.items()
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, schema in schemas().items():
        path = folder / name
        path.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def describe(kind: Any) -> dict[str, Any]:
    """The schema of one annotation."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _text(kind.__metadata__[0])
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [option for each in arguments for option in _options(each)]}
    if origin is tuple:
        return {"type": "array", "items": describe(arguments[0])}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in (dict, Mapping):
        keys = describe(arguments[0])
        return {
            "type": "object",
            "propertyNames": keys,
            "additionalProperties": describe(arguments[1]),
        }
    simple: dict[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: {"type": "integer", "minimum": 0, "maximum": 999_999},
        SaidDate: {"type": ["string", "integer"], "pattern": f"^{SaidDate.FORM}$"},
        datetime.date: {"type": "string", "format": "date"},
    }
    return simple[kind] if kind in simple else _record(kind)


def _options(kind: Any) -> list[dict[str, Any]]:
    if kind is type(None):
        return [{"type": "null"}]
    if hasattr(kind, "SHORT"):
        return [{"const": kind.SHORT}, describe(kind)]
    return [describe(kind)]


def _text(limit: Text) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": limit.longest}
    if limit.pattern:
        schema["pattern"] = f"^{limit.pattern}$"
        schema["description"] = limit.form
    return schema


def _record(kind: type) -> dict[str, Any]:
    hints = wanted(kind)
    needed = must_have(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "properties": {name: describe(hint) for name, hint in hints.items()},
        "required": [name for name in hints if name in needed],
        "additionalProperties": False,
    }
