"""`person`: what is held of somebody is printed, and erased, for who asks on paper."""

from __future__ import annotations

import json

from tests.verbs.calling import SENTINEL, Bot
from tests.verbs.test_people import LUCY, call, hand_in
from tests.verbs.test_people import added as added_reader

WHO = ("--conversation", "web:ann")


def test_it_is_shown_and_erased(bot: Bot) -> None:
    added_reader(bot, *LUCY)
    hand_in(bot.folder)
    shown = call(bot, "person", "show", *WHO)
    held = json.loads(shown.out)
    assert [one["kind"] for one in held["reports"]] == ["incident"]
    assert "exports that from the desk" in shown.err
    assert SENTINEL not in shown.out + shown.err

    assert "stay with the school" in call(bot, "person", "erase", *WHO).out
    held = json.loads(call(bot, "person", "show", *WHO).out)
    assert held["they_wrote"] == [] and held["reports"] != []
    assert "rows stand" in call(bot, "audit", "verify").out


def test_who_it_is_must_be_said_once(bot: Bot) -> None:
    assert "--telegram or --conversation" in call(bot, "person", "show").complaint
    both = call(bot, "person", "erase", *WHO, "--telegram", "5").complaint
    assert "--telegram or --conversation" in both


def test_somebody_is_blocked_and_let_in_again(bot: Bot) -> None:
    who = ("--telegram", "501")
    assert "nothing else is taken" in call(bot, "person", "block", *who).out
    assert json.loads(call(bot, "person", "show", *who).out)["blocked"] != []
    assert "as they were before" in call(bot, "person", "unblock", *who).out
    assert "weren't blocked" in call(bot, "person", "unblock", *who).out
