"""Verbs on when readers aren't there: `people away`, `people days` and `people cover`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.errors import BotError
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.settings import Settings

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Number = Annotated[int, typer.Argument(help="The reader's number, as `people list` shows it.")]


def add_to(app: typer.Typer) -> None:
    app.command()(away)
    app.command()(days)
    app.command()(cover)


def away(
    school: School,
    number: Number,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="They are here again.")] = False,
) -> None:
    """Say that a reader is away, so that the next in line receives as well."""
    if back == (first is not None or last is not None):
        raise BotError("Say since when, with --from and the day, or --back when they are here.")
    if first is None and last is not None:
        raise BotError("Say since when, with --from and the day; --until alone isn't enough.")
    if first is not None and last is not None and last < first:
        raise BotError("The last day can't be before the first; give them the other way round.")
    since = None if first is None else _midnight(first)
    until = None if last is None else _midnight(last + timedelta(days=1))
    name = asyncio.run(_away(load(), school, number, since, until))
    if since is None or first is None:
        typer.echo(f"{name} is here.")
    else:
        end = f" to {last:%Y-%m-%d}" if last else ", until `people away --back`"
        typer.echo(f"{name} is away from {first:%Y-%m-%d}{end}.")


async def _away(
    settings: Settings, school: str, number: int, since: datetime | None, until: datetime | None
) -> str:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.set_away(school, number, since, until)


def days(
    school: School,
    number: Number,
    works: Annotated[str, typer.Option("--works", help="Such as mon,tue,thu.")],
) -> None:
    """Say on which days of the week a reader works."""
    named = [one.strip().casefold()[:3] for one in works.split(",")]
    if unknown := [one for one in named if one not in WEEKDAYS]:
        raise BotError(f"There is no day {unknown[0]!r}; name them as {','.join(WEEKDAYS)}.")
    chosen = sorted({WEEKDAYS.index(one) for one in named})
    name = asyncio.run(_days(load(), school, number, chosen))
    typer.echo(f"{name} works on {', '.join(WEEKDAYS[day] for day in chosen)}.")


async def _days(settings: Settings, school: str, number: int, chosen: Sequence[int]) -> str:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.set_working_days(school, number, chosen)


def cover(
    school: School,
    number: Number,
    by: Annotated[
        int | None, typer.Option("--by", help="The number of the reader who stands in.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Nobody stands in any more.")] = False,
) -> None:
    """Say who stands in for a reader who is away, or on a day on which they don't work."""
    if (by is None) != nobody:
        raise BotError("Say who covers, with --by and their number, or --nobody.")
    name, stands_in = asyncio.run(_cover(load(), school, number, by))
    if stands_in is None:
        typer.echo(f"Nobody covers for {name}; the next in line receives when they are away.")
    else:
        typer.echo(f"{stands_in} covers for {name}, and receives what comes while they are away.")
        typer.echo("They never receive what is about themselves. `people grant` gives old reports.")


async def _cover(
    settings: Settings, school: str, number: int, by: int | None
) -> tuple[str, str | None]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.set_cover(school, number, by)


def _midnight(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(), ZoneInfo("Europe/London"))
