"""A record with all that followed it, opened in the caller's transaction, for one who holds a key.

Every place that looks into a record comes through here, so that none forgets to check that its
parts stand as they were written.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from bot.cases.entries import KeptFile, OpenedCase
from bot.store import entries, parts, records, watching
from bot.store.records import EVIDENCE
from bot.store.sealing import Sealer


def opened(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    sealed_key: bytes,
    reader: int | None,
    private: bytes,
) -> OpenedCase:
    """`state` and `sealed_key` are what `records.held` gives."""
    record = records.unsealed(sealer, state, sealed_key, private)
    parts.check_line(connection, state)
    followed = entries.kept(connection, state, reader, private)
    files = parts.numbers(connection, state["id"], EVIDENCE)
    return OpenedCase(
        record,
        tuple(followed),
        tuple(map(KeptFile, files)),
        state["moves"],
        state["held"],
        watching.part_of(connection, state["id"], reader),
        state["conversation"] is not None,
        frozenset(one for one in parts.owners(connection, state["id"], state["school"]) if one),
    )
