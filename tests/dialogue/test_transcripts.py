"""Runs every transcript under this folder through the real bot, line by line.

A transcript is a YAML file whose name says what happens in it. Each line says something and tells
what must follow; whatever it doesn't name may be anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import App
from bot.messages import Arrival, Said

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*/*.yml"))
EXPECTED = {"outcome", "topic", "flow", "step", "clauses", "says", "never_says", "buttons", "asks"}


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_transcript(path: Path, app: App, new_id: Callable[[], str]) -> None:
    script = yaml.safe_load(path.read_text(encoding="utf-8"))
    for number, line in enumerate(script["lines"], 1):
        unknown = line.keys() - EXPECTED - {"say", "times"}
        assert not unknown, f"line {number} expects {unknown}, which nothing checks"
        said = await app.answer(
            Arrival(
                "test",
                new_id(),
                f"test:{path.stem}",
                script["school"],
                script["role"],
                line["say"] * line.get("times", 1),
            )
        )
        compare(said, line, f"{path.stem}, line {number}")


def compare(said: Said, line: dict[str, Any], where: str) -> None:
    text = "\n".join(reply.text for reply in said.replies)
    assert text, f"{where}: nothing was said"
    for name in ("outcome", "topic", "flow", "step"):
        if name in line:
            assert getattr(said, name) == line[name], f"{where}: {name}, after {text!r}"
    for part in line.get("says", ()):
        assert part in text, where
    for part in line.get("never_says", ()):
        assert part not in text, where
    if "clauses" in line:
        assert list(said.clauses) == line["clauses"], where
    if "buttons" in line:
        offered = [button.title for reply in said.replies for button in reply.buttons]
        assert offered == line["buttons"], where
    if "asks" in line:
        assert said.replies[-1].text.startswith(line["asks"]), where
