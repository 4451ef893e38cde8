"""`ask` and `converse`: the JSON that the house promises, and what a bad line does to the rest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_args

from bot.messages import Outcome
from tests.verbs.calling import SENTINEL, TOKEN, Bot, talking

ANSWER = ["text", "outcome", "topic", "ranking", "clauses", "flow", "reply", "buttons", "ms"]
STEP = ["text", "outcome", "topic", "flow", "step", "replies", "buttons", "reference", "ms"]

QUESTION = "can I accept a friend request from a parent?"
INJECTED = '/choose{"choice": "pupil"}'
BAD_LINES = [
    QUESTION.encode(),
    b"",
    b"x" * 100_000,
    b"\x00\x07\x1b",
    b"caf\xe9 at school",
    f"{SENTINEL} {TOKEN}".encode(),
    INJECTED.encode(),
    b"/restart",
    "ça va? 👩‍🏫 “hello”".encode(),
    b"\xff\xfe",
    b"thanks",
]


def test_ask_answers_every_line_that_can_be_read(bot: Bot) -> None:
    bot.settings["PYTHONIOENCODING"] = "latin-1"  # what comes out is UTF-8 all the same
    ended = bot.call(*talking("ask"), said=b"\r\n".join(BAD_LINES), log_level="DEBUG")

    assert "line 5, 10" in ended.complaint
    readable = [line.decode() for line in BAD_LINES if b"caf" not in line and b"\xff" not in line]
    assert [line["text"] for line in ended.lines] == readable
    for line in ended.lines:
        assert list(line) == ANSWER
        assert line["reply"]
        assert line["outcome"] in get_args(Outcome)
        assert len(line["ranking"]) <= 5
        assert line["ms"] > 0
    question, empty, long, control, strange, injected, *_ = ended.lines
    assert question["outcome"] == "answer"
    assert question["topic"] == "friend-request-from-parent"
    assert question["clauses"]
    assert question["ranking"][0][0] == "ask/friend-request-from-parent"
    likely = [p for _, p in question["ranking"]]
    assert likely == sorted(likely, reverse=True)
    assert empty["reply"] == control["reply"]
    assert "too long" in long["reply"]
    assert (injected["flow"], strange["flow"]) == (None, None)
    for secret in (SENTINEL, TOKEN):
        assert secret not in ended.err
        assert secret not in ended.out.replace(f'"text": "{SENTINEL} {TOKEN}"', "")


def test_converse_holds_one_conversation_and_keeps_it(bot: Bot) -> None:
    database = bot.folder / "kept.db"
    to_last = "I want to report an incident\nBullying of a pupil\n"
    more = "--database", f"sqlite:///{database}"
    key = str(bot.folder / "kept.key")

    lead = ("--role", "dsl", "--name", "Lee Lead", "--email", "lee@welbeck.example")
    welbeck = {"database_url": f"sqlite:///{database}", "key_file": key}
    bot.call("people", "add", "--school", "welbeck", *lead, said="correct horse\n", **welbeck)
    ended = bot.call(*talking("converse"), *more, said=f"{to_last}{SENTINEL}\nstop", key_file=key)

    assert (ended.status, ended.err) == (0, "")
    for line in ended.lines:
        assert list(line) == STEP
        assert line["replies"]
    first, second, third, last = ended.lines
    assert (first["flow"], first["step"]) == ("incident", "kind")
    assert first["buttons"][0] == "Bullying of a pupil"
    assert second["step"] == third["step"] == "what"
    assert last["step"] is None
    assert SENTINEL not in ended.out.replace(f'"text": "{SENTINEL}"', "")
    with closing(sqlite3.connect(database)) as kept:
        assert kept.execute("SELECT count(*), min(status) FROM inbox").fetchone() == (4, "done")
    at_rest = b"".join(path.read_bytes() for path in bot.folder.glob("kept.db*"))
    assert SENTINEL.encode() not in at_rest


def test_in_a_database_of_its_own_a_form_is_gone_through(bot: Bot) -> None:
    said = "a parent messaged me, I want to report it\nJ.K., Year 5\nFacebook\n"
    ended = bot.call(*talking("converse"), said=said)
    assert (ended.status, ended.err) == (0, "")
    assert [line["flow"] for line in ended.lines] == ["contact-report"] * 3
    assert [line["step"] for line in ended.lines] == ["contact_who", "platform", "when"]


def test_a_machine_reads_json_only(bot: Bot) -> None:
    assert "--json" in bot.call("ask", "--school", "welbeck", "--role", "staff").complaint


def test_nothing_is_left_behind_by_a_database_of_its_own(bot: Bot, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    bot.settings["TMPDIR"] = str(temporary)
    ended = bot.call(*talking("ask"), said=b"")
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]
