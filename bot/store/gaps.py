"""The questions that got no answer, kept for whoever owns the policy.

Names and numbers were taken out before they came here. What is left is still somebody's question,
so it is sealed like a message, and erased after a time that the school sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.messages import Arrival, Gap, Role
from bot.store.sealing import Sealer
from bot.store.tables import gaps


@dataclass(frozen=True)
class KeptGap:
    gap: Gap
    role: Role
    asked_at: datetime


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


def listed(connection: Connection, sealer: Sealer, school: str) -> list[KeptGap]:
    rows = connection.execute(
        select(gaps).where(gaps.c.school == school).order_by(gaps.c.asked_at, gaps.c.inbox_id)
    )
    return [
        KeptGap(
            Gap(row.kind, row.topic, sealer.open(row.words, *_words(row.inbox_id)).decode()),
            row.role,
            row.asked_at,
        )
        for row in rows
    ]


def forget(connection: Connection, before: datetime) -> int:
    erased: int = connection.execute(delete(gaps).where(gaps.c.asked_at < before)).rowcount
    return erased


def _words(inbox_id: int) -> tuple[str, str, str]:
    return "gaps", str(inbox_id), "words"
