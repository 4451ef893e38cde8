"""What a person of the town does in a visit: asks, reports, shows a file, is in need; any channel.

People answer whatever the open form asks, and press what is offered, so they come through when a
reply is late or is shown twice.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from typing import Protocol

from bot.dialogue.actions.steering import DONE_WORDS
from bot.dialogue.controls import SEND, THATS_ALL
from bot.first import SHALL_I_BUTTONS
from tests.bench.messages import MESSAGES
from tests.dialogue.walking import BEGIN, WAYS
from tests.resilience.soak.ledger import Case, Ledger

REFERENCE = re.compile(r"SP-\w{4}-\w{4}")
FORMS = ("incident", "incident", "contact-report", "permission", "staff-concern", "declaration")
STEPS = 30
"""Answers after which somebody gives a form up."""

KEPT = DONE_WORDS.format(count=1)
"""How it is said that a file is kept; a late reply to what was said before says nothing of it."""

CRY = "A boy in my class says he wants to die. He said so in {mark}."


class NoAnswer(Exception):  # noqa: N818  # what happened
    """Somebody waited for long and heard nothing. What they wrote was taken all the same."""


@dataclass(frozen=True)
class Heard:
    text: str
    buttons: tuple[str, ...] = ()
    files: bool = False
    """Whether a file would be taken now."""


class Talker(Protocol):
    """One way to talk to the bot. Each of these returns once the bot has answered."""

    async def say(self, text: str) -> Heard: ...

    async def press(self, title: str) -> Heard: ...

    async def show(self, content: str) -> Heard: ...


async def visit(
    talker: Talker, ledger: Ledger, chance: random.Random, until: float, *, may_cry: bool
) -> None:
    """Nobody begins anything after `until`, nor goes on with a long form."""
    what = chance.random()
    if may_cry and what < 0.06:
        await _cry(talker, ledger)
    elif what < 0.4:
        await _report(talker, ledger, chance, until)
    else:
        for text in chance.sample(MESSAGES, chance.randint(2, 5)):
            if time.monotonic() < until:
                await talker.say(text)


async def _cry(talker: Talker, ledger: Ledger) -> None:
    case, yes = ledger.case(urgent=True), SHALL_I_BUTTONS[0].title
    heard = await talker.say(CRY.format(mark=case.mark))
    if yes in heard.buttons:
        case.sent = True
        _note(await talker.press(yes), case, ledger)


async def _report(talker: Talker, ledger: Ledger, chance: random.Random, until: float) -> None:
    case, begin = ledger.case(), BEGIN[chance.choice(FORMS)]
    heard = await talker.say(begin)
    if begin in heard.buttons:
        heard = await talker.press(begin)
    for _ in range(STEPS):
        if SEND in heard.buttons:
            case.sent = True
            _note(await talker.press(SEND), case, ledger)
            return
        if time.monotonic() > until:
            return
        heard = await _answer(talker, heard, case, chance)
    await talker.say("stop")


async def _answer(talker: Talker, heard: Heard, case: Case, chance: random.Random) -> Heard:
    if heard.files and not case.files:
        shown = await talker.show(f"What he wrote in {case.mark}.")
        case.files += KEPT in shown.text
        return shown
    if THATS_ALL in heard.buttons:
        return await talker.press(THATS_ALL)
    choices = [title for title in heard.buttons if title not in WAYS]
    if choices:
        return await talker.press(chance.choice(choices))
    return await talker.say(f"It was said in {case.mark}, and some others heard it.")


def _note(heard: Heard, case: Case, ledger: Ledger) -> None:
    if found := REFERENCE.search(heard.text):
        case.reference = found[0]
        ledger.shown.add(found[0])
