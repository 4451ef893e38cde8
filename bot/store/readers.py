"""Who may receive records at each school, with their keys and the ways to reach them.

Names and addresses are sealed with the server key: the bot has to know them to find its way, and
nobody who steals the database should. What a passphrase guards is in `keyring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.alerts import conversation
from bot.cases.calendar import LONDON, WEEK
from bot.cases.people import DeskRole, Reader, Way, reader_role
from bot.cases.routing import takers
from bot.errors import UnknownReader
from bot.store import outbox as outgoing
from bot.store import parts
from bot.store.inbox import INSERT
from bot.store.keyring import Cost, ReaderKeys
from bot.store.sealing import Sealer
from bot.store.tables import DEAD, outbox, reader_channels, readers, record_keys, records, schools

Absence = tuple[datetime, datetime | None]
"""From when until when; without an end as long as nobody says that it has one."""

WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True)
class NewReader:
    """Somebody to be added; `addresses` are tried in their order."""

    school: str
    name: str = field(repr=False)
    roles: frozenset[DeskRole]
    addresses: tuple[tuple[Way, str], ...] = field(repr=False)


def add(
    connection: Connection, sealer: Sealer, reader: NewReader, keys: ReaderKeys, now: datetime
) -> int:
    added = connection.execute(
        insert(readers).values(
            school=reader.school,
            name=sealer.seal(reader.name.encode("utf-8", "replace"), *_name(keys.public)),
            roles=" ".join(sorted(reader.roles)),
            public_key=keys.public,
            private_key_sealed=keys.private_sealed,
            salt=keys.salt,
            argon_passes=keys.cost.passes,
            argon_memory=keys.cost.memory,
            active=True,
            added_at=now,
        )
    )
    (number,) = added.inserted_primary_key
    for way, address in reader.addresses:
        set_address(connection, sealer, number, way, address)
    return int(number)


def set_address(
    connection: Connection, sealer: Sealer, number: int, way: Way, address: str
) -> None:
    """Reach a reader this way too, after the ways there are; or at another address than before."""
    sealed = sealer.seal(address.encode("utf-8", "replace"), *_address(number, way))
    ways = select(func.count() + 1).where(reader_channels.c.reader_id == number)
    connection.execute(
        INSERT[connection.dialect.name](reader_channels)
        .values(
            reader_id=number,
            channel=way,
            address=sealed,
            place=connection.execute(ways).scalar(),
        )
        .on_conflict_do_update(index_elements=["reader_id", "channel"], set_={"address": sealed})
    )


def renew(connection: Connection, sealer: Sealer, row: Any, keys: ReaderKeys) -> None:
    """Give a reader another pair; the name is tied to it, so it is sealed again."""
    name = name_of(sealer, row).encode("utf-8", "replace")
    connection.execute(
        update(readers)
        .where(readers.c.id == row.id)
        .values(
            name=sealer.seal(name, *_name(keys.public)),
            public_key=keys.public,
            private_key_sealed=keys.private_sealed,
            salt=keys.salt,
            argon_passes=keys.cost.passes,
            argon_memory=keys.cost.memory,
        )
    )


def listed(
    connection: Connection, sealer: Sealer, school: str, now: datetime | None = None
) -> list[Reader]:
    """Those who are readers now, in the order in which they came."""
    here = readers.c.school == school, readers.c.active
    return _found(connection, sealer, select(readers).where(*here), now)


def absences(connection: Connection, school: str, now: datetime) -> dict[int, Absence]:
    """From when until when readers are away, now or later."""
    rows = connection.execute(
        select(readers.c.id, readers.c.away_from, readers.c.away_until).where(
            readers.c.school == school, readers.c.active, readers.c.away_from.is_not(None)
        )
    )
    return {
        row.id: (row.away_from, row.away_until)
        for row in rows
        if row.away_until is None or row.away_until > now
    }


def everyone(connection: Connection, sealer: Sealer, school: str) -> list[Reader]:
    """Those who have left as well."""
    return _found(connection, sealer, select(readers).where(readers.c.school == school), None)


def _found(
    connection: Connection, sealer: Sealer, query: Any, now: datetime | None
) -> list[Reader]:
    found = connection.execute(query.order_by(readers.c.id)).all()
    ways: dict[int, list[Way]] = {row.id: [] for row in found}
    for row in connection.execute(
        select(reader_channels.c.reader_id, reader_channels.c.channel)
        .where(reader_channels.c.reader_id.in_(list(ways)))
        .order_by(reader_channels.c.reader_id, reader_channels.c.place)
    ):
        ways[row.reader_id].append(row.channel)
    return [_reader(sealer, row, ways[row.id], now) for row in found]


def _reader(sealer: Sealer, row: Any, ways: Sequence[Way], now: datetime | None) -> Reader:
    gone = now is not None and row.away_from is not None and row.away_from <= now
    back = now is not None and row.away_until is not None and row.away_until <= now
    week = frozenset(map(int, row.working_days)) if row.working_days else WEEK
    today = None if now is None else now.astimezone(LONDON).weekday()
    return Reader(
        id=row.id,
        school=row.school,
        name=name_of(sealer, row),
        roles=frozenset(map(reader_role, row.roles.split())),
        away=gone and not back,
        ways=tuple(ways),
        week=week,
        off=today in WEEK - week,
        cover=row.cover,
    )


def name_of(sealer: Sealer, row: Any) -> str:
    """The name in a row of readers, also of somebody who left."""
    return sealer.open(row.name, *_name(row.public_key)).decode()


def keys(connection: Connection, number: int) -> ReaderKeys:
    row = connection.execute(
        select(readers).where(readers.c.id == number, readers.c.active)
    ).first()
    if row is None:
        raise unknown(number)
    cost = Cost(row.argon_passes, row.argon_memory)
    return ReaderKeys(row.public_key, row.private_key_sealed, row.salt, cost)


def remove(connection: Connection, number: int) -> list[str]:
    """Take somebody's keys, ways and alerts away; the references of what only they could open."""
    gone = connection.execute(
        update(readers)
        .where(readers.c.id == number, readers.c.active)
        .values(active=False, private_key_sealed=b"", salt=b"")
    )
    if gone.rowcount != 1:
        raise unknown(number)
    alone = only_theirs(connection, number)
    parts.take(connection, number)
    connection.execute(delete(reader_channels).where(reader_channels.c.reader_id == number))
    outgoing.hush(connection, [conversation(number, way) for way in WAYS])
    return alone


def only_theirs(connection: Connection, number: int) -> list[str]:
    """The references of the records to which no other reader has a key."""
    others = record_keys.alias("others")
    theirs = (
        select(records.c.reference)
        .join(record_keys, record_keys.c.record_id == records.c.id)
        .where(
            record_keys.c.reader_id == number,
            ~select(others.c.id)
            .where(
                others.c.record_id == records.c.id,
                others.c.reader_id.is_not(None),
                others.c.reader_id != number,
            )
            .exists(),
        )
        .order_by(records.c.id)
    )
    return list(connection.execute(theirs).scalars())


def set_recovery(connection: Connection, school: str, public: bytes, now: datetime) -> bool:
    """Give a school its recovery key; False, and nothing changed, if it has one."""
    insert_or_leave = INSERT[connection.dialect.name](schools)
    kept = connection.execute(
        insert_or_leave.values(
            school=school, recovery_public=public, set_at=now
        ).on_conflict_do_nothing(index_elements=["school"])
    )
    return bool(kept.rowcount == 1)


def recovery(connection: Connection, school: str) -> bytes | None:
    public: bytes | None = connection.execute(
        select(schools.c.recovery_public).where(schools.c.school == school)
    ).scalar()
    return public


def takes_records(connection: Connection, sealer: Sealer, school: str) -> bool:
    """Whether what is told here reaches somebody: who takes records, and hears of them."""
    if recovery(connection, school) is None:
        return False
    return any(reader.ways for reader in takers(listed(connection, sealer, school)))


def address(connection: Connection, sealer: Sealer, number: int, way: Way) -> str | None:
    """Where a reader is reached this way, as long as they are one."""
    found = connection.execute(
        select(reader_channels.c.address).where(
            reader_channels.c.reader_id == number, reader_channels.c.channel == way
        )
    ).scalar()
    return None if found is None else sealer.open(found, *_address(number, way)).decode()


def dead_alerts(connection: Connection) -> int:
    number: int = connection.execute(
        select(func.count()).where(outbox.c.status == DEAD, outbox.c.conversation.like("alert:%"))
    ).scalar()
    return number


def unknown(number: int) -> UnknownReader:
    return UnknownReader(f"There is no reader {number}; `people list` shows who there is.")


def _name(public_key: bytes) -> tuple[str, str, str]:
    return "readers", public_key.hex(), "name"


def _address(number: int, way: Way) -> tuple[str, str, str]:
    return "reader_channels", f"{number} {way}", "address"
