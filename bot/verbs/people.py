"""Verbs for the administrator: who receives reports at a school."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.verbs import absences, keys, passphrase
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.cases.people import Reader
    from bot.readers import Added
    from bot.settings import Settings

app = typer.Typer(help="Say who receives reports.", no_args_is_help=True)

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Number = Annotated[int, typer.Argument(help="The reader's number, as `people list` shows it.")]

NO_MAIL = "No mail is sent before SIGNPOST_SMTP_URL is set; see docs/settings.md."


@app.command()
def add(
    school: School,
    role: Annotated[
        list[str],
        typer.Option(help="dsl, deputy-dsl, head, deputy-head, slt, chair-of-governors ..."),
    ],
    name: Annotated[str, typer.Option(help="Their name, as it would stand in a report.")],
    email: Annotated[str | None, typer.Option(help="Where alerts go. No report is sent.")] = None,
) -> None:
    """Add somebody who receives reports; asks for their passphrase."""
    settings = load()
    added = asyncio.run(_add(settings, school, name, role, email))
    typer.echo(f"{name} is reader {added.number} at {school}.")
    if email is None:
        typer.echo("They have no address, so nobody tells them that a report waits.")
    elif settings.smtp_url is None:
        typer.echo(NO_MAIL)
    if added.sheet is not None:
        typer.echo(keys.sheet(school, added.sheet))


async def _add(
    settings: Settings, school: str, name: str, role: Sequence[str], email: str | None
) -> Added:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        await readers.listed(school)  # so that a wrong school is named before anybody types
        typed = passphrase.ask("Their passphrase, which opens reports", twice=True)
        return await readers.add(school, name, role, email, typed)


@app.command("list")
def list_readers(school: School) -> None:
    """Print who receives reports at a school."""
    found = asyncio.run(_listed(load(), school))
    if not found:
        typer.echo(f"Nobody receives reports at {school} yet. `people add` begins it.")
    for reader in found:
        ways = ", ".join(reader.ways) or "in no way"
        away = "; away now" if reader.away else "; not at work today" if reader.off else ""
        cover = f"; covered by {reader.cover}" if reader.cover is not None else ""
        roles = ", ".join(sorted(reader.roles))
        typer.echo(f"{reader.id}  {reader.name}: {roles}; told {ways}{away}{cover}")


async def _listed(settings: Settings, school: str) -> list[Reader]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.listed(school)


@app.command()
def email(
    school: School,
    number: Number,
    address: Annotated[str, typer.Argument(help="Where their alerts go. No report is sent.")],
) -> None:
    """Give a reader an e-mail address, or another one; what couldn't be brought goes there too."""
    settings = load()
    name, again = asyncio.run(_email(settings, school, number, address))
    typer.echo(f"{name} is told by e-mail, at the new address.")
    if again:
        typer.echo(f"{again} alerts that couldn't be brought are tried again there.")
    if settings.smtp_url is None:
        typer.echo(NO_MAIL)


async def _email(settings: Settings, school: str, number: int, address: str) -> tuple[str, int]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.set_email(school, number, address)


@app.command()
def remove(school: School, number: Number) -> None:
    """Take a reader's keys away; what only they could open needs the recovery sheet then."""
    name, alone = asyncio.run(_remove(load(), school, number))
    typer.echo(f"{name} receives nothing any more, and can open nothing.")
    if alone:
        typer.echo("Only the recovery sheet opens these now: " + ", ".join(alone))


async def _remove(settings: Settings, school: str, number: int) -> tuple[str, list[str]]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        alone = await readers.only_theirs(school, number)
        if alone and sys.stdin.isatty():
            typer.echo("Nobody else has a key to: " + ", ".join(alone))
            typer.confirm("Leave these to the recovery sheet?", abort=True)
        return await readers.remove(school, number)


keys.add_to(app)
absences.add_to(app)
