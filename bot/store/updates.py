"""What a channel sent, exactly as it came, until somebody has read it and settled what it means.

To settle is one transaction: the update is done, and whatever follows from it is there, a message
in the inbox or an answer in the outbox. So an update may be read again after a crash, as often as
it takes, and has one consequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.engine import Connection

from bot.messages import Arrival, Reply
from bot.store import inbox, outbox
from bot.store.enrolment_tables import memberships
from bot.store.inbox import INSERT
from bot.store.sealing import Sealer, SealError
from bot.store.tables import WAITING
from bot.store.tables import outbox as outbox_rows
from bot.store.telegram_tables import chat_messages, chats, updates
from bot.updates import Home, KeptUpdate, Settled


def keep(
    connection: Connection,
    sealer: Sealer,
    channel: str,
    came: Sequence[tuple[str, bytes]],
    now: datetime,
) -> int:
    """Keep what isn't kept yet; how many that were."""
    new = 0
    for name, raw in came:
        kept = connection.execute(
            INSERT[connection.dialect.name](updates)
            .values(
                channel=channel,
                update_id=name,
                body=sealer.seal(raw, *_body(channel, name)),
                status="waiting",
                received_at=now,
            )
            .on_conflict_do_nothing(index_elements=["channel", "update_id"])
        )
        new += kept.rowcount
    return new


# Built once: putting the question together costs as much as asking it.
OLDEST = select(updates).where(updates.c.status == WAITING).order_by(updates.c.id)


def waiting(connection: Connection, sealer: Sealer, limit: int, now: datetime) -> list[KeptUpdate]:
    """The oldest that wait, in order. What can't be opened is set aside."""
    found = []
    for row in connection.execute(OLDEST.limit(bindparam("most")), {"most": limit}).all():
        try:
            raw = sealer.open(row.body, *_body(row.channel, row.update_id))
        except SealError as broken:
            end(connection, [row.id], "aside", now, type(broken).__name__)
        else:
            found.append(KeptUpdate(row.id, row.update_id, raw, row.received_at))
    return found


def end(
    connection: Connection,
    numbers: Sequence[int],
    status: str,
    now: datetime,
    failure: str | None = None,
) -> bool:
    """False, and nothing changed, when somebody else has settled one of them."""
    changes: dict[str, Any] = {"status": status, "finished_at": now, "failure": failure}
    if status == "done":
        changes["body"] = None
    ended = connection.execute(
        update(updates)
        .where(updates.c.id.in_(list(numbers)), updates.c.status == WAITING)
        .values(**changes)
    )
    return bool(ended.rowcount == len(numbers))


def settle(
    connection: Connection,
    sealer: Sealer,
    home: Home,
    key: str,
    arrival: Arrival | None,
    replies: Sequence[Reply],
    messages: Sequence[int],
    priority: int,
    now: datetime,
) -> Settled:
    """Write what follows from updates that `end` has marked as done."""
    number = None
    if arrival is None:
        inbox.begin(connection, home, now)
    else:
        number = inbox.accept(connection, sealer, arrival, now)
    _move_in(connection, sealer, home, now)
    for place, reply in enumerate(replies, start=1):
        outbox.tell(
            connection,
            sealer,
            f"{key}-{place}",
            home.conversation,
            home.channel,
            reply,
            priority,
            now,
            # In a group nobody asks again what was said, and nothing of it is to be kept.
            fleeting=home.role == "group",
        )
    for message in messages:
        note_message(connection, home.conversation, message, False, now)
    stale = take_buttons(connection, home.conversation) if arrival else ()
    return Settled(number, stale)


def _move_in(connection: Connection, sealer: Sealer, home: Home, now: datetime) -> None:
    connection.execute(
        INSERT[connection.dialect.name](chats)
        .values(conversation=home.conversation, chat=_sealed(sealer, home), updated_at=now)
        .on_conflict_do_nothing(index_elements=["conversation"])
    )


def note_message(
    connection: Connection, conversation: str, message: int, has_buttons: bool, now: datetime
) -> None:
    connection.execute(
        INSERT[connection.dialect.name](chat_messages)
        .values(conversation=conversation, message=message, has_buttons=has_buttons, at=now)
        .on_conflict_do_nothing(index_elements=["conversation", "message"])
    )


def take_buttons(connection: Connection, conversation: str) -> tuple[int, ...]:
    """The messages in a conversation that show buttons, which from now on show none."""
    shown = (chat_messages.c.conversation == conversation) & chat_messages.c.has_buttons
    found = connection.execute(select(chat_messages.c.message).where(shown)).scalars().all()
    if found:
        connection.execute(update(chat_messages).where(shown).values(has_buttons=False))
    return tuple(found)


def forget(connection: Connection, before: datetime) -> None:
    """Erase what is older: settled updates, which messages a chat holds, and whose chat it is.

    Of members the chat stays, since they may be told something; of everybody else, such as somebody
    who had their data deleted, it goes, and comes again with what they write next.
    """
    connection.execute(
        delete(updates).where(updates.c.status == "done", updates.c.received_at < before)
    )
    connection.execute(delete(chat_messages).where(chat_messages.c.at < before))
    known = exists().where(memberships.c.person == chats.c.conversation)
    awaited = exists().where(
        outbox_rows.c.conversation == chats.c.conversation, outbox_rows.c.status == WAITING
    )
    connection.execute(delete(chats).where(chats.c.updated_at < before, ~known, ~awaited))


def set_aside(connection: Connection) -> int:
    """How many updates wait for somebody who looks after the bot."""
    count = select(func.count()).select_from(updates).where(updates.c.status == "aside")
    return int(connection.execute(count).scalar_one())


def _sealed(sealer: Sealer, home: Home) -> bytes:
    return sealer.seal(str(home.chat).encode(), *chat_place(home.conversation))


def chat_place(conversation: str) -> tuple[str, str, str]:
    return "chats", conversation, "chat"


def _body(channel: str, update_id: str) -> tuple[str, str, str]:
    return "updates", f"{channel} {update_id}", "body"
