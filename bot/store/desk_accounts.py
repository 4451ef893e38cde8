"""Who can sign in to the desk, and with what: readers, found by address or number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.people import Reader
from bot.store import readers as people
from bot.store.desk_tables import desk_factors, desk_sessions
from bot.store.keyring import ReaderKeys, open_key, seal_key
from bot.store.sealing import Sealer
from bot.store.tables import reader_channels, readers, record_keys

NO_STEP = -1


@dataclass(frozen=True)
class Factor:
    """The second thing that somebody signs in with; `sealed` opens with their private key."""

    sealed: bytes = field(repr=False)
    confirmed: bool


@dataclass(frozen=True)
class Account:
    reader: Reader
    keys: ReaderKeys
    factor: Factor | None


def find(connection: Connection, sealer: Sealer, typed: str) -> Account | None:
    """Whose this is. All addresses are looked at, whether one fits or not, so that it takes as
    long; an address that two readers have is nobody's, and these use their numbers."""
    name = typed.strip().casefold()
    fitting = [number for number, address in _addresses(connection, sealer) if address == name]
    if name.isdecimal() and len(name) < 10:
        fitting = [int(name)]
    if len(fitting) != 1:
        return None
    return _account(connection, sealer, fitting[0])


def _addresses(connection: Connection, sealer: Sealer) -> Iterator[tuple[int, str]]:
    found = connection.execute(
        select(reader_channels.c.reader_id, reader_channels.c.address)
        .join(readers, readers.c.id == reader_channels.c.reader_id)
        .where(reader_channels.c.channel == "email", readers.c.active)
    ).all()
    for number, sealed in found:
        place = "reader_channels", f"{number} email", "address"
        yield number, sealer.open(sealed, *place).decode().casefold()


def _account(connection: Connection, sealer: Sealer, number: int) -> Account | None:
    school = connection.execute(
        select(readers.c.school).where(readers.c.id == number, readers.c.active)
    ).scalar()
    if school is None:
        return None
    (reader,) = (one for one in people.listed(connection, sealer, school) if one.id == number)
    return Account(reader, people.keys(connection, number), factor(connection, number))


def factor(connection: Connection, number: int) -> Factor | None:
    row = connection.execute(
        select(desk_factors.c.secret_sealed, desk_factors.c.confirmed).where(
            desk_factors.c.reader_id == number
        )
    ).first()
    return None if row is None else Factor(row.secret_sealed, row.confirmed)


def offer_factor(connection: Connection, number: int, secret: bytes) -> Factor:
    """Keep a secret for somebody who has none; one that waits to be confirmed stays as it is."""
    if (found := factor(connection, number)) is not None:
        return found
    sealed = seal_key(secret, people.keys(connection, number).public)
    connection.execute(
        insert(desk_factors).values(
            reader_id=number, secret_sealed=sealed, confirmed=False, last_step=NO_STEP
        )
    )
    return Factor(sealed, False)


def use_step(connection: Connection, number: int, step: int, *, confirm: bool) -> bool:
    """Whether a code of this step may be used: each once, and none that is older than another."""
    used = connection.execute(
        update(desk_factors)
        .where(
            desk_factors.c.reader_id == number,
            desk_factors.c.last_step < step,
            desk_factors.c.confirmed.is_not(confirm),
        )
        .values(last_step=step, confirmed=True)
    )
    return bool(used.rowcount == 1)


def renew(
    connection: Connection, sealer: Sealer, account: Account, keys: ReaderKeys, recovery: bytes
) -> None:
    """Give somebody a new pair: what they had a key to is opened with the sheet's, and resealed.

    Only rows that they have are looked at, so the sheet brings nobody a record that they were kept
    from. The second factor was sealed to the old pair, and goes; so does whoever is signed in.
    """
    number = account.reader.id
    changed = connection.execute(
        update(readers)
        .where(readers.c.id == number, readers.c.public_key == account.keys.public)
        .values(
            name=sealer.seal(
                account.reader.name.encode("utf-8", "replace"), "readers", keys.public.hex(), "name"
            ),
            public_key=keys.public,
            private_key_sealed=keys.private_sealed,
            salt=keys.salt,
            argon_passes=keys.cost.passes,
            argon_memory=keys.cost.memory,
        )
    )
    if changed.rowcount != 1:
        raise people.unknown(number)
    sheets = record_keys.alias("sheets")
    theirs = connection.execute(
        select(record_keys.c.id, sheets.c.sealed_key)
        .join(sheets, sheets.c.record_id == record_keys.c.record_id)
        .where(record_keys.c.reader_id == number, sheets.c.reader_id.is_(None))
    ).all()
    for row, sealed in theirs:
        connection.execute(
            update(record_keys)
            .where(record_keys.c.id == row)
            .values(sealed_key=seal_key(open_key(sealed, recovery), keys.public))
        )
    connection.execute(delete(desk_factors).where(desk_factors.c.reader_id == number))
    connection.execute(delete(desk_sessions).where(desk_sessions.c.reader_id == number))
