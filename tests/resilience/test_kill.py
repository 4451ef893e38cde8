"""A few random kills on either database; `make bench` does two hundred of each."""

from __future__ import annotations

from tests.resilience.counting import all_answered_once

KILLS = 8


def test_every_accepted_message_is_answered_exactly_once(database_url: str) -> None:
    all_answered_once("tests.resilience.killing", database_url, KILLS)
