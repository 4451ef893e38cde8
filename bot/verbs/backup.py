"""Verbs for the administrator: make a backup, look whether one is whole, and bring one back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.verbs.start import load, now

if TYPE_CHECKING:
    from bot.backups import Summary

File = Annotated[Path, typer.Argument(help="The backup's file.")]
KeyFile = Annotated[
    Path, typer.Option("--key-file", help="What opens the backups; made with the first of them.")
]
KEY_FILE = Path("data/backup.key")


def backup(
    file: File,
    key_file: KeyFile = KEY_FILE,
    check: Annotated[bool, typer.Option(help="Only look whether a backup is whole.")] = False,
) -> None:
    """Write everything into one encrypted file, also while the bot runs, and read it back."""
    from bot.backups import back_up, checked

    if check:
        _tell(f"{file} is whole", checked(file, key_file))
        return
    new_key = not key_file.exists()
    _tell(
        f"{file} is written and was read back", asyncio.run(back_up(load(), file, key_file, now()))
    )
    if new_key:
        typer.echo(
            f"Copy {key_file} to another place now, apart from the backups: without it none of "
            "them opens, and with it anybody can open them."
        )


def restore(file: File, key_file: KeyFile = KEY_FILE) -> None:
    """Fill a new, empty database and its key file from a backup."""
    from bot.backups import bring_back

    _tell(f"{file} is restored", asyncio.run(bring_back(load(), file, key_file)))
    typer.echo("What was sent after it was made is not in it. Run `make doctor` next.")


def _tell(what: str, summary: Summary) -> None:
    records = summary.rows.get("records", 0)
    typer.echo(
        f"{what}: made {summary.made_at:%d %B %Y, %H:%M} UTC, {records} records, "
        f"{summary.total} rows in all."
    )
