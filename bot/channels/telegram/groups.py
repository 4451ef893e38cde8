"""In a group of colleagues: short answers from the policy, and reports never.

Whoever reads along may be whom a report is about, so nothing that sounds like one is answered here;
a link leads to the same thing in private. A question is answered without a conversation around it,
and nothing of it is kept.
"""

from __future__ import annotations

import re

from bot.channels.telegram import words
from bot.channels.telegram.contracts import CHANNEL, Answer, Person, Think
from bot.channels.telegram.reading import Me, Written
from bot.channels.telegram.splitting import pieces
from bot.messages import Arrival, Button, Reply, Said

BRIEF = 700
"""Letters in a group's answer: what fits a telephone's screen."""

ASKS = re.compile(
    r"\?|^\W*(can|could|may|might|must|should|shall|is|are|am|do|does|did|what|when|where|which|who"
    r"|whom|how|why|will|would|have|has)\b",
    re.IGNORECASE,
)
"""A question; anything else that leads to a report tells of something that has happened."""

HAPPENED = re.compile(
    r"\b(i|we|he|she|they|me|us|him|them|his|her|their|somebody|someone|has|have|had|was|were|is|are"
    r"|been|sent|wrote|said|told|saw|got|took|put|\w{3,}ed)\b",
    re.IGNORECASE,
)
"""What telling has and a topic by its name, such as “photos on school trips”, hasn't."""

HELLO = "hello"
FLOW = "flow-"
"""What a link's payload is, or begins with before the flow that it opens."""

ANY = "any"
"""In the place of a flow: which one it is to be, is asked in private."""

OPENS = {"report": FLOW + ANY, "declare": f"{FLOW}declaration"}
"""What a command that isn't for a group leads to in private; every other begins there anew."""


def in_private(payload: str) -> tuple[str, str] | None:
    """The command that a link out of a group stands for; None if it is another one."""
    if payload == HELLO:
        return "start", ""
    if payload.startswith(FLOW):
        return "report", payload.removeprefix(FLOW)
    return None


async def answer(think: Think, written: Written, person: Person, me: Me, update: str) -> Answer:
    name, argument = written.command or ("ask", written.text)
    if name in ("start", "help"):
        return _says(words.GROUP_HELLO, _private(me, HELLO))
    if name != "ask":
        return _says(words.PRIVATELY, _private(me, OPENS.get(name, HELLO)))
    if person.school is None or person.role is None:
        return _says(words.WHO_ARE_YOU, _private(me, HELLO))
    if not argument:
        return _says(words.ASK_SOMETHING)
    said = await think(
        Arrival(CHANNEL, update, f"{CHANNEL}-group:{update}", person.school, person.role, argument)
    )
    if said.outcome == "urgent":
        return Answer((Reply(words.URGENT_PRIVATELY, (_private(me, FLOW + ANY),)),), urgent=True)
    if said.outcome == "flow" or _tells(said, argument):
        return _says(words.PRIVATELY, _private(me, FLOW + (said.flow or ANY)))
    if said.outcome == "clarify":
        return _says(words.UNSURE, _private(me, HELLO))
    text = said.replies[0].text if said.replies else words.ASK_SOMETHING
    short = pieces(text, BRIEF)
    more = (_private(me, HELLO),) if len(short) > 1 or len(said.replies) > 1 else ()
    if said.flow:
        more = (_private(me, FLOW + said.flow),)
    return _says(f"{short[0]}\n\n{words.MORE}" if len(short) > 1 else short[0], *more)


def _tells(said: Said, text: str) -> bool:
    """Whether it may be a report. What isn't a question, and isn't understood, may be one as well:
    to be asked for other words would have it told again, before everybody."""
    if ASKS.search(text) or said.outcome == "chat":
        return False
    return bool(said.flow or said.outcome in ("clarify", "unknown") or HAPPENED.search(text))


def _says(text: str, *buttons: Button) -> Answer:
    return Answer((Reply(text, buttons),))


def _private(me: Me, payload: str) -> Button:
    return Button(words.IN_PRIVATE, f"https://t.me/{me.username}?start={payload}")
