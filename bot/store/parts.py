"""Parts of a record, entries and evidence: sealed alike, each with a fresh key, in one line.

A part opens only under its own record, the record's version, its number and its sort. Nothing is
edited: a part is added, or erased with its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import NotYours
from bot.store import audit, marks
from bot.store.case_tables import part_keys, record_parts
from bot.store.keyring import SealedRecord, lock, open_key, seal_key, unlock_record
from bot.store.sealing import SealError
from bot.store.tables import readers, record_keys, records, schools

ENTRY = "entry"
FIRST_VERSION = 1
ACTS = (audit.ADDED, audit.ANEW)

Owners = Mapping[int | None, bytes]
"""The public keys of those who hold a record, by reader; nobody's is the recovery sheet's."""


@dataclass(frozen=True)
class OpenedPart:
    number: int
    sort: str
    plain: bytes


def owners(connection: Connection, record_id: int, school: str) -> dict[int | None, bytes]:
    """Whoever holds a key to the record now, with their public keys."""
    found: dict[int | None, bytes] = {
        row.id: row.public_key
        for row in connection.execute(
            select(readers.c.id, readers.c.public_key)
            .join(record_keys, record_keys.c.reader_id == readers.c.id)
            .where(record_keys.c.record_id == record_id, readers.c.active)
            .order_by(readers.c.id)
        )
    }
    public = connection.execute(
        select(schools.c.recovery_public).where(schools.c.school == school)
    ).scalar()
    return {**found, None: public} if public else found


def add(connection: Connection, state: dict[str, Any], sort: str, plain: bytes, to: Owners) -> int:
    """Add one to the end of the line. The caller writes the record's new mark."""
    number: int = state["parts"] + 1
    sealed, key = lock(plain, about(state, sort, number))
    of_part = marks.digest(sealed.nonce, sealed.ciphertext)
    added = connection.execute(
        insert(record_parts).values(
            record_id=state["id"],
            number=number,
            sort=sort,
            nonce=sealed.nonce,
            digest=of_part,
            ciphertext=sealed.ciphertext,
        )
    )
    (part,) = added.inserted_primary_key
    give(connection, int(part), key, to)
    state["parts"] = number
    state["head"] = marks.next_head(state["head"], number, sort, of_part)
    return number


def give(connection: Connection, part: int, key: bytes, to: Owners) -> None:
    rows = [
        {"part_id": part, "reader_id": owner, "sealed_key": seal_key(key, public)}
        for owner, public in to.items()
    ]
    if rows:
        connection.execute(insert(part_keys), rows)


def take(connection: Connection, reader: int) -> None:
    """Erase a reader's keys; what they could open is to be encrypted anew."""
    theirs = select(record_keys.c.record_id).where(record_keys.c.reader_id == reader)
    connection.execute(update(records).where(records.c.id.in_(theirs)).values(rekey_due=True))
    connection.execute(delete(part_keys).where(part_keys.c.reader_id == reader))
    connection.execute(delete(record_keys).where(record_keys.c.reader_id == reader))


def check_line(connection: Connection, state: dict[str, Any]) -> None:
    """Whether all parts stand in their order, none more and none less.

    Somebody who kept a copy of all the rows of a record could put it back as it was, with its mark.
    But the chain of audit rows, where nothing can be taken away, counts what was done since.
    """
    head = marks.first_head(state["nonce"], state["ciphertext"])
    number, entries = 0, 0
    for row in connection.execute(
        select(record_parts.c.number, record_parts.c.sort, record_parts.c.digest)
        .where(record_parts.c.record_id == state["id"])
        .order_by(record_parts.c.number)
    ):
        number += 1
        entries += row.sort == ENTRY
        head = marks.next_head(head, row.number, row.sort, row.digest)
    added, anew = (audit.times(connection, state["reference"], act) for act in ACTS)
    older = (entries, state["version"]) != (added, FIRST_VERSION + anew)
    if older or number != state["parts"] or head != state["head"]:
        raise SealError(
            f"What was added to {state['reference']} was changed, removed or reordered in the "
            "database; restore the database from a backup."
        )


def numbers(connection: Connection, record_id: int, sort: str) -> list[int]:
    found = select(record_parts.c.number).where(
        record_parts.c.record_id == record_id, record_parts.c.sort == sort
    )
    return list(connection.execute(found.order_by(record_parts.c.number)).scalars())


def opened(
    connection: Connection,
    state: dict[str, Any],
    reader: int | None,
    private: bytes,
    *,
    sort: str | None = None,
    number: int | None = None,
) -> Iterator[OpenedPart]:
    """Those of one sort, or the one of a number, or all; one at a time, as files are large."""
    query = _held(reader).where(record_parts.c.record_id == state["id"])
    if sort is not None:
        query = query.where(record_parts.c.sort == sort)
    if number is not None:
        query = query.where(record_parts.c.number == number)
    for part, sealed_key in connection.execute(query).all():
        yield open_one(connection, state, part, open_key(sealed_key, private))


def open_one(connection: Connection, state: dict[str, Any], part: int, key: bytes) -> OpenedPart:
    row = connection.execute(select(record_parts).where(record_parts.c.id == part)).one()
    if marks.digest(row.nonce, row.ciphertext) != row.digest:
        raise SealError(
            f"Part {row.number} of {state['reference']} was changed in the database; "
            "restore the database from a backup."
        )
    sealed = SealedRecord(row.nonce, row.ciphertext)
    plain = unlock_record(sealed, about(state, row.sort, row.number), key)
    return OpenedPart(row.number, row.sort, plain)


def _held(reader: int | None) -> Any:
    mine = part_keys.c.reader_id.is_(None) if reader is None else part_keys.c.reader_id == reader
    return (
        select(record_parts.c.id, part_keys.c.sealed_key)
        .join(part_keys, part_keys.c.part_id == record_parts.c.id)
        .where(mine)
        .order_by(record_parts.c.number)
    )


def keys_of(connection: Connection, record_id: int, reader: int | None) -> list[tuple[int, bytes]]:
    """The parts of a record that a reader holds keys to, with those keys, still sealed."""
    query = _held(reader).where(record_parts.c.record_id == record_id)
    return [(row.id, row.sealed_key) for row in connection.execute(query)]


def not_yours(reference: str) -> NotYours:
    return NotYours(
        f"There is nothing under {reference} that you can open. Check the reference; if it is "
        "right, the record is for other readers."
    )


def about(state: dict[str, Any], sort: str, number: int) -> bytes:
    return f"{state['reference']}|{state['version']}|{state['school']}|{sort}|{number}".encode()
