"""Four bots on one database, a few random kills; `make bench BENCH=fleet` does many."""

from __future__ import annotations

from tests.conftest import PostgresServer
from tests.resilience.counting import all_answered_once

KILLS = 6


def test_four_bots_share_the_work_and_lose_nothing(postgres: PostgresServer) -> None:
    all_answered_once("tests.resilience.fleet", postgres.fresh(), KILLS)
