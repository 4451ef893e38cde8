"""What a conversation holds before anything is handed over, and how it is wiped.

Evidence waits here under the server key. When its record comes it is sealed with that, in the same
transaction, and is gone from here. Then the words of the conversation are erased too: from that
moment they exist only where the record's readers can open them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.cases.records import Evidence
from bot.errors import StoreError
from bot.store.case_tables import draft_evidence
from bot.store.inbox import Claim
from bot.store.outbox import ERASED
from bot.store.sealing import Sealer
from bot.store.tables import WAITING, inbox, outbox


def add(
    connection: Connection, sealer: Sealer, claim: Claim, files: Sequence[Evidence], now: datetime
) -> None:
    if not files:
        return
    number = claim.inbox_id
    connection.execute(
        insert(draft_evidence),
        [
            {
                "conversation": claim.arrival.conversation,
                "inbox_id": number,
                "place": place,
                "body": sealer.seal(pack(file, now), *_body(number, place)),
            }
            for place, file in enumerate(files, start=1)
        ],
    )


def taken(connection: Connection, sealer: Sealer, conversation: str) -> Iterator[bytes]:
    """Each file in its order, as it is to be sealed; one at a time, because they are large."""
    numbers = connection.execute(
        select(draft_evidence.c.id)
        .where(draft_evidence.c.conversation == conversation)
        .order_by(draft_evidence.c.inbox_id, draft_evidence.c.place)
    ).scalars()
    for number in list(numbers):
        row = connection.execute(select(draft_evidence).where(draft_evidence.c.id == number)).one()
        yield sealer.open(row.body, *_body(row.inbox_id, row.place))


def hush(connection: Connection, conversation: str) -> None:
    """What was said before this turn and is still on its way is erased once it has been sent."""
    connection.execute(
        update(outbox)
        .where(outbox.c.conversation == conversation, outbox.c.status == WAITING)
        .values(fleeting=True)
    )


def wipe(connection: Connection, conversation: str) -> None:
    """Erase the draft: its files, and the words of every message that has been dealt with.

    What is erased already is let be, or somebody's hundredth report would write all rows again.
    """
    connection.execute(delete(draft_evidence).where(draft_evidence.c.conversation == conversation))
    connection.execute(
        update(inbox)
        .where(
            inbox.c.conversation == conversation,
            inbox.c.status == "done",
            inbox.c.body != ERASED,
        )
        .values(body=ERASED)
    )
    connection.execute(
        update(outbox)
        .where(
            outbox.c.conversation == conversation,
            outbox.c.status.in_(("sent", "dead")),
            outbox.c.body != ERASED,
        )
        .values(body=ERASED)
    )


def pack(file: Evidence, now: datetime) -> bytes:
    """The file with what is sworn to of it: when it came, and its digest as it came."""
    head = {"media": file.media, "came_at": now.isoformat(), "sha256": file.sha256}
    return json.dumps(head).encode() + b"\n" + file.content


def unpack(packed: bytes) -> Evidence:
    line, _, content = packed.partition(b"\n")
    head = json.loads(line)
    if isinstance(head, str):
        return Evidence(head, content)  # type: ignore[arg-type]  # from before the rest was kept
    file = Evidence(head["media"], content, datetime.fromisoformat(head["came_at"]))
    if file.sha256 != head["sha256"]:
        raise StoreError("A file isn't the one that came: its digest has changed.")
    return file


def _body(number: int, place: int) -> tuple[str, str, str]:
    return "draft_evidence", f"{number} {place}", "body"
