"""A phrase and a token go through every failure, and neither is seen again.

The verbs that work are looked through where they are tested.
"""

from __future__ import annotations

from tests.verbs.calling import SENTINEL, TOKEN, Bot

STUMBLED = """\
an_action_fails: 1 failed, and was told: Something went wrong
the_store_fails: 1 kept, and the database was held
the_way_out_fails: 1 reply given up
libraries_talk: said
"""


def test_no_failure_gives_away_what_somebody_wrote(bot: Bot) -> None:
    settings = {"log_level": "DEBUG", "key_file": str(bot.folder / "signpost.key")}
    ended = bot.call(program="tests.verbs.stumble", **settings)

    assert ended.status == 1
    for secret in (SENTINEL, TOKEN):
        assert secret not in ended.out
        assert secret not in ended.err
    assert "Traceback" not in ended.err
    # The failures did happen, and were logged as far as they may be.
    for line in (
        "bot.turn: message 1: attempt 1 failed: ValueError",
        "bot.turn: message 1: attempt 3 failed: ValueError",
        "bot.turn: message 1: attempt 1 failed: StoreError",
        "bot.delivery: reply 1-1 not sent: RuntimeError",
        "bot.delivery: reply 1-1 not sent: SendFailed",
        "bot.delivery: reply 1-1 given up: Unreachable",
        "critical httpx: (message withheld)",
        "error asyncio: (message withheld) [ValueError]",
        "signpost: something unexpected went wrong (RuntimeError in stumble.py",
    ):
        assert line in ended.err
    assert ended.out == STUMBLED
