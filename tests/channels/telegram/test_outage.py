"""After a day without Telegram all goes out in order, the urgent first, and within the limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.delivery import Pace
from tests.channels.telegram.fake_api import FakeApi
from tests.channels.telegram.outage import PEOPLE, URGENT_HERE, a_day


async def test_after_a_day_all_goes_out_in_order_the_urgent_first_within_the_limits(
    fake: FakeApi, database_url: str, key_path: Path, new_id: Callable[[], str]
) -> None:
    found = await a_day(fake, database_url, key_path, new_id)
    assert (len(found.texts), found.waiting) == (found.written, 0)
    assert found.people_out_of_order == 0
    assert found.too_soon == 0
    # One message tries whether Telegram is there again; then the urgent go with the first few.
    assert found.before_urgent <= Pace().batch
    # What stands before an urgent message in its chat goes as soon as the chat's limit lets it.
    rounds = found.texts.index(URGENT_HERE) / Pace().batch
    assert rounds <= len(fake.texts(PEOPLE[-1]))
