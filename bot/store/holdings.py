"""All that the bot itself can tell of one person, for when they ask what is held of them.

A person is a conversation. What they handed over is sealed to its readers, so only its reference,
kind and dates can be given here; a reader exports the rest from the desk, after leaving out what
belongs to others. Lines that were erased are not held any more, and leave only their times.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.store import audit, drafts, reporting
from bot.store.engine import Database
from bot.store.enrolment_tables import blocked, memberships
from bot.store.enrolments import forget
from bot.store.inbox import remembered
from bot.store.sealing import Sealer, SealError, unpack_arrival, unpack_reply
from bot.store.tables import conversations, gaps, inbox, outbox
from bot.store.telegram_tables import chats, updates
from bot.store.updates import chat_place
from bot.store.web_tables import uploads, web_chats

UNREADABLE = "(erased, or can't be opened)"
PERSON = "a person"
"""What the audit calls whoever asked: the chain is never erased, so it doesn't name them."""


class People:
    """The store's door for people's rights; each method is one committed transaction."""

    def __init__(self, database: Database, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._now = now

    async def held(self, person: str, *, themselves: bool = False) -> dict[str, Any]:
        """All that is held of a person, ready to be written down; that it was asked is audited.

        `themselves` when they asked the bot, and nobody else had to look who they are.
        """

        def found(at: Connection) -> dict[str, Any]:
            giver = audit.BOT if themselves else audit.ADMINISTRATOR
            act = audit.Act(giver, "gave out what is held of", PERSON)
            audit.write(at, self._sealer, self._now(), act)
            return held(at, self._sealer, person)

        return await self._database.write(found)

    async def erase(self, person: str) -> None:
        """What `/delete_my_data` does, for somebody who asks for it in another way."""

        def erased(at: Connection) -> None:
            forget(at, person)
            act = audit.Act(audit.ADMINISTRATOR, "erased", PERSON)
            audit.write(at, self._sealer, self._now(), act)

        await self._database.write(erased)


def held(at: Connection, sealer: Sealer, person: str) -> dict[str, Any]:
    chat = _chat(at, sealer, person)
    memory = remembered(at, sealer, person)
    return {
        "person": person,
        "chat_at_telegram": chat,
        "belongs_to": _rows(at, memberships, memberships.c.person == person, "school role since"),
        "blocked": _rows(at, blocked, blocked.c.person == person, "at"),
        "conversation": _rows(
            at,
            conversations,
            conversations.c.id == person,
            "channel school role turns updated_at draft_since reminded_at",
        ),
        "page": _rows(at, web_chats, web_chats.c.conversation == person, "begun_at last_at"),
        "they_wrote": list(_heard(at, sealer, person)),
        "the_bot_said": list(_said(at, sealer, person)),
        "remembered": None if memory is None else _as_json(memory),
        "files_of_an_unfinished_form": list(_files(at, sealer, person)),
        "files_on_their_way": _rows(at, uploads, uploads.c.conversation == person, "sent_at"),
        "questions_without_an_answer": list(_gaps(at, sealer, person)),
        "not_understood_by_the_channel": _aside(at, sealer, chat),
        "reports": [
            {
                "reference": one.reference,
                "kind": one.kind,
                "status": one.status,
                "handed_over": one.opened_at.isoformat(),
                "seen": one.seen_at and one.seen_at.isoformat(),
                "closed": one.closed_at and one.closed_at.isoformat(),
            }
            for one in reporting.reports_of(at, sealer, person)
        ],
    }


def _rows(at: Connection, table: Any, where: Any, names: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names.split()]
    return [
        {name: _plain(value) for name, value in row._mapping.items()}
        for row in at.execute(select(*columns).where(where))
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _as_json(memory: bytes) -> Any:
    try:
        return json.loads(memory)
    except ValueError:
        return UNREADABLE


def _chat(at: Connection, sealer: Sealer, person: str) -> int | None:
    sealed = at.execute(select(chats.c.chat).where(chats.c.conversation == person)).scalar()
    return None if sealed is None else int(sealer.open(sealed, *chat_place(person)))


def _heard(at: Connection, sealer: Sealer, person: str) -> Iterator[dict[str, Any]]:
    for row in at.execute(select(inbox).where(inbox.c.conversation == person).order_by(inbox.c.id)):
        words: Any = UNREADABLE
        files = 0
        try:
            arrival = unpack_arrival(
                sealer.open(row.body, "inbox", f"{row.channel} {row.update_id}", "body")
            )
            words, files = arrival.text, len(arrival.files)
        except SealError:
            pass
        yield {"at": row.received_at.isoformat(), "words": words, "files": files}


def _said(at: Connection, sealer: Sealer, person: str) -> Iterator[dict[str, Any]]:
    said = select(outbox).where(outbox.c.conversation == person).order_by(outbox.c.id)
    for row in at.execute(said):
        try:
            words = unpack_reply(sealer.open(row.body, "outbox", row.key, "body")).text
        except SealError:
            words = UNREADABLE
        yield {"at": row.created_at.isoformat(), "words": words, "status": row.status}


def _files(at: Connection, sealer: Sealer, person: str) -> Iterator[dict[str, Any]]:
    for packed in drafts.taken(at, sealer, person):
        file = drafts.unpack(packed)
        yield {"kind": file.media, "bytes": len(file.content)}


def _gaps(at: Connection, sealer: Sealer, person: str) -> Iterator[dict[str, Any]]:
    theirs = select(gaps).join(inbox, inbox.c.id == gaps.c.inbox_id)
    for row in at.execute(theirs.where(inbox.c.conversation == person)):
        words = sealer.open(row.words, "gaps", str(row.inbox_id), "words").decode()
        yield {"at": row.asked_at.isoformat(), "words": words}


def _aside(at: Connection, sealer: Sealer, chat: int | None) -> list[str]:
    """When something came from this chat that nobody could read, and that is still kept."""
    if chat is None:
        return []
    found = []
    for row in at.execute(select(updates).where(updates.c.body.is_not(None))):
        try:
            raw = sealer.open(row.body, "updates", f"{row.channel} {row.update_id}", "body")
        except SealError:
            continue
        if f'"id":{chat}'.encode() in raw.replace(b" ", b""):
            found.append(row.received_at.isoformat())
    return found
