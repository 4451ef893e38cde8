"""Records that were handed over: kept once, sealed, with an alert to each who must know.

What the work needs stands in clear: reference, school, kind, severity, status and time. It is in
the sealed part too, and both must agree, so that nobody who can write to the database can turn an
urgent report into a routine one. Everything here happens in the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.cases.people import Reader
from bot.cases.proof import fingerprint
from bot.cases.records import Evidence, NewRecord, OpenedRecord, RecordLine
from bot.cases.registers import review_day
from bot.cases.routing import Handover
from bot.cases.workflow import first_status
from bot.errors import NoReaders, ReaderChanged, ReferenceTaken
from bot.store import audit, drafts, exclusion, marks, parts, thread, watching
from bot.store import readers as people
from bot.store.audit import Act
from bot.store.entries import CLOSED, STAGES
from bot.store.inbox import INSERT
from bot.store.keyring import SealedRecord, lock, open_key, seal_key, unlock_record
from bot.store.parts import FIRST_VERSION
from bot.store.sealing import Sealer, SealError
from bot.store.tables import readers, record_keys, records

EVIDENCE = "evidence"


def keep(
    connection: Connection,
    sealer: Sealer,
    handover: Handover,
    now: datetime,
    conversation: str | None = None,
    files: Sequence[Evidence] = (),
) -> None:
    """Write the record, a key for each who may open it, and their alerts.

    Evidence that was kept with the conversation goes along, sealed like the record, and so do
    `files`, which came with what was written down for somebody.
    """
    packed = [drafts.pack(file, now) for file in files]
    if conversation is not None:
        packed += drafts.taken(connection, sealer, conversation)
    digests = tuple(drafts.unpack(one).sha256 for one in packed)
    record = replace(handover.record, files=digests)
    handover = replace(handover, record=record)
    keys = _public_keys(connection, record.school, [*handover.holders])
    recovery = people.recovery(connection, record.school)
    if not keys and recovery is None:
        raise NoReaders(
            f"Nobody can receive reports at {record.school} yet. Add a reader with `people add`."
        )
    sealed, key = lock(_pack(record, now), about(record.reference, FIRST_VERSION, record.school))
    state = _write(connection, sealer, handover, sealed, now, conversation)
    number = state["id"]
    owners: dict[int | None, bytes] = dict(keys.items())
    if recovery is not None:
        owners[None] = recovery
    connection.execute(
        insert(record_keys),
        [
            {
                "record_id": number,
                "reader_id": owner,
                "sealed_key": seal_key(key, public),
                "stage": STAGES[state["status"]],
            }
            for owner, public in owners.items()
        ],
    )
    for plain in packed:
        parts.add(connection, state, EVIDENCE, plain, owners)
    if state["parts"]:
        marks.write(connection, sealer, state)
    watching.begin(connection, sealer, handover, number, now)
    audit.write(connection, sealer, now, Act(audit.BOT, "stored", record.reference))


def _public_keys(connection: Connection, school: str, wanted: list[Reader]) -> dict[int, bytes]:
    # Locked, so that nobody is removed in between and keeps this one record.
    found = connection.execute(
        select(readers.c.id, readers.c.public_key)
        .where(
            readers.c.id.in_([reader.id for reader in wanted]),
            readers.c.school == school,
            readers.c.active,
        )
        .order_by(readers.c.id)
        .with_for_update(read=True)
    ).all()
    if len(found) != len(wanted):
        raise ReaderChanged("Somebody who was to receive this record has just been removed.")
    return {row.id: row.public_key for row in found}


def _write(
    connection: Connection,
    sealer: Sealer,
    handover: Handover,
    sealed: SealedRecord,
    now: datetime,
    conversation: str | None,
) -> dict[str, Any]:
    """Write the row; what stands in it, for what is added next."""
    record = handover.record
    status = first_status(record.kind)
    state: dict[str, Any] = {
        "reference": record.reference,
        "school": record.school,
        "kind": record.kind,
        "severity": record.severity,
        "status": status,
        "opened_at": now,
        "closed_at": now if status == CLOSED else None,
        "version": FIRST_VERSION,
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
        "moves": 0,
        "parts": 0,
        "head": marks.first_head(sealed.nonce, sealed.ciphertext),
        "excluded": exclusion.sealed(sealer, record.reference, handover.route.excluded),
        **thread.tie(sealer, record.reference, conversation),
        "fingerprint": thread.proven(sealer, record.reference, fingerprint(record)),
        "review_on": review_day(record.kind, now, "", None),
    }
    state["mark"] = marks.mark(sealer, state)
    written = connection.execute(
        INSERT[connection.dialect.name](records)
        .values(**state)
        .on_conflict_do_nothing(index_elements=["reference"])
    )
    if written.rowcount != 1:
        raise ReferenceTaken(f"There is a record {record.reference} already; take another name.")
    thread.renew(connection, state)
    (number,) = written.inserted_primary_key
    return {**state, "id": int(number)}


def opened(
    connection: Connection, sealer: Sealer, reference: str, reader: int | None, private: bytes
) -> OpenedRecord:
    """Open a record with a reader's private key, or with the recovery key if `reader` is None."""
    return unsealed(sealer, *held(connection, reference, reader), private)


def held(
    connection: Connection, reference: str, reader: int | None
) -> tuple[dict[str, Any], bytes]:
    """A record's row, with the reader's key to it, still sealed."""
    mine = (
        record_keys.c.reader_id.is_(None) if reader is None else record_keys.c.reader_id == reader
    )
    row = connection.execute(
        select(records, record_keys.c.sealed_key)
        .join(record_keys, record_keys.c.record_id == records.c.id)
        .where(records.c.reference == reference, mine)
    ).first()
    if row is None:
        raise parts.not_yours(reference)
    state = dict(row._mapping)
    return state, state.pop("sealed_key")


def unsealed(
    sealer: Sealer, state: dict[str, Any], sealed_key: bytes, private: bytes
) -> OpenedRecord:
    key = open_key(sealed_key, private)
    sealed = SealedRecord(state["nonce"], state["ciphertext"])
    plain = unlock_record(sealed, about(state["reference"], state["version"], state["school"]), key)
    record, opened_at = _unpack(plain)
    said = (record.reference, record.school, record.kind, record.severity, opened_at)
    names = ("reference", "school", "kind", "severity", "opened_at")
    if said != tuple(state[name] for name in names):
        raise SealError(
            f"What is said of the record {state['reference']} was changed in the database; "
            "restore the database from a backup."
        )
    marks.check(sealer, state)
    return OpenedRecord(record, state["status"], opened_at)


def listed(connection: Connection, school: str) -> list[RecordLine]:
    found = select(*LINE).where(records.c.school == school).order_by(records.c.id)
    return [RecordLine(*row) for row in connection.execute(found)]


LINE = (
    records.c.reference,
    records.c.school,
    records.c.kind,
    records.c.severity,
    records.c.status,
    records.c.opened_at,
)


def about(reference: str, version: int, school: str) -> bytes:
    """What a record's cipher is tied to: moved, or put in a later one's place, it doesn't open."""
    return f"{reference}|{version}|{school}".encode()


def _pack(record: NewRecord, now: datetime) -> bytes:
    # ASCII escapes carry what UTF-8 can't, such as half of a surrogate pair from broken input.
    return json.dumps({**asdict(record), "opened_at": now.isoformat()}).encode("ascii")


def _unpack(packed: bytes) -> tuple[NewRecord, datetime]:
    said = json.loads(packed)
    opened_at = datetime.fromisoformat(said.pop("opened_at"))
    said["named"] = tuple(said["named"])
    said["files"] = tuple(said.get("files", ()))
    said["facts"] = tuple((label, text) for label, text in said["facts"])
    return NewRecord(**said), opened_at
