"""Alerts: written to the outbox of each way to a reader, with a token that says "seen" once.

A token is known to the alert alone; the database keeps a digest of it, and the outbox keeps the
alert sealed. An alert's key is its name for ever, so that a mail that goes out twice is the same.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import nacl.utils
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.alerts import SEEN, SEEN_PAYLOAD, URGENT, conversation
from bot.cases.dead_ends import ADMINISTRATOR
from bot.cases.people import Reader
from bot.messages import Button, Reply
from bot.store import outbox as outgoing
from bot.store.inbox import INSERT
from bot.store.sealing import Sealer
from bot.store.tables import conversations, outbox, reader_channels
from bot.store.watch_tables import alerts

TOKEN_BYTES = 16
"""Short enough for a button's 64 bytes, and far too long to be guessed."""


def tell(
    connection: Connection,
    sealer: Sealer,
    record: tuple[int, str, str],
    reader: int,
    text: str,
    priority: int,
    now: datetime,
) -> None:
    """Alert a reader in every way there is to them; `record` is its number, reference, school."""
    number, reference, school = record
    # Not counted by their times: two may be of one moment, and each needs a name of its own.
    before = connection.execute(
        select(func.count()).where(alerts.c.record_id == number, alerts.c.reader_id == reader)
    ).scalar()
    for way in ways(connection, reader):
        token = base64.urlsafe_b64encode(nacl.utils.random(TOKEN_BYTES)).decode().rstrip("=")
        key = f"{reference}-{reader}-{way}" + (f"-{before + 1}" if before else "")
        name = conversation(reader, way)
        begin(connection, name, way, school, now)
        reply = Reply(text, (Button(SEEN, SEEN_PAYLOAD + token),))
        outgoing.tell(connection, sealer, key, name, way, reply, priority, now)
        connection.execute(
            insert(alerts).values(
                key=key,
                record_id=number,
                reader_id=reader,
                way=way,
                token=digest(token),
                told_at=now,
                noted=False,
            )
        )


def tell_administrator(
    connection: Connection, sealer: Sealer, key: str, text: str, school: str, now: datetime
) -> None:
    """Mail whoever looks after the machine; `key` is its own for ever."""
    begin(connection, ADMINISTRATOR, "email", school, now)
    outgoing.tell(connection, sealer, key, ADMINISTRATOR, "email", Reply(text), URGENT, now)


def tell_once(
    connection: Connection,
    sealer: Sealer,
    key: str,
    reader: Reader,
    reply: Reply,
    now: datetime,
) -> bool:
    """Tell a reader something in their chat, if they have one, unless that was done under `key`."""
    if not reader.ways:
        return False
    way = "telegram" if "telegram" in reader.ways else reader.ways[0]
    name = conversation(reader.id, way)
    begin(connection, name, way, reader.school, now)
    here = conversations.c.id == name
    known = connection.execute(select(conversations.c.updated_at).where(here)).scalar()
    if connection.execute(select(outbox.c.id).where(outbox.c.key == key)).first() is not None:
        return False
    # Of several processes that got so far, one finds the conversation as it was.
    ours = connection.execute(
        update(conversations)
        .where(here, conversations.c.updated_at == known)
        .values(updated_at=now)
    )
    if ours.rowcount != 1:
        return False
    outgoing.tell(connection, sealer, key, name, way, reply, 0, now)
    return True


def ways(connection: Connection, reader: int) -> list[str]:
    found = select(reader_channels.c.channel).where(reader_channels.c.reader_id == reader)
    return list(connection.execute(found.order_by(reader_channels.c.place)).scalars())


def digest(token: str) -> bytes:
    return hashlib.sha256(b"signpost seen " + token.encode("utf-8", "replace")).digest()


def begin(connection: Connection, name: str, way: str, school: str, now: datetime) -> None:
    connection.execute(
        INSERT[connection.dialect.name](conversations)
        .values(
            id=name, channel=way, school=school, role="reader", fence=0, turns=0, updated_at=now
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
