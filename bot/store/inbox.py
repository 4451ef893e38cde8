"""What people told us: kept once, worked on one message at a time per conversation.

The lock on a conversation is a row with an end time and a number that grows whenever the lock
changes hands, the fence. Whoever wants to write must show the number it was given: a worker that
slept past its lease and was replaced can't write over what its successor did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.errors import LeaseLost
from bot.messages import Arrival, Gap, Reply
from bot.store import gaps
from bot.store import outbox as outgoing
from bot.store.sealing import Sealer, SealError, pack_arrival, unpack_arrival
from bot.store.tables import WAITING, conversations, inbox
from bot.updates import Home

COUNTED = 50

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Claim:
    """One message to work on, and the right to do so until the lease ends."""

    inbox_id: int
    arrival: Arrival
    memory: bytes | None
    fence: int
    attempts: int
    behind: int = 0
    """How many of the conversation's messages wait behind it; from `COUNTED` on they are many."""


def _next_free(*also: Any) -> Any:
    earlier, later = inbox.alias("earlier"), inbox.alias("later")
    some = (
        select(literal_column("1"))
        .where(
            later.c.conversation == inbox.c.conversation,
            later.c.status == WAITING,
            later.c.id > inbox.c.id,
        )
        .limit(COUNTED)
        .correlate(inbox)
        .subquery()
    )
    behind = select(func.count()).select_from(some).scalar_subquery()
    return (
        select(
            inbox.c.id,
            inbox.c.channel,
            inbox.c.update_id,
            inbox.c.conversation,
            inbox.c.body,
            inbox.c.attempts,
            conversations.c.memory,
            conversations.c.fence,
            behind.label("behind"),
        )
        .select_from(inbox.join(conversations, conversations.c.id == inbox.c.conversation))
        .where(
            inbox.c.status == WAITING,
            inbox.c.not_before <= bindparam("now"),
            or_(
                conversations.c.locked_until.is_(None),
                conversations.c.locked_until <= bindparam("now"),
            ),
            ~exists().where(
                earlier.c.conversation == inbox.c.conversation,
                earlier.c.status == WAITING,
                earlier.c.id < inbox.c.id,
            ),
            *also,
        )
        .order_by(inbox.c.id)
        .limit(1)
        # PostgreSQL passes over what another worker is taking at this moment; both rows, so that
        # neither is out of date once it is locked. SQLite has one writer, and knows no such words.
        .with_for_update(of=[inbox, conversations], skip_locked=True, key_share=True)
    )


# Built once: putting the question together costs as much as asking it.
NEXT_FREE = _next_free()
NEXT_OF_OTHERS = _next_free(conversations.c.school.not_in(bindparam("schools", expanding=True)))


def begin(connection: Connection, of: Arrival | Home, now: datetime) -> None:
    """Make room for a conversation, if it is new."""
    connection.execute(
        INSERT[connection.dialect.name](conversations)
        .values(
            id=of.conversation,
            channel=of.channel,
            school=of.school,
            role=of.role,
            fence=0,
            turns=0,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


def accept(connection: Connection, sealer: Sealer, arrival: Arrival, now: datetime) -> int | None:
    begin(connection, arrival, now)
    kept = connection.execute(
        INSERT[connection.dialect.name](inbox)
        .values(
            channel=arrival.channel,
            update_id=arrival.update,
            conversation=arrival.conversation,
            body=sealer.seal(pack_arrival(arrival), *_body(arrival.channel, arrival.update)),
            received_at=now,
            status="waiting",
            attempts=0,
            not_before=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "update_id"])
    )
    if kept.rowcount == 0:
        return None
    (number,) = kept.inserted_primary_key
    return int(number)


class Look(Enum):
    """How a look for work can end, other than with a claim."""

    NOTHING_WAITS = "nothing waits"
    LOOK_AGAIN = "look again"
    """Another worker won the conversation that we saw as free, or a message that nobody can read
    was set aside; so somebody always gets on. The next look must be another transaction: on
    PostgreSQL this one keeps the lock of a row that it lost, and two that collect locks deadlock.
    """


def claim(
    connection: Connection,
    sealer: Sealer,
    owner: str,
    now: datetime,
    lease: timedelta,
    after: Collection[str] = (),
) -> Claim | Look:
    """The schools `after` come last: theirs are taken when no other school has a message."""
    found = None
    if after:
        others = {"now": now, "schools": sorted(after)}
        found = connection.execute(NEXT_OF_OTHERS, others).first()
    if found is None:
        found = connection.execute(NEXT_FREE, {"now": now}).first()
    if found is None:
        return Look.NOTHING_WAITS
    if _lock(connection, found, owner, now + lease):
        taken = connection.execute(
            update(inbox)
            .where(inbox.c.id == found.id, inbox.c.status == WAITING)
            .values(attempts=inbox.c.attempts + 1)
        )
        if taken.rowcount != 1:
            raise RuntimeError("a message ended without its conversation's lock")
        try:
            return _opened(sealer, found)
        except SealError as broken:
            _free(connection, found.conversation, found.fence + 1, {"updated_at": now})
            _end(connection, found.id, "failed", now, type(broken).__name__)
    return Look.LOOK_AGAIN


def _lock(connection: Connection, found: Any, owner: str, until: datetime) -> bool:
    # The fence changes with every lock and every release: while it is as we saw it, so are the
    # memory and the message.
    won = connection.execute(
        update(conversations)
        .where(conversations.c.id == found.conversation, conversations.c.fence == found.fence)
        .values(fence=found.fence + 1, locked_by=owner, locked_until=until)
    )
    return bool(won.rowcount == 1)


def _opened(sealer: Sealer, found: Any) -> Claim:
    body = sealer.open(found.body, *_body(found.channel, found.update_id))
    memory = found.memory
    if memory is not None:
        memory = sealer.open(memory, *_memory(found.conversation))
    fence, attempts = found.fence + 1, found.attempts + 1
    return Claim(found.id, unpack_arrival(body), memory, fence, attempts, found.behind)


def finish(
    connection: Connection,
    sealer: Sealer,
    claim: Claim,
    memory: bytes,
    replies: Sequence[Reply],
    gap: Gap | None,
    priority: int,
    now: datetime,
    draft: bool = False,
) -> None:
    arrival = claim.arrival
    since = func.coalesce(conversations.c.draft_since, now) if draft else None
    changes = {
        "draft_since": since,
        "reminded_at": None,
        "school": arrival.school,
        "role": arrival.role,
        "memory": sealer.seal(memory, *_memory(arrival.conversation)),
        "turns": conversations.c.turns + 1,
        "updated_at": now,
    }
    _free(connection, arrival.conversation, claim.fence, changes)
    outgoing.add(connection, sealer, claim.inbox_id, arrival, replies, priority, now)
    if gap is not None:
        gaps.add(connection, sealer, claim.inbox_id, arrival, gap, now)
    _end(connection, claim.inbox_id, "done", now)


def put_back(
    connection: Connection, claim: Claim, not_before: datetime, failure: str, now: datetime
) -> None:
    _free(connection, claim.arrival.conversation, claim.fence, {"updated_at": now})
    connection.execute(
        update(inbox)
        .where(inbox.c.id == claim.inbox_id)
        .values(not_before=not_before, failure=failure)
    )


def give_up(
    connection: Connection,
    sealer: Sealer,
    claim: Claim,
    failure: str,
    replies: Sequence[Reply],
    priority: int,
    now: datetime,
) -> None:
    _free(connection, claim.arrival.conversation, claim.fence, {"updated_at": now})
    outgoing.add(connection, sealer, claim.inbox_id, claim.arrival, replies, priority, now)
    _end(connection, claim.inbox_id, "failed", now, failure)


def _free(connection: Connection, conversation: str, fence: int, changes: dict[str, Any]) -> None:
    """Give the lock back, which only its last owner can: everybody else holds an older fence."""
    freed = connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation, conversations.c.fence == fence)
        .values(fence=fence + 1, locked_by=None, locked_until=None, **changes)
    )
    if freed.rowcount != 1:
        raise LeaseLost(
            "Another worker has taken this conversation over; what was done in its turn here is "
            "dropped, and nothing needs doing."
        )


def _end(
    connection: Connection, number: int, status: str, now: datetime, failure: str | None = None
) -> None:
    connection.execute(
        update(inbox)
        .where(inbox.c.id == number)
        .values(status=status, finished_at=now, failure=failure)
    )


def remembered(connection: Connection, sealer: Sealer, conversation: str) -> bytes | None:
    """A conversation's memory as it stands, for a look that changes nothing."""
    found = connection.execute(
        select(conversations.c.memory).where(conversations.c.id == conversation)
    ).scalar()
    return None if found is None else sealer.open(found, *_memory(conversation))


def _body(channel: str, update_id: str) -> tuple[str, str, str]:
    return "inbox", f"{channel} {update_id}", "body"


def _memory(conversation: str) -> tuple[str, str, str]:
    return "conversations", conversation, "memory"
