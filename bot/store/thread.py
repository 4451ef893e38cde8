"""The tie between a record and the conversation that it came from.

The bot needs it to say how a report stands, and to bring a reader's question to somebody who gave
no name. It is sealed with the server key, and found again by a mark: the database alone doesn't
tell which conversation a record came from, nor which records came from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.cases.registers import RENEWS_AFTER
from bot.cases.replies import to_confirm
from bot.store.sealing import Sealer
from bot.store.tables import records


def tie(sealer: Sealer, reference: str, conversation: str | None) -> dict[str, Any]:
    """What stands in the record's row."""
    if conversation is None:
        return {"conversation": None, "thread": None}
    sealed = sealer.seal(conversation.encode(), *_place(reference))
    return {"conversation": sealed, "thread": mark(sealer, conversation)}


def mark(sealer: Sealer, conversation: str) -> bytes:
    return sealer.mark(conversation.encode(), "thread")


def renewed(connection: Connection, state: Mapping[str, Any]) -> bool:
    """Whether whoever confirmed something has done so again since."""
    if state["thread"] is None or not to_confirm(state["kind"]):
        return False
    later = select(records.c.id).where(
        *_same(state), records.c.opened_at >= state["opened_at"] + RENEWS_AFTER
    )
    return connection.execute(later.limit(1)).first() is not None


def renew(connection: Connection, state: Mapping[str, Any]) -> None:
    """Let what was confirmed before rest: nobody is to be reminded of that any more."""
    if state["thread"] is not None and to_confirm(state["kind"]):
        before = records.c.opened_at <= state["opened_at"] - RENEWS_AFTER
        connection.execute(update(records).where(*_same(state), before).values(review_on=None))


def _same(state: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(records.c[name] == state[name] for name in ("thread", "school", "kind"))


def conversation_of(sealer: Sealer, state: dict[str, Any]) -> str | None:
    sealed = state["conversation"]
    return None if sealed is None else sealer.open(sealed, *_place(state["reference"])).decode()


def proven(sealer: Sealer, reference: str, fingerprint: str) -> bytes:
    """The fingerprint of what was sent, for its reporter and nobody else who asks the database."""
    return sealer.seal(fingerprint.encode(), "records", reference, "fingerprint")


def fingerprint_of(sealer: Sealer, state: Mapping[str, Any]) -> str:
    """Nothing for a record from before there were any."""
    sealed = state["fingerprint"]
    if sealed is None:
        return ""
    return sealer.open(sealed, "records", state["reference"], "fingerprint").decode()


def _place(reference: str) -> tuple[str, str, str]:
    return "records", reference, "conversation"
