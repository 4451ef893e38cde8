"""What a button means, in the policy room's words and in Rasa's.

Replies about the policy offer `topic:<slug>`, `group:<slug>`, `flow:<slug>` and `not-this`. Rasa is
spoken to in intents. A button for a flow that isn't there yet is left out: a choice must lead
somewhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from bot.messages import Button

NOT_ASKED = "/not-what-i-asked"
NONE_OF_THESE = Button("None of these", NOT_ASKED)


def pressing(kind: str, slug: str) -> str:
    return f"{kind}:{slug}"


def as_rasa(buttons: Iterable[Button], flows: Collection[str]) -> list[dict[str, str]]:
    """The buttons as Rasa's response wants them."""
    return [
        {"title": button.title, "payload": payload}
        for button in buttons
        if (payload := _payload(button.payload, flows))
    ]


def _payload(payload: str, flows: Collection[str]) -> str | None:
    kind, _, slug = payload.partition(":")
    if kind == "topic":
        return f"/ask{json.dumps({'topic': slug})}"
    if kind == "group":
        return f"/browse{json.dumps({'group': slug})}"
    if kind == "flow":
        return f"/{slug}" if slug in flows else None
    return NOT_ASKED
