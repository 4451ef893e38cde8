"""Verbs for what could not be answered or delivered: list it, try it again, or let it go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import typer

from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.stuck import StuckThings

Answer = TypeVar("Answer")

SAYS = {
    "message": "not answered; the person was told so",
    "reply": "not delivered",
    "update": "not understood by its channel",
}
NEXT = (
    "`stuck again` tries all of it once more. `stuck drop` lets it go and erases its words: do "
    "that when it is old, or when somebody has blocked the bot."
)

app = typer.Typer(help="What could not be answered or delivered.", no_args_is_help=True)


@app.command("list")
def show() -> None:
    """Show what is stuck, since when and why, without a word of what it says."""
    found = _with(lambda things: things.listed())
    for one in found:
        typer.echo(f"{one.since:%d %B %Y, %H:%M}  {one.channel}: {SAYS[one.kind]} ({one.why})")
    typer.echo(NEXT if found else "Nothing is stuck.")


@app.command()
def again() -> None:
    """Try all of it once more, as if it had just come."""
    typer.echo(f"{_with(lambda things: things.again())} are tried again by the bot that runs.")


@app.command()
def drop() -> None:
    """Let all of it go, and erase its words."""
    typer.echo(f"{_with(lambda things: things.drop())} are let go.")


def _with(work: Callable[[StuckThings], Awaitable[Answer]]) -> Answer:
    async def do() -> Answer:
        from bot.stuck import opened

        async with opened(load(), now=now, new_id=new_id) as things:
            return await work(things)

    return asyncio.run(do())
