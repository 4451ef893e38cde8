"""Resident memory after 200 turns, each in a conversation of its own, in one fresh process."""

from __future__ import annotations

from tests.bench import places
from tests.bench.figures import Figure
from tests.bench.messages import messages
from tests.bench.process import Command, Talk
from tests.bench.stock import environment

TURNS = 200
LIMIT_MB = 350


def measure(quick: bool) -> list[Figure]:
    places.run(list(places.signpost("train").argv))
    ours = after_turns(places.talking("ask"))
    figures = [Figure(f"resident memory after {TURNS} turns", ours, "MB", LIMIT_MB)]
    if not quick:
        stock = after_turns(environment.talking("ask"))
        figures.append(Figure(f"resident memory of stock after {TURNS} turns", stock, "MB"))
    return figures


def after_turns(command: Command) -> float:
    with Talk(command) as talk:
        for message in messages(TURNS):
            talk.say(message)
        return talk.megabytes()
