"""Who did what to which record: rows that are only ever added, each tied to the one before it.

A row's hash covers the former row's and all it says, under the server key; so whoever can write to
the database but hasn't the key can't change, remove or move a row unseen. The last number and hash
stand apart, in `meta`, so that the last rows can't be cut off either. That row is also the lock
that keeps one chain where many write; it is taken at a transaction's end, to be held shortly.

No content stands here in clear: an actor is a reader's number, an object a record's reference.
A broken head stops nobody from reporting: the chain goes on, and says that it was broken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.store.case_tables import audit
from bot.store.inbox import INSERT
from bot.store.sealing import Sealer
from bot.store.tables import meta

HEAD = "audit head"
BROKEN = "chain broken"
START = bytes(32)
BATCH = 1000
ADDED, ANEW = "added", "encrypted anew"
BOT, ADMINISTRATOR, RECOVERY = "bot", "administrator", "recovery sheet"


@dataclass(frozen=True)
class Act:
    """What somebody did; `detail` is sealed."""

    actor: str
    action: str
    object: str
    detail: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AuditRow:
    number: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: str | None = field(repr=False)


@dataclass(frozen=True)
class Audited:
    """What a look through the whole chain found; `last` is to be kept on paper, and compared."""

    rows: int
    last: str
    faults: tuple[str, ...]


def reader(number: int | None) -> str:
    return RECOVERY if number is None else f"reader {number}"


def of_school(school: str) -> str:
    """What is done with a school's lists, rather than with one record or reader."""
    return f"school {school}"


def begin(connection: Connection, sealer: Sealer) -> None:
    """A chain of no rows, for a database that has none yet."""
    connection.execute(insert(meta).values(name=HEAD, value=_packed(sealer, 0, START)))


def write(connection: Connection, sealer: Sealer, now: datetime, *acts: Act) -> None:
    number, former = _head(connection, sealer, now)
    for act in acts:
        number, former = _add(connection, sealer, number + 1, former, act, now)
    _set_head(connection, sealer, number, former)


def _head(connection: Connection, sealer: Sealer, now: datetime) -> tuple[int, bytes]:
    kept = connection.execute(
        select(meta.c.value).where(meta.c.name == HEAD).with_for_update()
    ).scalar()
    if (head := _unpacked(sealer, kept)) is not None:
        return head
    if kept is None:
        connection.execute(
            INSERT[connection.dialect.name](meta)
            .values(name=HEAD, value=b"")
            .on_conflict_do_nothing(index_elements=["name"])
        )
    last = connection.execute(
        select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, former = (last.number, last.hash) if last else (0, START)
    return _add(connection, sealer, number + 1, former, Act(BOT, BROKEN, "audit"), now)


def _add(
    connection: Connection, sealer: Sealer, number: int, former: bytes, act: Act, now: datetime
) -> tuple[int, bytes]:
    detail = None
    if act.detail is not None:
        detail = sealer.seal(act.detail.encode("utf-8", "replace"), *_detail(number))
    said = (number, now, act.actor, act.action, act.object, detail)
    linked = _hash(sealer, former, *said)
    names = ("number", "at", "actor", "action", "object", "detail")
    row = dict(zip(names, said, strict=True))
    connection.execute(insert(audit).values(**row, hash=linked))
    return number, linked


def _set_head(connection: Connection, sealer: Sealer, number: int, last: bytes) -> None:
    connection.execute(
        update(meta).where(meta.c.name == HEAD).values(value=_packed(sealer, number, last))
    )


def verify(connection: Connection, sealer: Sealer) -> Audited:
    """Go through all rows; each fault is named by the row's number."""
    kept = connection.execute(select(meta.c.value).where(meta.c.name == HEAD)).scalar()
    head = _unpacked(sealer, kept)
    faults = [] if head else ["The chain's end, which is kept apart, was changed or removed."]
    number, former, rows = 0, START, 0
    for row in _rows(connection):
        rows += 1
        if row.number != number + 1:
            faults.append(_missing(number + 1, row.number - 1))
        said = (row.number, row.at, row.actor, row.action, row.object, row.detail)
        # After a gap the former hash is gone with the row, and the gap is named already.
        if row.number == number + 1 and _hash(sealer, former, *said) != row.hash:
            faults.append(f"Row {row.number} was changed or put in another's place.")
        if row.action == BROKEN:
            faults.append(f"Before row {row.number} the chain's end had been changed or removed.")
        number, former = row.number, row.hash
    if head and head[0] > number:
        faults.append(_missing(number + 1, head[0]))
    elif head and head[0] < number:
        faults.append(f"Row {head[0] + 1} and what follows were not written by Signpost.")
    elif head and head[1] != former:
        faults.append(f"Row {number}, the last one, isn't the one that was written.")
    return Audited(rows, f"{number} {former.hex()[:16]}", tuple(dict.fromkeys(faults)))


def times(connection: Connection, about: str, action: str) -> int:
    """How often a thing was done with a record, whatever else was said of it."""
    number: int = connection.execute(
        select(func.count()).where(audit.c.object == about, audit.c.action.like(f"{action}%"))
    ).scalar()
    return number


def listed(connection: Connection, sealer: Sealer, about: str, limit: int) -> list[AuditRow]:
    """What was done with one record or reader, the newest first."""
    found = connection.execute(
        select(audit).where(audit.c.object == about).order_by(audit.c.number.desc()).limit(limit)
    )
    return [opened(sealer, row) for row in found]


def opened(sealer: Sealer, row: Any) -> AuditRow:
    return AuditRow(row.number, row.at, row.actor, row.action, row.object, _said(sealer, row))


def _said(sealer: Sealer, row: Any) -> str | None:
    return None if row.detail is None else sealer.open(row.detail, *_detail(row.number)).decode()


def _rows(connection: Connection) -> Iterator[Any]:
    last: int | None = None
    while True:
        after = select(audit).order_by(audit.c.number).limit(BATCH)
        found = connection.execute(
            after if last is None else after.where(audit.c.number > last)
        ).all()
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1].number


def _missing(first: int, last: int) -> str:
    return f"Row {first} is missing." if first == last else f"Rows {first} to {last} are missing."


def _hash(
    sealer: Sealer, former: bytes, number: int, at: datetime, *said: str | bytes | None
) -> bytes:
    words = [one.hex() if isinstance(one, bytes) else one for one in said]
    moment = at.astimezone(timezone.utc).isoformat()
    return sealer.mark(json.dumps([former.hex(), number, moment, *words]).encode(), "audit row")


def _packed(sealer: Sealer, number: int, last: bytes) -> bytes:
    said = number.to_bytes(8, "big") + last
    return said + sealer.mark(said, HEAD)


def _unpacked(sealer: Sealer, kept: bytes | None) -> tuple[int, bytes] | None:
    if not kept or not sealer.marked(kept[:40], HEAD, kept[40:]):
        return None
    return int.from_bytes(kept[:8], "big"), kept[8:40]


def _detail(number: int) -> tuple[str, str, str]:
    return "audit", str(number), "detail"
