"""The verb for whoever owns the policy: what people asked and got no answer to."""

from __future__ import annotations

import asyncio
import json as json_format
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from bot.verbs.start import load, new_id, now

if TYPE_CHECKING:
    from bot.gaps import GapGroup

HEADINGS = {
    "not_covered": "The policy is silent on these topics",
    "unknown": "Not understood, or not what was asked",
    "outside": "School life outside this policy",
}

School = Annotated[str, typer.Option("--school", help="The school's short name, as welbeck.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a group.")]


def gaps(school: School, json: Json = False) -> None:
    """List what people asked and got no answer to, without names and numbers."""
    from bot.gaps import gap_list

    settings = load()
    found = asyncio.run(gap_list(settings, school, now=now, new_id=new_id))
    if json:
        for group in found:
            typer.echo(json_format.dumps(asdict(group), ensure_ascii=False, default=str))
        return
    asked = sum(group.times for group in found)
    typer.echo(
        f"{asked} questions without an answer in the last {settings.gaps_kept.days} days. "
        "Older ones are erased."
    )
    for line in _lines(found):
        typer.echo(line)


def _lines(found: Iterable[GapGroup]) -> Iterator[str]:
    for kind, groups in groupby(found, key=lambda group: group.kind):
        yield f"\n{HEADINGS[kind]}:"
        for group in groups:
            guess = "perhaps " if kind == "unknown" else ""
            yield (
                f"  {group.times} times: {guess}{group.topic or 'nothing known'} "
                f"(staff {group.staff}, parents {group.parents}, last on {group.last})"
            )
            yield from (f"      “{wording}”" for wording in group.wordings)
