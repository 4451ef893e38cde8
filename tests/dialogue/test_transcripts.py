"""Runs every transcript under this folder through the real bot, line by line.

A transcript is a YAML file whose name says what happens in it. Each line says something and tells
what must follow; whatever it doesn't name may be anything.

At the top stand `school` and `role`, and where wanted:
  date: 2026-03-02T09:00   the moment it begins, in UTC
  readers: {dsl: Ann Lee}  who may receive records; `yes` adds lead, head and chair; none without it
  sets: {anonymous_reports: true}   what this school has set otherwise in its pack

A line does one of these:
  say: "…"                 writes it (`times` repeats the text); a button's title presses the button
  press: "…"               presses a button, which must have been offered just before
  attach: [jpeg, pdf]      sends files, with `say` as their caption; see FILES in conversation.py
  restart: true            closes the bot and starts it again, and says nothing
  wait: 40                 lets so many hours pass, and lets drafts be minded

and expects any of `outcome, topic, flow, step, clauses, buttons` (these exactly), `offers` (buttons
that are among them), `says`, `never_says`, `asks` (how the last reply begins), and
  record: {kind, severity, subject, named, facts: {label: text}, words_contains: […]}
of the record that this line hands over.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cases.records import NewRecord
from bot.drafts import DraftMinder
from bot.messages import Said
from bot.settings import Settings
from tests.conftest import Clock
from tests.dialogue.conversation import READERS, Conversation

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*/*.yml"))
PLAIN = "happy_paths/a_plain_incident_takes_nine_turns.yml"
MOST_MESSAGES = 10
"""Of a person who reports a plain incident, from the first to the one that sends it."""
LEAST = 80
DOES = {"say", "times", "press", "attach", "restart", "wait"}
EXPECTED = {
    *("outcome", "topic", "flow", "step", "clauses", "says", "never_says", "buttons", "offers"),
    *("asks", "record"),
}


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= LEAST


def test_a_plain_incident_takes_no_more_than_ten_messages() -> None:
    script = yaml.safe_load((HERE / PLAIN).read_text(encoding="utf-8"))
    said = [line for line in script["lines"] if line.keys() & {"say", "press"}]
    assert len(said) <= MOST_MESSAGES
    assert said[-1]["record"]["kind"] == "incident"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_transcript(
    path: Path, settings: Settings, clock: Clock, new_id: Callable[[], str], tmp_path: Path
) -> None:
    script = yaml.safe_load(path.read_text(encoding="utf-8"))
    if date := script.get("date"):
        moment = date if isinstance(date, datetime) else datetime.fromisoformat(date)
        clock.moment = moment.replace(tzinfo=timezone.utc)
    readers = script.get("readers") or {}
    settings = of_school(settings, script, tmp_path / "content")
    talk = Conversation(settings, clock, new_id, script["school"], script["role"])
    await talk.opened(READERS if readers is True else readers)
    try:
        offered: list[str] = []
        for number, line in enumerate(script["lines"], 1):
            where = f"{path.stem}, line {number}"
            unknown = line.keys() - EXPECTED - DOES
            assert not unknown, f"{where} has {unknown}, which nothing checks"
            said = await follow(talk, line, offered, where)
            if said is not None:
                compare(said, line, where)
                offered = titles(said)
                if "record" in line:
                    assert said.reference, f"{where}: nothing was handed over"
                    compare_record(await talk.record(said.reference), line["record"], where)
    finally:
        await talk.close()


def of_school(settings: Settings, script: dict[str, Any], content: Path) -> Settings:
    """The bot with a copy of the content in which the transcript's school has set it otherwise."""
    if not (sets := script.get("sets")):
        return settings
    shutil.copytree(settings.content_dir, content)
    path = content / script["school"] / "pack.yml"
    pack = yaml.safe_load(path.read_text(encoding="utf-8"))
    pack["settings"].update(sets)
    path.write_text(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return replace(settings, content_dir=content)


async def follow(
    talk: Conversation, line: dict[str, Any], offered: list[str], where: str
) -> Said | None:
    if line.get("restart"):
        await talk.restart()
        return None
    if hours := line.get("wait"):
        assert talk.store is not None
        talk.clock.advance(timedelta(hours=hours))
        await DraftMinder(talk.store, talk.settings.draft_hours, talk.clock).look()
        return None
    if "press" in line:
        assert line["press"] in offered, f"{where}: {line['press']!r} is not among {offered}"
        return await talk.says(line["press"])
    return await talk.says(line.get("say", "") * line.get("times", 1), *line.get("attach", ()))


def titles(said: Said) -> list[str]:
    return [button.title for reply in said.replies for button in reply.buttons]


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
        assert titles(said) == line["buttons"], where
    for title in line.get("offers", ()):
        assert title in titles(said), where
    if "asks" in line:
        assert said.replies[-1].text.startswith(line["asks"]), where


def compare_record(record: NewRecord, expected: dict[str, Any], where: str) -> None:
    unknown = expected.keys() - {"kind", "severity", "subject", "named", "facts", "words_contains"}
    assert not unknown, f"{where}: a record has no {unknown}"
    for name in ("kind", "severity", "subject"):
        if name in expected:
            assert getattr(record, name) == expected[name], f"{where}: the record's {name}"
    if "named" in expected:
        assert list(record.named) == expected["named"], where
    facts = dict(record.facts)
    for label, text in (expected.get("facts") or {}).items():
        assert facts.get(label) == text, f"{where}: {label} is {facts.get(label)!r}"
    for part in expected.get("words_contains", ()):
        assert part in record.words, where
