"""Verbs about one person: what the bot holds of them, erasing it, and taking nothing from them.

Most people need neither: the chat page shows what is kept and clears it, and in Telegram there is
`/delete_my_data`. `show` and `erase` are for requests that come on paper. Look who asks before you
answer.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="What is held of one person, erasing it, and blocking them.", no_args_is_help=True
)

TelegramNumber = Annotated[
    int | None, typer.Option("--telegram", help="The person's own number at Telegram.")
]
Conversation = Annotated[
    str | None, typer.Option("--conversation", help="The conversation's name, as web:...")
]


@app.command()
def show(telegram: TelegramNumber = None, conversation: Conversation = None) -> None:
    """Print all that the bot can tell of a person, as JSON."""
    held = asyncio.run(_held(load(), telegram, conversation))
    typer.echo(json.dumps(held, ensure_ascii=False, indent=2))
    typer.echo(
        "What their reports say isn't in this: a reader exports that from the desk, without what "
        "belongs to other people.",
        err=True,
    )


@app.command()
def erase(telegram: TelegramNumber = None, conversation: Conversation = None) -> None:
    """Erase a person's conversation, and that they belong to a school. Reports stay."""
    asyncio.run(_erase(load(), telegram, conversation))
    typer.echo("Erased. Reports that they have handed over stay with the school.")


@app.command()
def block(telegram: TelegramNumber = None, conversation: Conversation = None) -> None:
    """Take a person for a stranger from now on, whatever invitation they accept."""
    asyncio.run(_block(load(), telegram, conversation))
    typer.echo("Blocked. They are told how to get help in danger, and nothing else is taken.")


@app.command()
def unblock(telegram: TelegramNumber = None, conversation: Conversation = None) -> None:
    """Take a person again for who they were before they were blocked."""
    if asyncio.run(_unblock(load(), telegram, conversation)):
        typer.echo("They are known again as they were before.")
    else:
        typer.echo("They weren't blocked.")


async def _held(
    settings: Settings, telegram: int | None, conversation: str | None
) -> dict[str, Any]:
    from bot.rights import Person

    async with Person.found(settings, telegram, conversation, now=now, new_id=new_id) as person:
        return await person.held()


async def _erase(settings: Settings, telegram: int | None, conversation: str | None) -> None:
    from bot.rights import Person

    async with Person.found(settings, telegram, conversation, now=now, new_id=new_id) as person:
        await person.erase()


async def _block(settings: Settings, telegram: int | None, conversation: str | None) -> None:
    from bot.rights import Person

    async with Person.found(settings, telegram, conversation, now=now, new_id=new_id) as person:
        await person.block()


async def _unblock(settings: Settings, telegram: int | None, conversation: str | None) -> bool:
    from bot.rights import Person

    async with Person.found(settings, telegram, conversation, now=now, new_id=new_id) as person:
        return await person.unblock()
