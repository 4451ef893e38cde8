"""Questions that ask the same are put together, however they put it."""

from __future__ import annotations

from bot.language.encoder import shared_encoder
from bot.language.grouping import grouped

ASKED = [
    "can the class hamster have its own facebook page",
    "who pays for a broken tablet",
    "may we make a facebook page for the class hamster",
    "hamster page on facebook for our class ok?",
]


def test_the_largest_group_comes_first_and_the_oldest_leads_it() -> None:
    assert grouped(ASKED, shared_encoder()) == [[0, 2, 3], [1]]


def test_nothing_asked_makes_no_group() -> None:
    assert grouped([], shared_encoder()) == []
