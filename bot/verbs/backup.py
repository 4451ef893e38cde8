"""Verbs for the administrator: make a backup, look whether one is whole, and bring one back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.verbs.start import load, now

if TYPE_CHECKING:
    from bot.backups import Summary
    from bot.settings import Settings

File = Annotated[Path, typer.Argument(help="The backup's file.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        help="What opens the backups, made with the first of them: `backup.key` beside the "
        "server's key, or this file."
    ),
]
KEY_NAME = "backup.key"


def backup(
    file: File,
    key_file: KeyFile = None,
    check: Annotated[bool, typer.Option(help="Only look whether a backup is whole.")] = False,
) -> None:
    """Write everything into one encrypted file, also while the bot runs, and read it back."""
    from bot.backups import back_up, checked

    settings = load()
    key = _key(settings, key_file)
    if check:
        _tell(f"{file} is whole", checked(file, key))
        return
    new_key = not key.exists()
    _tell(f"{file} is written and was read back", asyncio.run(back_up(settings, file, key, now())))
    if new_key:
        typer.echo(
            f"Copy {key} to another place now, apart from the backups: without it none of "
            "them opens, and with it anybody can open them."
        )


def restore(file: File, key_file: KeyFile = None) -> None:
    """Fill a new, empty database and its key file from a backup."""
    from bot.backups import bring_back

    settings = load()
    _tell(
        f"{file} is restored",
        asyncio.run(bring_back(settings, file, _key(settings, key_file))),
    )
    typer.echo("What was sent after it was made is not in it. Run `doctor` next.")


def _key(settings: Settings, given: Path | None) -> Path:
    """Beside the server's key, since that folder may be written to wherever the bot runs."""
    return given or settings.key_file.with_name(KEY_NAME)


def _tell(what: str, summary: Summary) -> None:
    records = summary.rows.get("records", 0)
    typer.echo(
        f"{what}: made {summary.made_at:%d %B %Y, %H:%M} UTC, {records} records, "
        f"{summary.total} rows in all."
    )
