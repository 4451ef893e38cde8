"""When a passphrase, the recovery sheet or an address is lost, and when somebody isn't there.

The server can't open a record, so new keys are filled by somebody who can: another reader, or
whoever has the sheet. What they can't open is lost to the reader, and is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from bot.cases.alerts import conversation
from bot.cases.people import ADMINISTRATOR
from bot.errors import BotError, UnknownReader
from bot.store import audit, parts
from bot.store import outbox as outgoing
from bot.store import readers as people
from bot.store.audit import Act
from bot.store.case_tables import part_keys
from bot.store.keyring import ReaderKeys, open_key, public_of, seal_key
from bot.store.sealing import Sealer
from bot.store.tables import readers, record_keys, records, schools


@dataclass(frozen=True)
class Reset:
    """References: of what the reader can open again, and of what is lost to them."""

    kept: tuple[str, ...]
    lost: tuple[str, ...]


def reset(
    connection: Connection,
    sealer: Sealer,
    reader: int,
    keys: ReaderKeys,
    giver: int | None,
    private: bytes,
    now: datetime,
) -> Reset:
    row = _active(connection, reader)
    _check_giver(connection, row.school, giver, private)
    held = connection.execute(
        select(records.c.id, records.c.reference)
        .join(record_keys, record_keys.c.record_id == records.c.id)
        .where(record_keys.c.reader_id == reader)
        .order_by(records.c.id)
    ).all()
    kept: list[str] = []
    lost: list[str] = []
    for record in held:
        filled = _fill(connection, record.id, reader, keys.public, giver, private)
        (kept if filled else lost).append(record.reference)
    people.renew(connection, sealer, row, keys)
    actor = Act(audit.reader(giver), f"reset {audit.reader(reader)}", audit.reader(reader))
    audit.write(connection, sealer, now, actor)
    return Reset(tuple(kept), tuple(lost))


def _fill(
    connection: Connection,
    record: int,
    reader: int,
    public: bytes,
    giver: int | None,
    private: bytes,
) -> bool:
    """Seal what the giver can open to the new key; take what they can't."""
    theirs = connection.execute(
        select(record_keys.c.sealed_key).where(_held(record_keys, giver, record_id=record))
    ).scalar()
    old_parts = [part for part, _ in parts.keys_of(connection, record, reader)]
    connection.execute(
        delete(part_keys).where(part_keys.c.part_id.in_(old_parts), part_keys.c.reader_id == reader)
    )
    mine = _held(record_keys, reader, record_id=record)
    if theirs is None:
        connection.execute(delete(record_keys).where(mine))
        return False
    sealed = seal_key(open_key(theirs, private), public)
    connection.execute(update(record_keys).where(mine).values(sealed_key=sealed))
    for part, sealed_key in parts.keys_of(connection, record, giver):
        parts.give(connection, part, open_key(sealed_key, private), {reader: public})
    return True


def new_sheet(
    connection: Connection,
    sealer: Sealer,
    reader: int,
    private: bytes,
    public: bytes,
    now: datetime,
) -> tuple[int, int]:
    """Records are also marked to be encrypted anew: the old sheet may be in somebody's hands."""
    school = _active(connection, reader).school
    _check_giver(connection, school, reader, private)
    connection.execute(
        update(schools).where(schools.c.school == school).values(recovery_public=public, set_at=now)
    )
    connection.execute(update(records).where(records.c.school == school).values(rekey_due=True))
    mine = connection.execute(
        select(record_keys.c.record_id, record_keys.c.sealed_key).where(
            record_keys.c.reader_id == reader
        )
    ).all()
    for row in mine:
        _reseal(connection, record_keys, row.sealed_key, private, public, record_id=row.record_id)
        for part, sealed_key in parts.keys_of(connection, row.record_id, reader):
            _reseal(connection, part_keys, sealed_key, private, public, part_id=part)
    whole: int = connection.execute(
        select(func.count()).select_from(records).where(records.c.school == school)
    ).scalar()
    act = Act(audit.reader(reader), "made a new recovery sheet", school)
    audit.write(connection, sealer, now, act)
    return len(mine), whole - len(mine)


def _reseal(
    connection: Connection, keys: Any, sealed: bytes, private: bytes, public: bytes, **place: int
) -> None:
    again = seal_key(open_key(sealed, private), public)
    connection.execute(update(keys).where(_held(keys, None, **place)).values(sealed_key=again))


def set_away(
    connection: Connection, reader: int, since: datetime | None, until: datetime | None
) -> None:
    if since is not None and until is not None and until <= since:
        raise BotError("Somebody can't be back before they go; give the days the other way round.")
    _active(connection, reader)
    connection.execute(
        update(readers).where(readers.c.id == reader).values(away_from=since, away_until=until)
    )


def set_working_days(connection: Connection, reader: int, days: Sequence[int]) -> None:
    if not days or not set(days) <= set(range(7)):
        raise BotError("Name at least one day of the week, such as mon,tue,wed.")
    _active(connection, reader)
    written = "".join(map(str, sorted(set(days))))
    connection.execute(update(readers).where(readers.c.id == reader).values(working_days=written))


def set_cover(connection: Connection, reader: int, cover: int | None) -> None:
    school = _active(connection, reader).school
    if cover == reader:
        raise BotError("Nobody can cover for themselves; name somebody else.")
    if cover is not None:
        row = _active(connection, cover)
        if row.school != school:
            raise UnknownReader(
                f"{school} has no reader {cover}; `people list` shows who there is."
            )
        if row.roles == ADMINISTRATOR:
            raise BotError("They look after Signpost and receive no records; name somebody else.")
    connection.execute(update(readers).where(readers.c.id == reader).values(cover=cover))


def set_email(
    connection: Connection, sealer: Sealer, reader: int, address: str, now: datetime
) -> int:
    """How many alerts that couldn't be brought are tried again there."""
    _active(connection, reader)
    people.set_address(connection, sealer, reader, "email", address)
    return outgoing.revive(connection, conversation(reader, "email"), now)


def _active(connection: Connection, reader: int) -> Any:
    row = connection.execute(
        select(readers).where(readers.c.id == reader, readers.c.active).with_for_update()
    ).first()
    if row is None:
        raise UnknownReader(f"There is no reader {reader}; `people list` shows who there is.")
    return row


def _check_giver(connection: Connection, school: str, giver: int | None, private: bytes) -> None:
    if giver is None:
        public = people.recovery(connection, school)
        wrong = "This isn't the recovery sheet of this school; nothing was changed."
    else:
        one = connection.execute(
            select(readers.c.public_key).where(
                readers.c.id == giver, readers.c.school == school, readers.c.active
            )
        ).scalar()
        public, wrong = one, f"Reader {giver} can't open records of {school}; nothing was changed."
    if public is None or public_of(private) != public:
        raise BotError(wrong)


def _held(keys: Any, owner: int | None, **place: int) -> Any:
    found = keys.c.reader_id.is_(None) if owner is None else keys.c.reader_id == owner
    for name, value in place.items():
        found &= keys.c[name] == value
    return found
