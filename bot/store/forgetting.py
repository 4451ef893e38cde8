"""Takes a conversation out of the database, as far as nothing that was handed over hangs on it."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.engine import Connection

from bot.store import drafts
from bot.store.case_tables import draft_evidence
from bot.store.tables import WAITING, conversations, inbox, outbox


def begin_again(connection: Connection, conversation: str, school: str, role: str) -> None:
    """Forget how a conversation stands: it is with another school, or as somebody else, from now.

    A form that was begun for one school must not be handed over to another.
    """
    drafts.hush(connection, conversation)
    drafts.wipe(connection, conversation)
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(memory=None, draft_since=None, reminded_at=None, school=school, role=role)
    )


def erase(connection: Connection, conversation: str) -> None:
    """Delete what was said in a conversation, and how it stands."""
    erase_words(connection, conversation)
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(memory=None, draft_since=None, reminded_at=None)
    )


def erase_words(connection: Connection, conversation: str) -> None:
    """Delete what was said, with the files of its draft. What waits to be answered stays."""
    # The files first: each hangs on the message that it came with.
    connection.execute(delete(draft_evidence).where(draft_evidence.c.conversation == conversation))
    connection.execute(delete(outbox).where(outbox.c.conversation == conversation))
    connection.execute(
        delete(inbox).where(inbox.c.conversation == conversation, inbox.c.status != WAITING)
    )
