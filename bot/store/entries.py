"""What is added to a record: entries of readers and of the reporter, and moves of its status.

Author and time stand inside the sealed part. A move says how many moves its reader had seen: when
another reader was quicker, it is refused and says who that was. The row is locked meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.calendar import LONDON
from bot.cases.entries import Entry, KeptEntry
from bot.cases.registers import review_day
from bot.cases.replies import to_confirm
from bot.cases.workflow import Decision, MoveRefused, after, move_of, outcome_of, status_of
from bot.errors import MovedMeanwhile
from bot.store import audit, marks, parts, thread, watching
from bot.store import readers as people
from bot.store.audit import Act
from bot.store.case_tables import open_actions
from bot.store.sealing import Sealer, SealError
from bot.store.tables import readers, record_keys

CLOSED = "closed"
STAGES = {"received": 0, CLOSED: 2}
OTHER_STAGE = 1


def kept(
    connection: Connection, state: dict[str, Any], reader: int | None, private: bytes
) -> list[KeptEntry]:
    """All entries that this reader can open, in their order."""
    return [
        unpack(part.number, part.plain)
        for part in parts.opened(connection, state, reader, private, sort=parts.ENTRY)
    ]


def add(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    entry: Entry,
    author: int | None,
    now: datetime,
) -> int:
    """Seal an entry to whoever holds the record; `state` is of a row that this transaction locked.

    What it is stands in the audit, not what it says.
    """
    to = parts.owners(connection, state["id"], state["school"])
    number = parts.add(connection, state, parts.ENTRY, pack(entry, author, now), to)
    _note_action(connection, state["id"], number, entry)
    marks.write(connection, sealer, state)
    actor = "reporter" if author is None else audit.reader(author)
    audit.write(
        connection, sealer, now, Act(actor, f"{audit.ADDED} {entry.kind}", state["reference"])
    )
    return number


def _note_action(connection: Connection, record: int, number: int, entry: Entry) -> None:
    """Keep in clear who has something to do and until when, for as long as it isn't done."""
    if entry.kind == "action" and entry.owner is not None:
        mine = {"record_id": record, "number": number, "reader_id": entry.owner}
        connection.execute(insert(open_actions).values(**mine, due_on=entry.due))
    elif entry.kind == "done":
        theirs = (open_actions.c.record_id == record) & (open_actions.c.number == entry.settles)
        connection.execute(delete(open_actions).where(theirs))


def move(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    entry: Entry,
    reader: int,
    moves: int,
    now: datetime,
) -> int:
    if state["moves"] != moves:
        raise MovedMeanwhile(_meanwhile(connection, sealer, state))
    part = watching.part_of(connection, state["id"], reader)
    step = move_of(entry.kind, state["status"], entry.status)
    if after(status_of(state["status"]), step, state["kind"], part) != entry.status:
        raise MoveRefused(f"This doesn't lead to {entry.status!r}; nothing was changed.")
    if entry.kind == "decision":
        decision = Decision(outcome_of(entry.outcome), entry.text, entry.conditions, entry.review)
        decision.check(now.astimezone(LONDON).date())
    shift(connection, sealer, state, entry, reader, now)
    return add(connection, sealer, state, entry, reader, now)


def shift(
    connection: Connection,
    sealer: Sealer,
    state: dict[str, Any],
    entry: Entry,
    mover: int | None,
    now: datetime,
) -> None:
    """Bring the record to an entry's status; nobody's move is the reporter's."""
    stage = STAGES.get(entry.status, OTHER_STAGE)
    closed = entry.status == CLOSED
    changes: dict[str, Any] = {
        "status": entry.status,
        "moves": state["moves"] + 1,
        "moved_by": mover,
        "moved_at": now,
        "closed_at": now if closed else None,
        # The minder looks at what was moved, and says when it is due next.
        "next_due": now,
        "erase_on": None,
    }
    if entry.kind == "decision" or (closed and to_confirm(state["kind"])):
        day = review_day(state["kind"], state["opened_at"], entry.outcome, entry.review)
        past = day is not None and day <= now.astimezone(LONDON).date()
        over = to_confirm(state["kind"]) and (past or thread.renewed(connection, state))
        changes["review_on"] = None if over else day
    marks.write(connection, sealer, state, **changes)
    copies: dict[str, Any] = {"stage": stage, **({"due_at": None} if closed else {})}
    connection.execute(
        update(record_keys).where(record_keys.c.record_id == state["id"]).values(**copies)
    )


def _meanwhile(connection: Connection, sealer: Sealer, state: dict[str, Any]) -> str:
    mover = connection.execute(select(readers).where(readers.c.id == state["moved_by"])).first()
    who = people.name_of(sealer, mover) if mover else "What the reporter added"
    at = state["moved_at"]
    when = f" on {at.day} {at:%B at %H:%M} UTC" if at else ""
    return (
        f"{who} has moved {state['reference']} to “{state['status']}”{when}, after you opened it. "
        "Nothing of yours was stored. Open it again, look at what was done, and then decide."
    )


def pack(entry: Entry, author: int | None, now: datetime) -> bytes:
    said = {name: value for name, value in asdict(entry).items() if value not in (None, "")}
    for name in ("due", "review"):
        if name in said:
            said[name] = said[name].isoformat()
    return json.dumps({"author": author, "at": now.isoformat(), **said}).encode("ascii")


def unpack(number: int, plain: bytes) -> KeptEntry:
    try:
        said = json.loads(plain)
        author, at = said.pop("author"), datetime.fromisoformat(said.pop("at"))
        for name in ("due", "review"):
            if name in said:
                said[name] = date.fromisoformat(said[name])
        return KeptEntry(number, author, at, Entry(**said))
    except (ValueError, KeyError, TypeError) as error:
        raise SealError("An entry was written by a newer Signpost; install that again.") from error
