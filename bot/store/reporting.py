"""The reporter's side of a record: how it stands, what they add, and what they are told.

The conversation is the only proof of who asks: whoever writes in it may learn how its own reports
stand, and nothing else. What a reader says goes through the outbox of that conversation, and is
erased there once it is sent; it is kept as an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.cases import replies
from bot.cases.alerts import conversation as alerts_of
from bot.cases.entries import Entry, ReportState
from bot.cases.people import ROLES
from bot.cases.records import Evidence
from bot.cases.replies import ABOUT
from bot.cases.workflow import after
from bot.errors import BotError
from bot.messages import Button, Reply
from bot.store import drafts, entries, parts, thread, watching
from bot.store import outbox as outgoing
from bot.store.reaching import reach
from bot.store.records import EVIDENCE
from bot.store.sealing import Sealer
from bot.store.tables import conversations, outbox, reader_channels, readers, records
from bot.store.watch_tables import watchers

ANSWER = "Add to {reference}"
"""The button under what the school says: the words with which a reporter adds to their report."""

HOW_TO_ANSWER = (
    "If you'd like to answer, press the button, or write the same words. What you write then goes "
    "into your report, for those who have it and nobody else. They still don't know who you are if "
    "you gave no name."
)

ADDED = (
    "Signpost: the reporter has added something to {reference}. What it says is not in this "
    "message. Open it in Signpost with your passphrase."
)


def reports_of(connection: Connection, sealer: Sealer, conversation: str) -> list[ReportState]:
    """The newest first."""
    found = connection.execute(
        select(records, readers.c.roles)
        .outerjoin(readers, readers.c.id == records.c.seen_by)
        .where(records.c.thread == thread.mark(sealer, conversation))
        .order_by(records.c.id.desc())
    ).all()
    return [
        ReportState(
            row.reference,
            row.kind,
            row.status,
            row.opened_at,
            row.seen_at,
            frozenset((row.roles or "").split()),
            row.closed_at,
            _sent_to(connection, row.id),
            thread.fingerprint_of(sealer, row._mapping),
            row.school,
        )
        for row in found
    ]


def _sent_to(connection: Connection, number: int) -> frozenset[str]:
    """The first post of each who received it."""
    found = connection.execute(
        select(readers.c.roles)
        .join(watchers, watchers.c.reader_id == readers.c.id)
        .where(watchers.c.record_id == number, watchers.c.place == 0, ~watchers.c.copied)
    ).scalars()
    posts = [[role for role in ROLES if role in roles.split()] for roles in found]
    return frozenset(held[0] for held in posts if held)


def tell(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    text: str,
    reader: int,
    moves: int | None,
    now: datetime,
) -> int:
    """A reader's message to the reporter, as an entry and on its way.

    With the number of moves that were seen, the record waits for the answer from then on.
    """
    if moves is None:
        number = entries.add(connection, sealer, state, Entry("to-reporter", text), reader, now)
    else:
        asked = Entry("to-reporter", text, status="waiting")
        number = entries.move(connection, sealer, state, asked, reader, moves, now)
    reply = Reply(ABOUT.format(reference=state["reference"], text=text))
    if not reach(connection, sealer, state, _key(state, number), reply, now):
        raise BotError(
            f"{state['reference']} didn't come through the bot, so it can't reach the reporter. "
            "Nothing was stored; speak to them in another way and note that."
        )
    asks = Reply(HOW_TO_ANSWER, (Button(ANSWER.format(reference=state["reference"]), ""),))
    reach(connection, sealer, state, f"{_key(state, number)}-answer", asks, now)
    return number


def decided(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    entry: Entry,
    number: int,
    now: datetime,
) -> bool:
    """Tell the reporter what was decided; whether there is a way to them."""
    text = replies.decided(state["reference"], state["kind"], entry)
    return reach(connection, sealer, state, _key(state, number), Reply(text), now)


def _key(state: dict[str, Any], number: int) -> str:
    return f"{state['reference']}-entry-{number}"


def add(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    conversation: str,
    once: str,
    text: str,
    files: Sequence[Evidence],
    now: datetime,
) -> int | None:
    """What the reporter adds; nothing when `once` was there before, as in a repeated turn."""
    if state["thread"] != thread.mark(sealer, conversation):
        raise parts.not_yours(state["reference"])
    to = parts.owners(connection, state["id"], state["school"])
    holders = [owner for owner in to if owner is not None]
    told = _ways(connection, watching.told(connection, state["id"], holders))
    keys = {way: f"{state['reference']}-{once}-{way[0]}-{way[1]}" for way in told}
    if (
        keys
        and connection.execute(
            select(outbox.c.id).where(outbox.c.key.in_(list(keys.values())))
        ).first()
    ):
        return None
    for file in files:
        parts.add(connection, state, EVIDENCE, drafts.pack(file, now), to)
    added = Entry("from-reporter", text)
    if state["status"] == "waiting":
        # What it waited for has come, perhaps: whoever works on it is to look again.
        added = replace(added, status=after("waiting", "reporter-adds", state["kind"], "reporter"))
        entries.shift(connection, sealer, state, added, None, now)
    number = entries.add(connection, sealer, state, added, None, now)
    reply = Reply(ADDED.format(reference=state["reference"]))
    for (reader, way), key in keys.items():
        name = alerts_of(reader, way)
        outgoing.tell(connection, sealer, key, name, way, reply, 0, now)
    return number


def _ways(connection: Connection, people: Sequence[int]) -> list[tuple[int, str]]:
    """Where those who hold the record hear of it; those who never had an alert have no thread."""
    found = connection.execute(
        select(reader_channels.c.reader_id, reader_channels.c.channel)
        .where(reader_channels.c.reader_id.in_(people))
        .order_by(reader_channels.c.reader_id, reader_channels.c.place)
    ).all()
    names = {alerts_of(row.reader_id, row.channel) for row in found}
    known = set(
        connection.execute(select(conversations.c.id).where(conversations.c.id.in_(names)))
        .scalars()
        .all()
    )
    return [
        (row.reader_id, row.channel)
        for row in found
        if alerts_of(row.reader_id, row.channel) in known
    ]
