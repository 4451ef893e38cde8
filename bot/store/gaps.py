"""The questions that got no answer, kept for whoever owns the policy.

Names and numbers were taken out before they came here. What is left is still somebody's question,
so it is sealed like a message, and erased after a time that the school sets.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.messages import Arrival, Gap, Role
from bot.store.sealing import Sealer
from bot.store.tables import gaps


@dataclass(frozen=True)
class KeptGap:
    """`number` is its own among all schools'; `dealt_at` when something had been done about it."""

    gap: Gap
    role: Role
    asked_at: datetime
    number: int = 0
    dealt_at: datetime | None = None


def add(
    connection: Connection, sealer: Sealer, inbox_id: int, arrival: Arrival, gap: Gap, now: datetime
) -> None:
    connection.execute(
        insert(gaps).values(
            inbox_id=inbox_id,
            school=arrival.school,
            role=arrival.role,
            kind=gap.kind,
            topic=gap.topic,
            # As bytes that a surrogate can't stop: see `pack_arrival`.
            words=sealer.seal(gap.words.encode("utf-8", "replace"), *_words(inbox_id)),
            asked_at=now,
        )
    )


def listed(
    connection: Connection, sealer: Sealer, school: str, *, dealt: bool = False
) -> list[KeptGap]:
    """Those that wait for somebody to do something about them, or those that are dealt with."""
    settled = gaps.c.dealt_at.is_not(None) if dealt else gaps.c.dealt_at.is_(None)
    rows = connection.execute(
        select(gaps)
        .where(gaps.c.school == school, settled)
        .order_by(gaps.c.asked_at, gaps.c.inbox_id)
    )
    return [
        KeptGap(
            Gap(row.kind, row.topic, sealer.open(row.words, *_words(row.inbox_id)).decode()),
            row.role,
            row.asked_at,
            row.inbox_id,
            row.dealt_at,
        )
        for row in rows
    ]


def settle(
    connection: Connection, school: str, numbers: Collection[int], now: datetime | None
) -> int:
    """Mark questions of this school as dealt with, or as waiting again; how many there were."""
    settled = gaps.c.dealt_at.is_(None) if now else gaps.c.dealt_at.is_not(None)
    changed: int = connection.execute(
        update(gaps)
        .where(gaps.c.school == school, gaps.c.inbox_id.in_(list(numbers)), settled)
        .values(dealt_at=now)
    ).rowcount
    return changed


def forget(connection: Connection, before: datetime) -> int:
    erased: int = connection.execute(delete(gaps).where(gaps.c.asked_at < before)).rowcount
    return erased


def _words(inbox_id: int) -> tuple[str, str, str]:
    return "gaps", str(inbox_id), "words"
