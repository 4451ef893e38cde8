"""Backups as the technician makes them: a file that is whole or isn't there, and its way back.

A backup is written beside its name, read back from the disk and counted, and only then given its
name. So a file with that name is a backup that was seen to open.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.errors import BackupError
from bot.settings import Settings
from bot.store import ServerKey
from bot.store.backup import Summary, check, note, put_key, restore, write
from bot.store.engine import connect
from bot.store.place import Place
from bot.store.store import PATIENCE

__all__ = ["Summary", "back_up", "bring_back", "checked"]


async def back_up(settings: Settings, target: Path, key_file: Path, now: datetime) -> Summary:
    """Write a backup; makes the key for it if there is none yet."""
    if target.exists():
        raise BackupError(f"{target} is there already, and no backup is written over.")
    place = Place.of(settings.database_url)
    if place.file is not None and not place.file.exists():
        raise BackupError(f"There is no database {place.name} yet, so there is nothing to back up.")
    server = ServerKey.load(settings.key_file)
    key = ServerKey.load(key_file) if key_file.exists() else ServerKey.create(key_file)
    unfinished = target.with_name(target.name + ".unfinished")
    database = connect(place, PATIENCE)
    try:
        with unfinished.open("wb") as out:
            unfinished.chmod(0o600)
            await database.read(lambda at: write(at, out, server, key, now))
            out.flush()
            os.fsync(out.fileno())
        summary = await asyncio.to_thread(checked, unfinished, key_file)
        unfinished.rename(target)
        await database.write(lambda at: note(at, now))
    except OSError as error:
        raise BackupError(
            f"The backup {target} can't be written ({error.strerror}); name another place."
        ) from error
    finally:
        await database.close()
        with suppress(OSError):
            unfinished.unlink()
    return summary


def checked(source: Path, key_file: Path) -> Summary:
    """Read a backup to its end; what it holds."""
    key = ServerKey.load(key_file)
    try:
        with source.open("rb") as kept:
            return check(kept, key)
    except OSError as error:
        raise BackupError(f"The backup {source} can't be read ({error.strerror}).") from error


async def bring_back(settings: Settings, source: Path, key_file: Path) -> Summary:
    """Fill a new database from a backup: all of it, or nothing."""
    summary = await asyncio.to_thread(checked, source, key_file)
    place, key = Place.of(settings.database_url), ServerKey.load(key_file)
    database = connect(place, PATIENCE)
    try:
        with source.open("rb") as kept:
            # The key goes first: a database without its key would be refused, and the key alone
            # harms nothing.
            await database.write(
                lambda at: put_key(settings.key_file, restore(at, kept, key, place.name))
            )
    finally:
        await database.close()
    return summary
