"""The two verbs that a machine can read: one JSON object a line for one message a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from bot.messages import Button, Said

CHANNEL = "lines"


@dataclass(frozen=True)
class Line:
    number: int
    text: str | None
    """None where the line is not valid UTF-8."""


def read_lines(source: BinaryIO) -> Iterator[Line]:
    for number, raw in enumerate(source, 1):
        try:
            yield Line(number, raw.decode("utf-8").rstrip("\r\n"))
        except UnicodeDecodeError:
            yield Line(number, None)


def as_answer(text: str, said: Said, ms: float) -> str:
    """One line of `ask`."""
    return _line(
        text=text,
        outcome=said.outcome,
        topic=said.topic,
        ranking=[[label, round(p, 4)] for label, p in said.ranking],
        clauses=list(said.clauses),
        flow=said.flow,
        reply="\n\n".join(reply.text for reply in said.replies),
        buttons=_titles(button for reply in said.replies for button in reply.buttons),
        ms=round(ms, 1),
    )


def as_step(text: str, said: Said, ms: float) -> str:
    """One line of `converse`."""
    return _line(
        text=text,
        outcome=said.outcome,
        topic=said.topic,
        flow=said.flow,
        step=said.step,
        replies=[reply.text for reply in said.replies],
        buttons=_titles(button for reply in said.replies for button in reply.buttons),
        reference=said.reference,
        ms=round(ms, 1),
    )


def _titles(buttons: Iterable[Button]) -> list[str]:
    return [button.title for button in buttons]


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)
