"""Verbs that talk: in a terminal for people, as lines of JSON for machines."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.channels import lines, terminal
from bot.errors import BotError
from bot.messages import ROLES, Arrival, Reply, Role, Said
from bot.settings import Settings
from bot.verbs.care import make_model
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.app import App
    from bot.cases.people import DeskRole
    from bot.delivery import Sender
    from bot.store import Store

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Speaker = Annotated[str, typer.Option("--role", help="Who is talking: staff or parent.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Database = Annotated[
    str | None, typer.Option("--database", help="Use this database, not one of its own.")
]
STAND_INS: tuple[DeskRole, ...] = ("dsl", "head", "chair-of-governors")
"""Enough for any report to be received, whomever it is about."""

NOWHERE = "nobody@example.invalid"


def chat(
    school: Annotated[str | None, typer.Option(help="The school's short name.")] = None,
    role: Annotated[str | None, typer.Option(help="staff or parent.")] = None,
) -> None:
    """Talk to the bot in this terminal."""
    settings = load()
    make_model(settings.model_dir)
    asyncio.run(_chat(settings, school, read_role(role) if role else None))


def ask(school: School, role: Speaker, json: Json = False, database: Database = None) -> None:
    """Answer each line of standard input as the first message of a conversation of its own."""
    settings = _machine(json)
    asyncio.run(_lines(settings, school, read_role(role), database, new_id, lines.as_answer))


def converse(school: School, role: Speaker, json: Json = False, database: Database = None) -> None:
    """Hold one conversation, a line of standard input a message."""
    settings, only = _machine(json), new_id()
    asyncio.run(_lines(settings, school, read_role(role), database, lambda: only, lines.as_step))


def _machine(json: bool) -> Settings:
    if not json:
        raise BotError("This verb prints JSON only; call it with --json, or use `chat` to talk.")
    settings = load()
    make_model(settings.model_dir)
    return settings


def read_role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise BotError(f"There is no role {name!r}; use one of {', '.join(ROLES)}.")


async def _chat(settings: Settings, school: str | None, role: Role | None) -> None:
    printer = terminal.Printer(sys.stdout)
    async with _opened(settings, {terminal.CHANNEL: printer}) as app:
        printer.say("Signpost. Write “quit” to leave.\n")
        school = school or await terminal.choose(
            printer, _read_line, "Which school?", app.schools()
        )
        role = role or _picked(
            await terminal.choose(
                printer,
                _read_line,
                "Who are you?",
                [("staff", "I work or volunteer there"), ("parent", "I'm a parent or carer")],
            )
        )
        if school is None or role is None:
            return
        app.check_school(school)
        printer.say("")
        await terminal.chat(app, printer, _read_line, school=school, role=role, new_id=new_id)


def _picked(name: str | None) -> Role | None:
    return None if name is None else read_role(name)


async def _read_line(prompt: str) -> str | None:
    """Read standard input without holding up the event loop."""

    def read() -> str | None:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        raw = sys.stdin.buffer.readline()
        return raw.decode("utf-8", errors="replace").rstrip("\r\n") if raw else None

    return await asyncio.get_running_loop().run_in_executor(None, read)


class _Silent:
    """The way out of the machine-readable verbs: the reply is in the printed line already."""

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        """Nothing is left to do."""


async def _lines(
    settings: Settings,
    school: str,
    role: Role,
    database: str | None,
    conversation: Callable[[], str],
    show: Callable[[str, Said, float], str],
) -> None:
    broken = []
    async with (
        _own_database(settings, database) as own,
        _opened(own, {lines.CHANNEL: _Silent()}) as app,
    ):
        app.check_school(school)
        if database is None:
            await _with_stand_ins(app.store, school)
        for line in lines.read_lines(sys.stdin.buffer):
            if line.text is None:
                broken.append(str(line.number))
                continue
            begun = time.perf_counter()
            said = await app.answer(
                Arrival(
                    lines.CHANNEL,
                    new_id(),
                    f"{lines.CHANNEL}:{conversation()}",
                    school,
                    role,
                    line.text,
                )
            )
            shown = show(line.text, said, (time.perf_counter() - begun) * 1000)
            typer.echo(shown.encode())  # UTF-8, whatever this machine's own encoding is
    if broken:
        raise BotError(
            f"Not UTF-8, so left out: line {', '.join(broken)}. Every other line was answered. "
            "Save the text as UTF-8 and send those lines again."
        )


@asynccontextmanager
async def _own_database(settings: Settings, database: str | None) -> AsyncIterator[Settings]:
    if database is not None:
        yield replace(settings, database_url=database)
        return
    with tempfile.TemporaryDirectory(prefix="signpost-") as folder:
        yield replace(
            settings,
            database_url=f"sqlite:///{folder}/own.db",
            key_file=Path(folder) / "own.key",
            smtp_url=None,  # nobody is written to of what is only tried
        )


async def _with_stand_ins(store: Store, school: str) -> None:
    """Where nobody receives reports, no form asks anything. What is handed over to these is sealed
    for keys that nobody has, and is gone with the database.
    """
    from bot.store import NewReader
    from bot.store.keyring import CHEAPEST, new_pair, new_reader_keys

    sheet, _ = new_pair()
    for role in STAND_INS:
        nobody = NewReader(school, role, frozenset((role,)), (("email", NOWHERE),))
        await store.add_reader(nobody, new_reader_keys(new_id(), CHEAPEST), sheet)


@asynccontextmanager
async def _opened(settings: Settings, senders: dict[str, Sender]) -> AsyncIterator[App]:
    from bot.app import App

    app = await App.open(settings, senders, now=now, new_id=new_id)
    try:
        yield app
    finally:
        await app.close()
