"""The verbs of Signpost: `python -m bot VERB`.

Each verb imports what it needs when it is called, so that `packs show` doesn't wait for Rasa.
"""

from __future__ import annotations

import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path

import typer

from bot.errors import BotError
from bot.logs import configure_logging
from bot.verbs import (
    audit,
    backup,
    care,
    gaps,
    invite,
    packs,
    people,
    person,
    records,
    run,
    stuck,
    talk,
    urgent,
)

app = typer.Typer(
    name="signpost",
    help="A chat bot that knows a school's social media policy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
VERBS = (
    run.run,
    talk.chat,
    talk.ask,
    talk.converse,
    gaps.gaps,
    care.train,
    care.validate,
    care.doctor,
    backup.backup,
    backup.restore,
)
for verb in VERBS:
    app.command()(verb)
app.add_typer(audit.app, name="audit")
app.add_typer(packs.app, name="packs")
app.add_typer(people.app, name="people")
app.add_typer(person.app, name="person")
app.add_typer(invite.app, name="invite")
app.add_typer(records.app, name="records")
app.add_typer(stuck.app, name="stuck")
app.add_typer(urgent.app, name="urgent")


def main() -> None:
    configure_logging()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our quotes shows the rest
    try:
        app()
    except BotError as error:
        sys.exit(f"signpost: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does. Python would complain once more when
        # it flushes at the end, so standard output goes nowhere from here on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  # nobody should meet a stack trace
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.exit(
            f"signpost: something unexpected went wrong ({type(error).__name__} in "
            f"{Path(place.filename).name}, line {place.lineno}). Nothing that was already stored "
            "is lost. Please run `make doctor`, and report this line if it comes again."
        )


if __name__ == "__main__":
    main()
