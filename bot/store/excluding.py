"""Takes a record away from a reader who turns out to have a part in it, for good.

Not every name is known when a record comes in. Whoever holds it may say later that it is about a
colleague too: then that colleague loses the key, their place in the line and what is on its way to
them, and the record is encrypted anew. Every entry of the same person goes with them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from bot.cases.naming import same_person
from bot.errors import BotError, UnknownReader
from bot.store import audit, exclusion, grants, marks, records
from bot.store import readers as people
from bot.store.audit import Act
from bot.store.case_tables import part_keys, record_parts
from bot.store.sealing import Sealer
from bot.store.tables import WAITING, outbox, record_keys
from bot.store.watch_tables import alerts, watchers


def exclude(
    connection: Connection,
    sealer: Sealer,
    reference: str,
    by: int,
    private: bytes,
    out: int,
    now: datetime,
) -> None:
    opened = records.opened(connection, sealer, reference, by, private)
    known = people.everyone(connection, sealer, opened.record.school)
    named = next((one for one in known if one.id == out), None)
    if named is None:
        raise UnknownReader(f"There is no reader {out} at this school; nothing was changed.")
    gone = [one for one in known if one.id == out or same_person(one, named)]
    numbers = [one.id for one in gone]
    if by in numbers:
        raise BotError(
            "You can't take a report from yourself: ask another reader who holds it to do so."
        )
    state = marks.locked(connection, sealer, reference)
    number = state["id"]
    theirs = select(record_parts.c.id).where(record_parts.c.record_id == number)
    connection.execute(
        delete(part_keys).where(part_keys.c.part_id.in_(theirs), part_keys.c.reader_id.in_(numbers))
    )
    told = (alerts.c.record_id == number) & alerts.c.reader_id.in_(numbers)
    keys = list(connection.execute(select(alerts.c.key).where(told)).scalars())
    connection.execute(delete(outbox).where(outbox.c.key.in_(keys), outbox.c.status == WAITING))
    connection.execute(delete(alerts).where(told))
    for table in (record_keys, watchers):
        mine = (table.c.record_id == number) & table.c.reader_id.in_(numbers)
        connection.execute(delete(table).where(mine))
    before = exclusion.remembered(sealer, state)
    left_out = [one for one in known if one.id in before or one.id in numbers]
    sealed = exclusion.sealed(sealer, reference, left_out)
    # The minder looks who is left in line; a closed record has nobody to pass it to.
    due = {} if state["status"] == "closed" else {"next_due": now}
    marks.write(connection, sealer, state, excluded=sealed, **due)
    grants.rekey(connection, sealer, reference, by, private, now)
    act = Act(audit.reader(by), f"took it from {audit.reader(out)}", reference)
    audit.write(connection, sealer, now, act)
