"""Verbs for whoever looks after the installation: train, validate, doctor."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.verbs.start import load, new_id, now


def train(
    force: Annotated[bool, typer.Option(help="Train even if nothing has changed.")] = False,
    model_dir: Annotated[Path | None, typer.Option(help="Where to keep the model.")] = None,
) -> None:
    """Train the model, if what it is made from has changed."""
    settings = load()
    make_model(model_dir or settings.model_dir, force=force)


def make_model(model_dir: Path, *, force: bool = False) -> Path:
    """Find the trained model, or train it with a progress bar on standard error."""
    from bot.dialogue.training import model_path
    from bot.dialogue.training import train as train_model

    target = model_path(model_dir)
    if target.exists() and not force:
        return target
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("Training the model"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stderr)) as bar:
        task = bar.add_task("reading the examples", total=1.0)
        made = train_model(
            model_dir,
            force=force,
            progress=lambda share, what: bar.update(task, completed=share, description=what),
        )
        bar.update(task, completed=1.0, description="done")
        return made


def validate() -> None:
    """Check examples, rules and domain with Rasa's own validator; a warning is an error."""
    from bot.dialogue.validation import validate as validate_data

    findings = validate_data()
    for finding in findings:
        typer.echo(finding, err=True)
    if findings:
        raise typer.Exit(1)
    typer.echo("Examples, rules and domain: no errors, no warnings.")


def doctor() -> None:
    """Look for what is wrong with this installation, and say what to do."""
    from bot.doctor import examine

    findings = asyncio.run(examine(load(), now=now, new_id=new_id))
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.fine else 'WRONG'}  {finding.what}: {finding.says}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)
