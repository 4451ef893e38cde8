"""Verbs for the administrator: invite people to talk to the bot as who they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.cases.enrolment import OpenInvitation
    from bot.invitations import Made
    from bot.settings import Settings

app = typer.Typer(help="Invite staff, parents and readers.", no_args_is_help=True)

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Days = Annotated[int | None, typer.Option(min=1, max=366, help="Days until it ends.")]
Page = Annotated[
    Path | None, typer.Option(help="Also write a page to print, with a QR code, into this file.")
]


@app.command()
def staff(school: School, days: Days = None, page: Page = None) -> None:
    """Invite one member of staff or volunteer; the link works once."""
    _tell(asyncio.run(_make(load(), school, "staff", days=days)), page)


@app.command()
def parents(
    school: School,
    days: Days = None,
    uses: Annotated[int | None, typer.Option(min=1, help="How many may use it.")] = None,
    page: Page = None,
) -> None:
    """Invite parents and carers; they share one link, with an end and a limit."""
    _tell(asyncio.run(_make(load(), school, "parent", days=days, uses=uses)), page)


@app.command()
def reader(
    school: School,
    number: Annotated[int, typer.Argument(help="The reader's number, as `people list` shows it.")],
    page: Page = None,
) -> None:
    """Tie a reader's Telegram to their alerts; the link works once."""
    _tell(asyncio.run(_make(load(), school, "reader", reader=number)), page)


@app.command("list")
def list_open(school: School) -> None:
    """Print the invitations that can still be accepted; their codes are stored nowhere."""
    found = asyncio.run(_listed(load(), school))
    if not found:
        typer.echo(f"{school} has no open invitation.")
    for one in found:
        typer.echo(
            f"{one.number}  {one.invited_as}: {one.uses_left} left, ends {one.ends:%d %B %Y}"
        )


@app.command()
def withdraw(school: School, number: int) -> None:
    """Let nobody accept an invitation any more."""
    asyncio.run(_withdraw(load(), school, number))
    typer.echo(f"Invitation {number} can't be accepted any more. Whoever did so already stays.")


@app.command()
def end(school: School, number: int) -> None:
    """Withdraw an invitation and take back who came by it, such as somebody who has left."""
    people = asyncio.run(_end(load(), school, number))
    typer.echo(
        f"Invitation {number} has ended. Known by it, and strangers from now on: {people}. "
        "What they reported stays with the school."
    )


async def _make(
    settings: Settings,
    school: str,
    invited_as: str,
    *,
    days: int | None = None,
    uses: int | None = None,
    reader: int | None = None,
) -> Made:
    from bot.invitations import Inviting

    async with Inviting.opened(settings, now=now, new_id=new_id) as inviting:
        return await inviting.make(school, invited_as, days=days, uses=uses, reader=reader)


async def _listed(settings: Settings, school: str) -> list[OpenInvitation]:
    from bot.invitations import Inviting

    async with Inviting.opened(settings, now=now, new_id=new_id) as inviting:
        return await inviting.listed(school)


async def _withdraw(settings: Settings, school: str, number: int) -> None:
    from bot.invitations import Inviting

    async with Inviting.opened(settings, now=now, new_id=new_id) as inviting:
        await inviting.withdraw(school, number)


async def _end(settings: Settings, school: str, number: int) -> int:
    from bot.invitations import Inviting

    async with Inviting.opened(settings, now=now, new_id=new_id) as inviting:
        return await inviting.end(school, number)


def _tell(made: Made, page: Path | None) -> None:
    typer.echo(f"Invitation {made.number}, until {made.ends:%d %B %Y}: {made.says}")
    for way, link in made.links:
        typer.echo(f"  {way}: {link}")
    typer.echo("It is shown this once. Give it to nobody else.")
    typer.echo(f"Note whom you gave it to: `invite end` with {made.number} takes that back.")
    if page is not None:
        try:
            page.write_text(made.page(), encoding="utf-8")
        except OSError as error:
            raise BotError(
                f"The page {page} can't be written ({error.strerror}). The invitation is made and "
                "works; `invite withdraw` takes it back."
            ) from error
        typer.echo(f"The page to print is {page}.")
