"""`gaps` lists what nobody got an answer to, and nothing of what could tell who asked."""

from __future__ import annotations

import json

from tests.verbs.calling import Bot

DATABASE = "sqlite:///data/own.db"
ASKED = (
    "can Bartholomew Quill of 17 Acacia Avenue have his lunch money back by 12 March",
    "can i accept a friend request from a parent?",
    "That's not what I asked",
)
TELLING = ("Bartholomew", "bartholomew", "Quill", "quill", "17", "Acacia", "acacia", "12")


def asked(bot: Bot) -> None:
    said = "\n".join(ASKED).encode()
    verb = ("converse", "--school", "welbeck", "--role", "staff", "--json")
    ended = bot.call(*verb, "--database", DATABASE, said=said)
    outcomes = [line["outcome"] for line in ended.lines]
    assert outcomes == ["not_covered", "answer", "unknown"], ended


def test_they_are_listed_without_names_and_numbers(bot: Bot) -> None:
    asked(bot)

    listed = bot.call("gaps", "--school", "welbeck", database_url=DATABASE)
    assert "2 questions without an answer" in listed.out
    assert "lunch money back" in listed.out
    assert not any(word in listed.out.split() for word in TELLING), listed.out


def test_machines_get_a_line_a_group(bot: Bot) -> None:
    asked(bot)

    listed = bot.call("gaps", "--school", "welbeck", "--json", database_url=DATABASE)
    groups = [json.loads(line) for line in listed.out.splitlines()]
    assert {group["kind"] for group in groups} == {"outside", "unknown"}
    assert [(group["times"], group["staff"], group["parents"]) for group in groups] == [
        (1, 1, 0),
        (1, 1, 0),
    ]


def test_another_schools_are_not_shown(bot: Bot) -> None:
    asked(bot)

    listed = bot.call("gaps", "--school", "blean", database_url=DATABASE)
    assert "0 questions without an answer" in listed.out


def test_an_unknown_school_is_named(bot: Bot) -> None:
    assert "nowhere" in bot.call("gaps", "--school", "nowhere").complaint
