"""The bot in a terminal: for trying it out, and for a machine with nothing else.

It goes the same way as every channel: a line typed is kept in the inbox before anything is done
with it, and a reply is taken from the outbox. So a terminal that was closed in mid-sentence says on
its next start what it still owed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TextIO

from bot.errors import BotError
from bot.messages import Arrival, Button, Reply, Role, Said

CHANNEL = "terminal"
WIDTH = 88
LEAVE = {"/quit", "/exit", "quit", "exit", "bye"}


class Conversation(Protocol):
    """What the terminal needs of the application."""

    async def accept(self, arrival: Arrival) -> int | None: ...

    def help_alone(self, arrival: Arrival) -> Said | None:
        """What a message in danger must be told even if it can't be kept."""

    async def work_off(self, held_up: Callable[[], None]) -> None:
        """Do every waiting turn, and send what the outbox holds; `held_up` if that takes long."""


class Printer:
    """The terminal's way out: prints replies, and numbers their buttons."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.offered: tuple[Button, ...] = ()

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        for paragraph in reply.text.split("\n"):
            indent = " " * (len(paragraph) - len(paragraph.lstrip()))
            self.say(textwrap.fill(paragraph, WIDTH, subsequent_indent=indent))
        # Several replies to one message go on counting, so that a number means one button.
        for number, button in enumerate(reply.buttons, len(self.offered) + 1):
            self.say(f"  [{number}] {button.title}")
        self.say("")
        self.offered += reply.buttons

    def say(self, line: str) -> None:
        print(line, file=self._out, flush=True)


async def chat(
    application: Conversation,
    printer: Printer,
    read: Callable[[str], Awaitable[str | None]],
    *,
    school: str,
    role: Role,
    new_id: Callable[[], str],
) -> None:
    """Talk until the person leaves. `read` shows a prompt and gives a line, or None at the end."""

    def held_up() -> None:
        printer.say("(One moment: this takes longer than it should.)")

    await application.work_off(held_up)  # what a terminal that was closed early still owes
    while (line := await read("You: ")) is not None:
        if line.strip().lower() in LEAVE:
            break
        arrival = Arrival(
            channel=CHANNEL,
            update=new_id(),
            conversation=f"{CHANNEL}:{school}:{role}",
            school=school,
            role=role,
            text=pressed(line, printer.offered),
        )
        try:
            await application.accept(arrival)
        except BotError as error:
            if urgent := application.help_alone(arrival):
                for reply in urgent.replies:
                    await printer.send(arrival.conversation, reply, "")
            printer.say(f"Your message was not kept, so nobody has read it. {error}")
            continue
        printer.offered = ()
        await application.work_off(held_up)


def pressed(line: str, offered: Sequence[Button]) -> str:
    """A number presses the button that carries it; anything else is what it says."""
    number = line.strip().strip("[]")
    if number.isdecimal() and 1 <= int(number) <= len(offered):
        return offered[int(number) - 1].title
    return line


async def choose(
    printer: Printer,
    read: Callable[[str], Awaitable[str | None]],
    question: str,
    choices: Sequence[tuple[str, str]],
) -> str | None:
    """Let a person pick one of `(value, title)` by its number or its name."""
    printer.say(question)
    for number, (_, title) in enumerate(choices, 1):
        printer.say(f"  [{number}] {title}")
    while (line := await read("Number: ")) is not None:
        said = line.strip().strip("[]").casefold()
        for number, (value, title) in enumerate(choices, 1):
            if said in {str(number), value.casefold(), title.casefold()}:
                return value
        printer.say(f"Please type a number from 1 to {len(choices)}.")
    return None
