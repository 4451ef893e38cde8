"""In a group of colleagues: short answers from the policy, and reports never.

Whoever reads along may be whom a report is about, so nothing that sounds like one is answered here;
a link leads to the same thing in private. A question is answered without a conversation around it,
and nothing of it is kept.
"""

from __future__ import annotations

import re

from bot.channels.telegram import words
from bot.channels.telegram.contracts import CHANNEL, Person, Think
from bot.channels.telegram.reading import Me, Written
from bot.channels.telegram.splitting import pieces
from bot.messages import Arrival, Button, Reply

BRIEF = 700
"""Letters in a group's answer: what fits a telephone's screen."""

ASKS = re.compile(
    r"\?|^\W*(can|could|may|might|must|should|shall|is|are|am|do|does|did|what|when|where|which|who"
    r"|whom|how|why|will|would|have|has)\b",
    re.IGNORECASE,
)
"""A question; anything else that leads to a report tells of something that has happened."""

FLOW = "flow-"
"""What a link's payload begins with, before the flow that it opens."""


async def answer(think: Think, written: Written, person: Person, me: Me, update: str) -> Reply:
    name, argument = written.command or ("ask", written.text)
    if name in ("start", "help"):
        return Reply(words.GROUP_HELLO, (_private(me, "hello"),))
    if name != "ask":
        return _elsewhere(me, None)
    if person.school is None or person.role is None:
        return Reply(words.WHO_ARE_YOU, (_private(me, "hello"),))
    if not argument:
        return Reply(words.ASK_SOMETHING)
    said = await think(
        Arrival(CHANNEL, update, f"{CHANNEL}-group:{update}", person.school, person.role, argument)
    )
    if said.outcome == "urgent":
        return Reply(words.URGENT_PRIVATELY, (_private(me, "hello"),))
    if said.outcome == "flow" or (said.flow and not ASKS.search(argument)):
        return _elsewhere(me, said.flow)
    text = said.replies[0].text if said.replies else words.ASK_SOMETHING
    short = pieces(text, BRIEF)
    more = (_private(me, "hello"),) if len(short) > 1 or len(said.replies) > 1 else ()
    if said.flow:
        more = (_private(me, FLOW + said.flow),)
    return Reply(f"{short[0]}\n\n{words.MORE}" if len(short) > 1 else short[0], more, None)


def _elsewhere(me: Me, flow: str | None) -> Reply:
    return Reply(words.PRIVATELY, (_private(me, FLOW + flow if flow else "hello"),))


def _private(me: Me, payload: str) -> Button:
    return Button(words.IN_PRIVATE, f"https://t.me/{me.username}?start={payload}")
