"""What ties a record's clear columns and its parts together: one mark under the server key.

A part opens only under its own record and number. But anybody who can write to the database could
add a part of their own, sealed with readers' public keys, or take the last ones away, or say that a
record is closed. So the record carries a digest of all its parts in their order, and a mark on that
and on whatever stands in clear.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.errors import UnknownRecord
from bot.store.sealing import Sealer, SealError
from bot.store.tables import records

PURPOSE = "record"
MARKED = ("reference", "school", "kind", "severity", "status", "version", "moves", "parts")


def digest(*pieces: bytes) -> bytes:
    whole = hashlib.blake2b(digest_size=32)
    for piece in pieces:
        whole.update(len(piece).to_bytes(8, "big"))
        whole.update(piece)
    return whole.digest()


def first_head(nonce: bytes, ciphertext: bytes) -> bytes:
    """The digest of a record that has no parts yet."""
    return digest(b"record", nonce, ciphertext)


def next_head(head: bytes, number: int, sort: str, of_part: bytes) -> bytes:
    return digest(head, number.to_bytes(8, "big"), sort.encode(), of_part)


def mark(sealer: Sealer, state: dict[str, Any]) -> bytes:
    return sealer.mark(_said(state), PURPOSE)


def _said(state: dict[str, Any]) -> bytes:
    said = [str(state[name]) for name in MARKED]
    excluded = state["excluded"] or b""
    tie = state["thread"] or b""
    return json.dumps([*said, state["head"].hex(), excluded.hex(), tie.hex()]).encode()


def locked(connection: Connection, sealer: Sealer, reference: str) -> dict[str, Any]:
    """A record's row, for this transaction to change; refused if it was tampered with."""
    row = connection.execute(
        select(records).where(records.c.reference == reference).with_for_update()
    ).first()
    if row is None:
        raise UnknownRecord(f"There is no record {reference}. Check the reference.")
    state = dict(row._mapping)
    check(sealer, state)
    return state


def check(sealer: Sealer, state: dict[str, Any]) -> None:
    if state["head"] is None or not sealer.marked(_said(state), PURPOSE, state["mark"]):
        raise SealError(
            f"What is said of the record {state['reference']} was changed in the database; "
            "restore the database from a backup."
        )


def write(connection: Connection, sealer: Sealer, state: dict[str, Any], **changes: Any) -> None:
    """Change the row, and mark what it says now. `state` takes the changes on."""
    state.update(changes)
    connection.execute(
        update(records)
        .where(records.c.id == state["id"])
        .values(**changes, head=state["head"], parts=state["parts"], mark=mark(sealer, state))
    )


def mark_all(connection: Connection, sealer: Sealer) -> None:
    """For records from before there were marks; they have no parts."""
    for row in connection.execute(select(records).where(records.c.mark.is_(None))).all():
        state = {**row._mapping, "head": first_head(row.nonce, row.ciphertext)}
        write(connection, sealer, state)
