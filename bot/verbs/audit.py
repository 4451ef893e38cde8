"""Verbs about the audit: whether what it says is all that was ever written there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(help="Look after the list of who did what.", no_args_is_help=True)


@app.callback()
def only_here_for_its_verbs() -> None:
    """Keeps `verify` a verb of its own: typer would run the only one without its name."""


@app.command()
def verify() -> None:
    """Check that no row of the audit was changed, removed or moved."""
    rows, last, faults = asyncio.run(_verified(load()))
    for fault in faults:
        typer.echo(f"WRONG  {fault}")
    if faults:
        typer.echo("Keep this database as it is, and compare it with a backup.")
        raise typer.Exit(1)
    typer.echo(f"All {rows} rows stand as they were written. The last one is {last}:")
    typer.echo("keep this line on paper, and the next check can be compared with it.")


async def _verified(settings: Settings) -> tuple[int, str, tuple[str, ...]]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        found = await readers.verify_audit()
        return found.rows, found.last, found.faults
