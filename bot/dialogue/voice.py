"""Collects what Rasa says in a turn, with the facts that each reply carries about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.messages import Button, Reply


@dataclass
class Listener(OutputChannel):  # type: ignore[misc]  # Rasa is untyped to mypy
    """Rasa's way out: keeps each reply, and the notes that an action sends along with it."""

    replies: list[Reply] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def name(cls) -> str:
        return "signpost"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        notes = message.get("custom") or {}
        self.notes.update(notes)
        buttons = tuple(
            Button(button["title"], button["payload"]) for button in message.get("buttons") or ()
        )
        if message.get("text"):
            self.replies.append(Reply(message["text"], buttons, notes.get("pack")))
