"""What people are to be told: each reply goes out in its conversation's order, at least once.

A reply that was claimed and never heard of again may have been delivered: it is marked uncertain
and goes out again under the same reference. Only the first waiting reply of a conversation is ever
given out, so a reply never overtakes the one before it, however often that one is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, case, delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.messages import Arrival, Reply
from bot.store.sealing import Sealer, SealError, pack_reply, unpack_reply
from bot.store.tables import DEAD, WAITING, outbox

ERASED = b""
"""What is left of words that were wiped."""


@dataclass(frozen=True)
class Outgoing:
    """One reply to send. `reference` stays the same however often it is sent."""

    id: int
    reference: str
    conversation: str
    channel: str
    reply: Reply
    priority: int
    attempts: int
    uncertain: bool
    lease: str


def _is_due() -> Any:
    free = or_(outbox.c.locked_until.is_(None), outbox.c.locked_until <= bindparam("now"))
    return free & (outbox.c.not_before <= bindparam("now"))


def _first_of_each() -> Any:
    earlier = outbox.alias("earlier")
    return (
        select(outbox)
        .where(
            outbox.c.channel == bindparam("channel"),
            outbox.c.status == WAITING,
            _is_due(),
            ~exists().where(
                earlier.c.conversation == outbox.c.conversation,
                earlier.c.status == WAITING,
                earlier.c.id < outbox.c.id,
            ),
        )
        .order_by(outbox.c.priority.desc(), outbox.c.id)
        .limit(bindparam("limit", type_=Integer))
        # PostgreSQL passes over what another courier is taking at this moment.
        .with_for_update(of=outbox, skip_locked=True)
    )


# Built once: putting the question together costs as much as asking it.
FIRST_OF_EACH = _first_of_each()


def add(
    connection: Connection,
    sealer: Sealer,
    inbox_id: int,
    arrival: Arrival,
    replies: Sequence[Reply],
    priority: int,
    now: datetime,
) -> None:
    if not replies:
        return
    if priority > 0:
        _hurry(connection, arrival.conversation, priority)
    rows = [
        {
            **_row(sealer, f"{inbox_id}-{place}", reply, priority, now),
            "inbox_id": inbox_id,
            "conversation": arrival.conversation,
            "channel": arrival.channel,
        }
        for place, reply in enumerate(replies, start=1)
    ]
    connection.execute(insert(outbox), rows)


def tell(
    connection: Connection,
    sealer: Sealer,
    key: str,
    conversation: str,
    channel: str,
    reply: Reply,
    priority: int,
    now: datetime,
    *,
    fleeting: bool = False,
) -> None:
    """Something to say that answers no message, such as an alert. `key` is its own for ever.

    What is `fleeting` is erased once it has been sent.
    """
    if priority > 0:
        _hurry(connection, conversation, priority)
    row = {**_row(sealer, key, reply, priority, now), "fleeting": fleeting}
    connection.execute(insert(outbox).values(**row, conversation=conversation, channel=channel))


def hush(connection: Connection, conversations: Sequence[str]) -> None:
    """Nobody is there any more to hear what waits in these conversations."""
    connection.execute(
        delete(outbox).where(
            outbox.c.conversation.in_(conversations), outbox.c.status.in_((WAITING, DEAD))
        )
    )


def revive(connection: Connection, conversation: str, now: datetime) -> int:
    """Try what was given up in a conversation once more; how much that is."""
    given_up = (outbox.c.conversation == conversation) & (outbox.c.status == DEAD)
    tried = connection.execute(
        update(outbox).where(given_up).values(status=WAITING, attempts=0, not_before=now)
    )
    return int(tried.rowcount)


def _row(sealer: Sealer, key: str, reply: Reply, priority: int, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "body": sealer.seal(pack_reply(reply), "outbox", key, "body"),
        "priority": priority,
        "status": "waiting",
        "uncertain": False,
        "attempts": 0,
        "not_before": now,
        "created_at": now,
    }


def _hurry(connection: Connection, conversation: str, priority: int) -> None:
    """What stands in front of an urgent reply goes as soon as the urgent one should."""
    connection.execute(
        update(outbox)
        .where(
            outbox.c.conversation == conversation,
            outbox.c.status == WAITING,
            outbox.c.priority < priority,
        )
        .values(priority=priority)
    )


def claim(
    connection: Connection,
    sealer: Sealer,
    name: str,
    channel: str,
    limit: int,
    now: datetime,
    lease: timedelta,
) -> list[Outgoing]:
    asked = {"channel": channel, "limit": limit, "now": now}
    found = connection.execute(FIRST_OF_EACH, asked).all()
    held = _lease(connection, [row.id for row in found], name, now, now + lease)
    given = []
    for row in found:
        if row.id not in held:
            continue
        try:
            given.append(_opened(sealer, row, name))
        except SealError as broken:
            _end(connection, row.id, name, status="dead", failure=type(broken).__name__)
    return sorted(given, key=lambda outgoing: (-outgoing.priority, outgoing.id))


def _lease(
    connection: Connection, numbers: Sequence[int], name: str, now: datetime, until: datetime
) -> Collection[int]:
    """Which of the rows are ours now. `name` is this claim's alone."""
    if not numbers:
        return ()
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(numbers), outbox.c.status == WAITING, _is_due())
        .values(
            locked_by=name,
            locked_until=until,
            attempts=outbox.c.attempts + 1,
            uncertain=or_(outbox.c.uncertain, outbox.c.locked_by.is_not(None)),
        ),
        {"now": now},
    )
    if taken.rowcount == len(numbers):
        return numbers
    ours = select(outbox.c.id).where(outbox.c.id.in_(numbers), outbox.c.locked_by == name)
    return frozenset(connection.execute(ours).scalars())


def _opened(sealer: Sealer, row: Any, lease: str) -> Outgoing:
    body = sealer.open(row.body, "outbox", row.key, "body")
    return Outgoing(
        id=row.id,
        reference=row.key,
        conversation=row.conversation,
        channel=row.channel,
        reply=unpack_reply(body),
        priority=row.priority,
        attempts=row.attempts + 1,
        uncertain=row.uncertain or row.locked_by is not None,
        lease=lease,
    )


def sent(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    # True whoever holds the lease by now: the person has it.
    erased = case((outbox.c.fleeting, ERASED), else_=outbox.c.body)
    ended = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(numbers), outbox.c.status == WAITING)
        .values(
            status="sent",
            sent_at=now,
            locked_by=None,
            locked_until=None,
            failure=None,
            body=erased,
        )
    )
    if ended.rowcount < len(numbers):
        connection.execute(
            update(outbox).where(outbox.c.id.in_(numbers), outbox.c.fleeting).values(body=ERASED)
        )


def again(
    connection: Connection,
    outgoing: Outgoing,
    not_before: datetime,
    failure: str,
    uncertain: bool,
    counted: bool,
) -> None:
    _end(
        connection,
        outgoing.id,
        outgoing.lease,
        not_before=not_before,
        failure=failure,
        uncertain=outgoing.uncertain or uncertain,
        attempts=outgoing.attempts if counted else outgoing.attempts - 1,
    )


def dead(connection: Connection, outgoing: Outgoing, failure: str) -> None:
    _end(connection, outgoing.id, outgoing.lease, status="dead", failure=failure)


def _end(connection: Connection, number: int, lease: str, **changes: Any) -> None:
    """End a lease. One that was lost meanwhile ends nothing: the row is another courier's."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == number, outbox.c.status == WAITING, outbox.c.locked_by == lease)
        .values(locked_by=None, locked_until=None, **changes)
    )


def replies_to(connection: Connection, sealer: Sealer, inbox_id: int) -> list[Reply]:
    rows = connection.execute(
        select(outbox.c.key, outbox.c.body)
        .where(outbox.c.inbox_id == inbox_id, outbox.c.body != ERASED)
        .order_by(outbox.c.id)
    )
    return [unpack_reply(sealer.open(row.body, "outbox", row.key, "body")) for row in rows]
