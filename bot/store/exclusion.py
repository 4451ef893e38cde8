"""Who must never have a key to a record, remembered from the moment it was routed.

The list is sealed with the server key: whom a record is about is nobody's business who steals the
database, but the server must be able to refuse a grant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bot.cases.people import Reader
from bot.store.sealing import Sealer

LENGTH = 256
"""Of the sealed list, so that an empty one looks like any other."""


def sealed(sealer: Sealer, reference: str, excluded: Iterable[Reader]) -> bytes:
    numbers = json.dumps(sorted(reader.id for reader in excluded))
    return sealer.seal(numbers.ljust(LENGTH).encode(), *_place(reference))


def remembered(sealer: Sealer, state: dict[str, Any]) -> frozenset[int]:
    if state["excluded"] is None:
        return frozenset()
    numbers: list[int] = json.loads(sealer.open(state["excluded"], *_place(state["reference"])))
    return frozenset(numbers)


def _place(reference: str) -> tuple[str, str, str]:
    return "records", reference, "excluded"
