"""Walks any form from its first question to its end, without knowing what it asks."""

from __future__ import annotations

import yaml

from bot.dialogue.controls import (
    ADD_IT,
    BACK,
    CHANGE,
    MINE,
    RATHER_NOT,
    SAVE,
    SEND,
    SKIP,
    STOP,
    THATS_ALL,
)
from bot.dialogue.flows import ADDITION, FLOWS
from bot.dialogue.training import DOMAIN
from bot.messages import Said
from tests.dialogue.conversation import Conversation


def _forms() -> list[str]:
    found: list[str] = []
    for path in sorted(DOMAIN.glob("*.yml")):
        found += yaml.safe_load(path.read_text("utf-8")).get("forms") or {}
    return found


FORMS = [form for form in _forms() if form != ADDITION]
"""What adds to a report begins only after one, and is tried in test_adding_to_a_report.py."""

OF_PARENTS = [form for form in FORMS if "parent" in FLOWS[form].roles]  # type: ignore[index]
WALKS = [
    (form, role) for role, forms in (("staff", FORMS), ("parent", OF_PARENTS)) for form in forms
]
"""Every form for everybody who may fill it in."""

WAYS = {ADD_IT, BACK, CHANGE, MINE, RATHER_NOT, SAVE, SKIP, STOP}
"""Buttons that steer, and answer nothing."""

WORDS = "some words of mine, I am not sure when"

BEGIN = {
    "incident": "Report what happened",
    "contact-report": "Report this contact",
    "declaration": "Declare a friendship or tie",
    "account-application": "Apply for a school account",
    "permission": "Ask for permission",
    "website-report": "Report a website",
    "staff-concern": "Raise a concern about an adult",
    "acknowledgement": "Confirm that I've read the policy",
}


async def begin(talk: Conversation, form: str) -> Said:
    """Begin a form by its name, which is heard like any message, or from a doubt's button."""
    said = await talk.says(BEGIN[form])
    offered = [button.title for reply in said.replies for button in reply.buttons]
    if said.step is None and BEGIN[form] in offered:
        said = await talk.says(BEGIN[form])
    assert (said.flow, said.step is None) == (form, False), said.replies
    return said


async def answer(talk: Conversation, asked: Said) -> Said:
    """Give the question that is open the first answer it takes."""
    buttons = [button.title for button in asked.replies[-1].buttons]
    if SEND in buttons:
        return await talk.says(SEND)
    if THATS_ALL in buttons:
        return await talk.says(THATS_ALL)
    choices = [title for title in buttons if title not in WAYS]
    return await talk.says(choices[0] if choices else WORDS)
