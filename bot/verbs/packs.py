"""Verbs for whoever writes or compares the schools' policy packs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.verbs.start import load, now

if TYPE_CHECKING:
    from bot.policy.library import Library

app = typer.Typer(help="Check and read the schools' policy packs.", no_args_is_help=True)

Topic = Annotated[str, typer.Argument(help="A topic's short name, as in topics.yml.")]
School = Annotated[str, typer.Argument(help="A school's short name, as welbeck.")]


@app.command()
def check() -> None:
    """Check all packs and print what they cover; a fault is named with file, line and field."""
    from bot.policy.check import check as check_content

    report = check_content(load().content_dir, _today())
    _print(report.lines)
    for error in report.errors:
        typer.echo(error, err=True)
    if report.errors:
        raise typer.Exit(1)


@app.command()
def show(
    school: School, topic: Annotated[str | None, typer.Argument(help="One topic only.")] = None
) -> None:
    """Print a school's pack, or its two answers to a topic as people see them."""
    from bot.policy.show import show_school, show_topic

    library = _library()
    _print(show_topic(library, school, topic, _today()) if topic else show_school(library, school))


@app.command()
def compare(topic: Topic) -> None:
    """Print what each school says about a topic, side by side."""
    from bot.policy.show import compare as compare_schools

    _print(compare_schools(_library(), topic))


@app.command()
def routes(school: School) -> None:
    """Print who would receive each kind of record at a school, and who is kept from it."""
    from bot.verbs.matrix import matrix

    _print(matrix(_library().pack(school)))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The folder of the pack as it was.")],
    new: Annotated[Path, typer.Argument(help="The folder of the pack as it is.")],
) -> None:
    """Print which answers differ between two versions of a pack."""
    from bot.policy.diff import diff as compare_versions

    _print(compare_versions(old, new) or ["No answer changes."])


@app.command()
def new(
    school: Annotated[str, typer.Argument(help="A new short name, in lower case.")],
    name: Annotated[str, typer.Argument(help="The school's full name.")],
) -> None:
    """Start a pack for a new school, with every topic still unanswered."""
    from bot.policy.new import new_pack

    folder = new_pack(load().content_dir, school, name)
    typer.echo(f"Started {folder}. Fill it in, then run `packs check`.")


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
) -> None:
    """Write JSON Schemas, with which an editor can help to write packs."""
    from bot.policy.editor import write_schemas

    _print(str(path) for path in write_schemas(folder))


def _library() -> Library:
    from bot.policy.library import Library

    return Library.load(load().content_dir)


def _today() -> date:
    from bot.policy.wording import school_day

    return school_day(now())


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
