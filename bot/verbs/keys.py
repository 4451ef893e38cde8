"""Verbs on who can open what: `people grant`, `people reset` and `people new-sheet`.

Each needs somebody who can open the records themselves: whoever runs the machine can't do it alone.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError
from bot.verbs import passphrase
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.settings import Settings

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Number = Annotated[int, typer.Argument(help="The reader's number, as `people list` shows it.")]
Giver = Annotated[
    int | None, typer.Option("--by", help="The number of the reader who opens the records.")
]

SHEET = """
THE RECOVERY SHEET OF {school}
It is shown this once, and kept nowhere else.

  {key}

With it every report at this school can be opened, also when all readers have forgotten their
passphrases, or when a report is about the readers themselves. Write it down or print it, and lock
it away where no reader is alone with it, such as with the chair of governors.
Whoever has it and this machine's database can read everything. It opens a report with:
  python -m bot records read REFERENCE --recovery
"""


def add_to(app: typer.Typer) -> None:
    app.command()(grant)
    app.command()(reset)
    app.command()(exclude)
    app.command("new-sheet")(new_sheet)


def sheet(school: str, key: str) -> str:
    groups = key.split()
    half = len(groups) // 2
    folded = f"{' '.join(groups[:half])}\n  {' '.join(groups[half:])}"
    return SHEET.format(school=school, key=folded)


def grant(
    school: School,
    number: Number,
    by: Annotated[int, typer.Option("--by", help="The reader who gives them.")],
    record: Annotated[
        list[str] | None, typer.Option(help="A reference; all they can open if none is named.")
    ] = None,
) -> None:
    """Let a reader open earlier reports; asks for the passphrase of who gives them."""
    given, refused = asyncio.run(_grant(load(), school, number, by, record or []))
    typer.echo(f"Given: {', '.join(given) or 'nothing'}.")
    if refused:
        typer.echo("Not given, because these are about them: " + ", ".join(refused))


async def _grant(
    settings: Settings, school: str, number: int, by: int, record: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        typed = passphrase.ask(f"The passphrase of reader {by}")
        done = await readers.grant(school, number, by, typed, record)
        return done.given, done.refused


def exclude(
    school: School,
    number: Number,
    record: Annotated[str, typer.Option(help="The report's reference.")],
    by: Annotated[int, typer.Option("--by", help="A reader who holds it, and says so.")],
) -> None:
    """Take a report from a reader who turns out to have a part in it; for good."""
    name = asyncio.run(_exclude(load(), school, number, by, record))
    typer.echo(f"{name} can't open it any more, and isn't told of it.")


async def _exclude(settings: Settings, school: str, number: int, by: int, record: str) -> str:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        typed = passphrase.ask(f"The passphrase of reader {by}")
        return await readers.exclude(school, number, by, typed, record)


def reset(
    school: School,
    number: Number,
    by: Giver = None,
    recovery: Annotated[bool, typer.Option("--recovery", help="Use the recovery sheet.")] = False,
) -> None:
    """Give a reader a new passphrase; needs the recovery sheet, or another reader's."""
    if (by is None) != recovery:
        raise BotError("Say who opens the records, with --by and a number, or with --recovery.")
    kept, lost = asyncio.run(_reset(load(), school, number, by))
    typer.echo(f"Reader {number} has a new passphrase, and can open {len(kept)} reports with it.")
    if lost:
        typer.echo("They can't open these any more: " + ", ".join(lost))
        typer.echo("Another reader who can, may give them with `people grant`.")


async def _reset(
    settings: Settings, school: str, number: int, by: int | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        await readers.listed(school)
        whose = "What stands on the sheet" if by is None else f"The passphrase of reader {by}"
        secret = passphrase.ask(whose)
        new = passphrase.ask(f"The new passphrase of reader {number}", twice=True)
        done = await readers.reset(school, number, new, by, secret)
        return done.kept, done.lost


def new_sheet(
    school: School,
    by: Annotated[int, typer.Option("--by", help="The number of a reader who holds keys.")],
) -> None:
    """Make another recovery sheet, when the first is lost or was seen by somebody."""
    key, opens, later = asyncio.run(_new_sheet(load(), school, by))
    typer.echo(sheet(school, key))
    typer.echo(f"It opens {opens} of the reports now, and each that comes from now on.")
    if later:
        typer.echo(
            f"{later} more are for other readers: the new sheet opens each once one of its readers "
            "has opened a report. What no reader can open, opens with the old sheet only."
        )


async def _new_sheet(settings: Settings, school: str, by: int) -> tuple[str, int, int]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        made = await readers.new_sheet(school, by, passphrase.ask(f"The passphrase of reader {by}"))
        return made.key, made.opens, made.later
