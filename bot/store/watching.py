"""How a record stands with those who must see it: its line, how far it was passed, who looked.

Everything here happens in the caller's transaction: the first alerts with the record itself, each
later step with its alerts and the time of the next one. So a step is taken once, whoever dies when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.cases import dead_ends, replies
from bot.cases.alerts import alert, priority
from bot.cases.calendar import LONDON, WEEK
from bot.cases.reminders import Plan, Watched, Watcher, Word
from bot.cases.replies import CONFIRM_AGAIN, CONFIRM_PAYLOAD
from bot.cases.routing import Handover
from bot.cases.workflow import Part
from bot.messages import Button, Reply
from bot.store import readers as people
from bot.store import telling
from bot.store.reaching import reach
from bot.store.sealing import Sealer
from bot.store.tables import outbox, readers, record_keys, records
from bot.store.watch_tables import alerts, watchers, watches


@dataclass(frozen=True)
class Decided:
    """What the rules make of a record: the plan, each word as a text, and when it is late.

    `mail` is whether there is an administrator to be told when nobody looks.
    """

    plan: Plan
    text: Callable[[Word], str]
    late_at: datetime | None
    mail: bool = False


def begin(
    connection: Connection, sealer: Sealer, handover: Handover, number: int, now: datetime
) -> None:
    """Draw up a new record's line, and alert those who have it first."""
    record, route = handover.record, handover.route
    first, copies = list(route.receivers), list(route.copied)
    behind = {one.id: place for place, step in enumerate(route.behind, 1) for one in step}
    line = {one.id: 0 for one in (*first, *copies)} | behind
    copied = {one.id for one in copies}
    if line:
        connection.execute(
            insert(watchers),
            [
                {"record_id": number, "reader_id": one, "place": place, "copied": one in copied}
                for one, place in sorted(line.items())
            ],
        )
    connection.execute(insert(watches).values(record_id=number, place=0, rounds=0, since=now))
    # The minder looks at once: it knows the calendar, and whether anybody can be reached.
    connection.execute(update(records).where(records.c.id == number).values(next_due=now))
    # In one order for every record, so that two turns never wait for each other's rows.
    for one in sorted([*first, *copies], key=lambda reader: reader.id):
        text = alert(record, handover.school_name, copied=one in copies)
        which = (number, record.reference, record.school)
        telling.tell(connection, sealer, which, one.id, text, priority(record), now)


def step(
    connection: Connection,
    sealer: Sealer,
    number: int,
    decide: Callable[[Watched], Decided],
    now: datetime,
) -> int:
    """Take one record's step if it is due; how many people are told.

    Taking the time away is the claim: of several processes one finds it there.
    """
    claimed = connection.execute(
        update(records)
        .where(records.c.id == number, records.c.next_due <= now)
        .values(next_due=None)
    )
    if claimed.rowcount != 1 or (state := watched(connection, sealer, number, now)) is None:
        return 0
    decided = decide(state)
    plan = decided.plan
    connection.execute(update(records).where(records.c.id == number).values(next_due=plan.next_due))
    connection.execute(
        update(record_keys).where(record_keys.c.record_id == number).values(due_at=decided.late_at)
    )
    changes: dict[str, Any] = {"place": plan.place, "rounds": plan.rounds, "since": plan.since}
    if plan.nobody and decided.mail and not _known(connection, number):
        key = f"administrator-{state.reference}-{now:%Y%m%dT%H%M%S}"
        text = dead_ends.nobody(state.reference, state.school)
        telling.tell_administrator(connection, sealer, key, text, state.school, now)
    if plan.nobody or not state.unseen:
        changes["nobody_at"] = now if plan.nobody else None
    connection.execute(update(watches).where(watches.c.record_id == number).values(**changes))
    which = (number, state.reference, state.school)
    for one, word in sorted(plan.tell, key=lambda told: told[0].reader):
        text = decided.text(word)
        telling.tell(connection, sealer, which, one.reader, text, priority(state), now)
    if plan.reporter:
        _remind_reporter(connection, sealer, number, now)
    return len(plan.tell)


def _remind_reporter(connection: Connection, sealer: Sealer, number: int, now: datetime) -> None:
    row = connection.execute(select(records).where(records.c.id == number)).one()
    text = replies.to_be_reviewed(row.reference, row.kind)
    again = (Button(CONFIRM_AGAIN, CONFIRM_PAYLOAD),) if replies.to_confirm(row.kind) else ()
    key = f"{row.reference}-review-{row.review_on.isoformat()}"
    reach(connection, sealer, dict(row._mapping), key, Reply(text, again), now)


def _known(connection: Connection, number: int) -> bool:
    """Whether it was found before that nobody looks at this record."""
    found = select(watches.c.nobody_at).where(watches.c.record_id == number)
    return connection.execute(found).scalar() is not None


def told(connection: Connection, number: int, holders: list[int]) -> list[int]:
    """Those of a record's holders who have heard of it: whoever may have to take over hasn't yet.

    Somebody to whom a key was given later isn't in the line, and knows.
    """
    heard = select(alerts.c.key).where(
        alerts.c.record_id == watchers.c.record_id, alerts.c.reader_id == watchers.c.reader_id
    )
    unaware = set(
        connection.execute(
            select(watchers.c.reader_id).where(
                watchers.c.record_id == number, watchers.c.seen_at.is_(None), ~heard.exists()
            )
        ).scalars()
    )
    return [one for one in holders if one not in unaware]


def part_of(connection: Connection, number: int, reader: int | None) -> Part:
    """What a holder of a record has to do with it: whom it was passed on to has received it, and so
    has somebody who was given a key later.
    """
    row = connection.execute(
        select(watchers.c.copied, watchers.c.place, watches.c.place.label("reached"))
        .join(watches, watches.c.record_id == watchers.c.record_id)
        .where(watchers.c.record_id == number, watchers.c.reader_id == reader)
    ).first()
    if row is None or not row.copied:
        return "receiver"
    return "receiver" if 0 < row.place <= row.reached else "copy"


def watched(connection: Connection, sealer: Sealer, number: int, now: datetime) -> Watched | None:
    row = connection.execute(
        select(records, watches.c.place, watches.c.rounds, watches.c.since)
        .join(watches, watches.c.record_id == records.c.id)
        .where(records.c.id == number)
    ).first()
    if row is None:
        return None
    return Watched(
        reference=row.reference,
        school=row.school,
        kind=row.kind,
        severity=row.severity,
        status=row.status,
        opened_at=row.opened_at,
        since=row.since,
        line=tuple(_line(connection, sealer, number, now)),
        place=row.place,
        rounds=row.rounds,
        seen_at=row.seen_at,
        moved_at=row.moved_at,
        review_on=row.review_on,
    )


def _line(connection: Connection, sealer: Sealer, number: int, now: datetime) -> list[Watcher]:
    found = connection.execute(
        select(readers, watchers.c.place, watchers.c.copied, record_keys.c.id.label("key_id"))
        .join(watchers, watchers.c.reader_id == readers.c.id)
        .outerjoin(
            record_keys,
            (record_keys.c.record_id == watchers.c.record_id)
            & (record_keys.c.reader_id == watchers.c.reader_id),
        )
        .where(watchers.c.record_id == number, readers.c.active)
        .order_by(watchers.c.place, readers.c.id)
    ).all()
    dead = _dead_ways(connection, number)
    line = []
    for row in found:
        live = [way for way in telling.ways(connection, row.id) if (row.id, way) not in dead]
        week = frozenset(map(int, row.working_days)) if row.working_days else WEEK
        line.append(
            Watcher(
                reader=row.id,
                place=row.place,
                # Who has a copy, and is next in line as well, takes over when it is their turn.
                copied=row.copied and row.place == 0,
                keyed=row.key_id is not None,
                here=_here(row, week, now),
                heard=bool(live),
                week=week,
                name=people.name_of(sealer, row),
            )
        )
    return line


def _here(row: Any, week: frozenset[int], now: datetime) -> bool:
    away = row.away_from is not None and row.away_from <= now
    back = row.away_until is not None and row.away_until <= now
    return now.astimezone(LONDON).weekday() in week and not (away and not back)


def _dead_ways(connection: Connection, number: int) -> set[tuple[int, str]]:
    """The ways in which the last alert of this record could not be brought."""
    last: dict[tuple[int, str], str] = {}
    for row in connection.execute(
        select(alerts.c.reader_id, alerts.c.way, outbox.c.status)
        .join(outbox, outbox.c.key == alerts.c.key)
        .where(alerts.c.record_id == number)
        .order_by(alerts.c.told_at)
    ):
        last[row.reader_id, row.way] = row.status
    return {place for place, status in last.items() if status == "dead"}
