"""Verbs to see that records exist, and to read one: for as long as there is no desk."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cases.proof import fingerprint
from bot.cases.registers import REGISTERS
from bot.errors import BotError
from bot.verbs import passphrase
from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.cases.patterns import Pattern
    from bot.cases.records import OpenedRecord, RecordLine
    from bot.cases.registers import Register, Registered
    from bot.cases.retention import Kept, Tombstone
    from bot.cases.seeing import Trouble
    from bot.retention import Retention
    from bot.settings import Settings
    from bot.store.keeping import Round

app = typer.Typer(help="List and read what was handed over.", no_args_is_help=True)

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Reference = Annotated[str, typer.Argument(help="As SP-7KQ4-XM2D, in large or small letters.")]
Number = Annotated[
    int | None, typer.Option("--reader", help="Your number, as `people list` shows it.")
]
Recovery = Annotated[bool, typer.Option("--recovery", help="Use the recovery sheet.")]


@app.command("list")
def list_records(school: School) -> None:
    """Print what is waiting at a school: reference, kind and time, and nothing that was said."""
    found = asyncio.run(_listed(load(), school))
    if not found:
        typer.echo(f"No report has come in at {school}.")
    for line in found:
        opened = f"{line.opened_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{line.reference}  {opened}  {line.kind}, {line.severity}, {line.status}")


async def _listed(settings: Settings, school: str) -> list[RecordLine]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.records(school)


@app.command()
def trouble(school: School) -> None:
    """Print which reports nobody has looked at, and which alerts can't be brought."""
    found = asyncio.run(_trouble(load(), school))
    if not found:
        typer.echo(f"At {school} every alert could be brought, and none was left unseen for long.")
    for one in found:
        whose = "" if one.reader is None else f" to reader {one.reader}"
        typer.echo(f"{one.reference}: {one.what}{whose}")


async def _trouble(settings: Settings, school: str) -> list[Trouble]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.trouble(school)


@app.command()
def retention(
    school: School,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it.")] = False,
) -> None:
    """Erase what has been kept long enough, as the bot does by itself each day."""
    settings = load()
    for one in asyncio.run(_over(settings, school)):
        said = WHY[one.why].format(on=one.erase_on)
        typer.echo(f"{one.reference}  {one.kind}, closed {one.closed_at:%Y-%m-%d}: {said}")
    if dry_run:
        typer.echo("Nothing was done.")
        return
    done = asyncio.run(_retained(settings, school))
    typer.echo(
        f"Readers were told of {done.announced}; erased: {', '.join(done.erased) or 'none'}."
    )


WHY = {
    "time-over": "its readers are told, and it is erased a month later",
    "announced": "its readers were told; it is erased on {on}",
    "held": "kept, as it is on hold",
    "review": "kept until it has been looked at again",
    "nobody-to-ask": "kept, as no reader who holds it can be told",
}


@app.command()
def erased(school: School) -> None:
    """Print what was erased by rule: whoever asks for it later learns that it wasn't lost."""
    found = asyncio.run(_erased(load(), school))
    if not found:
        typer.echo(f"Nothing has been erased at {school}.")
    for one in found:
        closed = "" if one.closed_at is None else f", closed {one.closed_at:%Y-%m-%d}"
        came = f"{one.reference}  {one.kind}, received {one.opened_at:%Y-%m-%d}{closed}"
        typer.echo(f"{came}, erased {one.erased_at:%Y-%m-%d}")


async def _erased(settings: Settings, school: str) -> list[Tombstone]:
    async with _keeping(settings) as kept:
        return await kept.erased(school)


async def _over(settings: Settings, school: str) -> list[Kept]:
    async with _keeping(settings) as kept:
        return await kept.over(school)


async def _retained(settings: Settings, school: str) -> Round:
    async with _keeping(settings) as kept:
        return await kept.round(school)


@asynccontextmanager
async def _keeping(settings: Settings) -> AsyncIterator[Retention]:
    from bot.policy.library import Library
    from bot.retention import Retention
    from bot.store import Store
    from bot.times import SchoolTimes

    library = Library.load(settings.content_dir)
    store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
    try:
        yield Retention(store, SchoolTimes(lambda: library), now)
    finally:
        await store.close()


@app.command()
def hold(
    reference: Reference,
    number: Annotated[int, typer.Option("--reader", help="Your number.")],
    reason: Annotated[str, typer.Option(help="Why it must stay, or why it needn't any more.")],
    release: Annotated[bool, typer.Option("--release", help="Let it go again.")] = False,
) -> None:
    """Keep a report for longer than usual, as for a court; asks for its reader's passphrase."""
    asyncio.run(_hold(load(), reference, number, reason, not release))
    typer.echo(f"{reference} is {'kept for the usual time again' if release else 'on hold'}.")


async def _hold(settings: Settings, reference: str, number: int, reason: str, held: bool) -> None:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        typed = passphrase.ask("Your passphrase")
        await readers.hold(reference, number, typed, held=held, reason=reason)


@app.command()
def patterns(number: Annotated[int, typer.Option("--reader", help="Your number.")]) -> None:
    """Point out the adults about whom you hold several concerns; asks for your passphrase."""
    found = asyncio.run(_patterns(load(), number))
    if not found:
        typer.echo("There are no three concerns about one adult among those that you can open.")
    for one in found:
        said = f"{len(one.references)} concerns about {one.about}, {one.first:%Y-%m-%d} to "
        typer.echo(_plain(f"{said}{one.last:%Y-%m-%d}: {', '.join(one.references)}"))


async def _patterns(settings: Settings, number: int) -> list[Pattern]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        return await readers.patterns(number, passphrase.ask("Your passphrase"))


@app.command()
def register(
    which: Annotated[str, typer.Argument(help="declarations, accounts or acknowledgements.")],
    number: Annotated[int, typer.Option("--reader", help="Your number.")],
) -> None:
    """Print a register, of what you can open; asks for your passphrase."""
    for register in REGISTERS:
        if register == which:
            for line in asyncio.run(_register(load(), register, number)):
                typer.echo(_plain(line))
            return
    raise BotError(f"There is no register {which!r}; there are {', '.join(REGISTERS)}.")


async def _register(settings: Settings, which: Register, number: int) -> list[str]:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        typed = passphrase.ask("Your passphrase")
        found = [
            line async for one in readers.register(which, number, typed) for line in _entry(one)
        ]
    return found or ["There is nothing in it that you can open."]


def _entry(one: Registered) -> Iterator[str]:
    again = "" if one.review is None else f"; look again on {one.review}{' (due)' * one.due}"
    standing = one.standing.replace("-", " ")
    yield f"{one.reference}  {one.opened_at:%Y-%m-%d}  {one.who}: {one.about} ({standing}{again})"
    if one.run_by:
        yield f"    run by {'; '.join(one.run_by)}"
    if one.conditions:
        yield f"    conditions: {one.conditions}"


@app.command()
def read(reference: Reference, number: Number = None, recovery: Recovery = False) -> None:
    """Print one report, opened with its reader's passphrase."""
    if (number is None) != recovery:
        raise BotError("Say who reads it, with --reader and your number, or with --recovery.")
    opened = asyncio.run(_read(load(), reference, number))
    for line in _shown(opened):
        typer.echo(_plain(line))


async def _read(settings: Settings, reference: str, number: int | None) -> OpenedRecord:
    from bot.readers import Readers

    async with Readers.opened(settings, now=now, new_id=new_id) as readers:
        if number is None:
            return await readers.recover(reference, passphrase.ask("What stands on the sheet"))
        return await readers.read(reference, number, passphrase.ask("Your passphrase"))


def _shown(opened: OpenedRecord) -> Iterator[str]:
    record = opened.record
    yield f"{record.reference}: {record.kind}, {record.severity}, {opened.status}"
    yield f"Received on {opened.opened_at:%d %B %Y at %H:%M} UTC at {record.school}"
    yield f"Told by: {record.told_by or 'not said'}"
    yield f"About: {', '.join(record.named) or record.subject}"
    yield from (f"{label}: {text}" for label, text in record.facts)
    if record.words:
        yield f"\nIn their own words:\n{record.words}"
    yield f"\nFingerprint of what was sent: {fingerprint(record)}"
    yield from (f"File {number}: SHA-256 {one}" for number, one in enumerate(record.files, 1))


def _plain(text: str) -> str:
    """What strangers wrote must not steer the reader's terminal."""
    return "".join(
        one
        if one in "\n\t\u200d" or unicodedata.category(one)[0] != "C"
        else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )
