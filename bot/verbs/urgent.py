"""Verbs about urgent messages: why one raises an alarm, or doesn't."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Look at how urgent messages are noticed.", no_args_is_help=True)


@app.callback()
def urgent() -> None:
    """Look at how urgent messages are noticed."""


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="A message, as somebody would write it.")],
    role: Annotated[str, typer.Option("--role", help="Who writes: staff or parent.")] = "staff",
) -> None:
    """Show whether a message raises an alarm, and why. Nothing of it is kept."""
    from bot.language.urgent.people import about, writer
    from bot.parts import detector
    from bot.verbs.talk import read_role

    alarm = detector().read(text)
    found = f"{alarm.level}: {alarm.kind}" if alarm.raised else "none"
    typer.echo(f"level    {found}")
    if alarm.raised:
        concerns = about(text, alarm.kind == "staff-contact", {})
        typer.echo(f"writer   {writer(text, read_role(role))}")
        typer.echo(f"about    {concerns or 'nobody who works here'}")
        typer.echo(f"pictures {'refused' if alarm.images else 'not spoken of'}")
    if alarm.doubtful:
        typer.echo(f"asks     whether somebody may be in danger, perhaps {alarm.kind}")
    for reason in alarm.why:
        typer.echo(f"why      {reason}")
