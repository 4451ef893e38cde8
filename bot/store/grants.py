"""Keys that are given, taken and made anew after a record was sealed.

Only somebody who can open a record can give it: the server can't. It looks at whom it may be given
to all the same, since whoever a record is about must not get it through a colleague's kindness.
Each function handles one record, or one reader, in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.exclusion import is_barred
from bot.errors import Excluded, UnknownReader
from bot.store import audit, exclusion, marks, parts, records
from bot.store import readers as people
from bot.store.audit import Act
from bot.store.case_tables import part_keys, record_parts
from bot.store.keyring import SealedRecord, lock, open_key, seal_key, unlock_record
from bot.store.sealing import Sealer
from bot.store.tables import readers, record_keys
from bot.store.tables import records as table


@dataclass(frozen=True)
class Granted:
    """References: of what was given, and of what this reader must never have."""

    given: tuple[str, ...]
    refused: tuple[str, ...]


def common(connection: Connection, giver: int | None, school: str, to: int) -> list[str]:
    """What the giver holds at a school and the other doesn't."""
    theirs = record_keys.alias("theirs")
    mine = record_keys.c.reader_id.is_(None) if giver is None else record_keys.c.reader_id == giver
    query = (
        select(table.c.reference)
        .join(record_keys, record_keys.c.record_id == table.c.id)
        .where(
            mine,
            table.c.school == school,
            ~select(theirs.c.id)
            .where(theirs.c.record_id == table.c.id, theirs.c.reader_id == to)
            .exists(),
        )
        .order_by(table.c.id)
    )
    return list(connection.execute(query).scalars())


def grant(
    connection: Connection,
    sealer: Sealer,
    reference: str,
    giver: int | None,
    private: bytes,
    to: int,
    now: datetime,
) -> None:
    """Give one record with all its parts; Excluded when it is about whom it is given to."""
    held, sealed_key = records.held(connection, reference, giver)
    opened = records.unsealed(sealer, held, sealed_key, private)
    state = marks.locked(connection, sealer, reference)
    row = connection.execute(
        select(readers)
        .where(readers.c.id == to, readers.c.school == state["school"], readers.c.active)
        .with_for_update(read=True)
    ).first()
    if row is None:
        raise UnknownReader(f"{state['school']} has no reader {to}; nothing was given.")
    known = people.everyone(connection, sealer, state["school"])
    candidate = next(one for one in known if one.id == to)
    if not candidate.receives:
        raise UnknownReader(
            f"Reader {to} looks after Signpost and receives no records; nothing was given."
        )
    remembered = exclusion.remembered(sealer, state)
    if is_barred(candidate, opened.record, remembered, known):
        raise Excluded(
            f"{reference} can't be given to this reader: it is about them, or they have a part in "
            "it. Nothing was given."
        )
    copied = connection.execute(
        select(record_keys.c.stage, record_keys.c.due_at)
        .where(record_keys.c.record_id == state["id"])
        .limit(1)
    ).one()
    key = seal_key(open_key(sealed_key, private), row.public_key)
    connection.execute(delete(record_keys).where(_of(record_keys, state["id"], to)))
    connection.execute(
        insert(record_keys).values(
            record_id=state["id"],
            reader_id=to,
            sealed_key=key,
            stage=copied.stage,
            due_at=copied.due_at,
        )
    )
    for part, sealed in parts.keys_of(connection, state["id"], giver):
        mine = (part_keys.c.part_id == part) & (part_keys.c.reader_id == to)
        connection.execute(delete(part_keys).where(mine))
        parts.give(connection, part, open_key(sealed, private), {to: row.public_key})
    act = Act(audit.reader(giver), f"granted to {audit.reader(to)}", reference)
    audit.write(connection, sealer, now, act)


def to_rekey(connection: Connection, reader: int | None, limit: int) -> list[str]:
    mine = (
        record_keys.c.reader_id.is_(None) if reader is None else record_keys.c.reader_id == reader
    )
    query = (
        select(table.c.reference)
        .join(record_keys, record_keys.c.record_id == table.c.id)
        .where(mine, table.c.rekey_due)
        .order_by(table.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def rekey(
    connection: Connection,
    sealer: Sealer,
    reference: str,
    reader: int | None,
    private: bytes,
    now: datetime,
) -> None:
    """Encrypt a record and its parts with new keys, for those who hold it now and no others."""
    held, sealed_key = records.held(connection, reference, reader)
    records.unsealed(sealer, held, sealed_key, private)
    state = marks.locked(connection, sealer, reference)
    parts.check_line(connection, state)
    to = parts.owners(connection, state["id"], state["school"])
    old, version = dict(state), state["version"] + 1
    plain = unlock_record(
        SealedRecord(old["nonce"], old["ciphertext"]),
        records.about(reference, old["version"], old["school"]),
        open_key(sealed_key, private),
    )
    sealed, key = lock(plain, records.about(reference, version, old["school"]))
    state.update(version=version, head=marks.first_head(sealed.nonce, sealed.ciphertext))
    for owner, public in to.items():
        connection.execute(
            update(record_keys)
            .where(_of(record_keys, state["id"], owner))
            .values(sealed_key=seal_key(key, public))
        )
    mine = parts.keys_of(connection, state["id"], reader)
    if len(mine) != state["parts"]:
        raise parts.not_yours(reference)
    for part, sealed_part_key in mine:
        _rekey_part(connection, old, state, part, open_key(sealed_part_key, private), to)
    marks.write(
        connection,
        sealer,
        state,
        version=version,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
        rekey_due=False,
    )
    audit.write(connection, sealer, now, Act(audit.reader(reader), audit.ANEW, reference))


def _rekey_part(
    connection: Connection,
    old: dict[str, Any],
    state: dict[str, Any],
    part: int,
    key: bytes,
    to: parts.Owners,
) -> None:
    opened = parts.open_one(connection, old, part, key)
    sealed, new_key = lock(opened.plain, parts.about(state, opened.sort, opened.number))
    digest = marks.digest(sealed.nonce, sealed.ciphertext)
    connection.execute(
        update(record_parts)
        .where(record_parts.c.id == part)
        .values(nonce=sealed.nonce, ciphertext=sealed.ciphertext, digest=digest)
    )
    connection.execute(delete(part_keys).where(part_keys.c.part_id == part))
    parts.give(connection, part, new_key, to)
    state["head"] = marks.next_head(state["head"], opened.number, opened.sort, digest)


def _of(keys: Any, record: int, owner: int | None) -> Any:
    mine = keys.c.reader_id.is_(None) if owner is None else keys.c.reader_id == owner
    return (keys.c.record_id == record) & mine
