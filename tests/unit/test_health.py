"""Health says which part doesn't work, by trying it; figures and pings follow from that alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text, update

from bot.channels.telegram.contracts import CHANNEL as TELEGRAM
from bot.figures import Figures
from bot.health import CRY, FRESH, LONGEST_UNANSWERED, LONGEST_UNSENT, Health, Means
from bot.messages import Arrival, Reply, Said
from bot.ping import Pings
from bot.store import Store
from bot.store.watch_tables import watches
from tests.cases.people import record
from tests.conftest import Clock
from tests.store.people import SORRY, answered, claimed, says
from tests.store.readers import School

WELL = Means(answers=True, encodes=lambda: True, hears=lambda text: text == CRY)
WATCHER = "https://watch.example/hush-sentinel"


def health(store: Store, clock: Clock, means: Means = WELL) -> Health:
    return Health(store, means, clock)


async def wrong(store: Store, clock: Clock, means: Means = WELL) -> dict[str, str]:
    look = await health(store, clock, means).look()
    return {part.name: part.says for part in look.parts if not part.fine}


async def test_a_new_bot_is_well(store: Store, clock: Clock) -> None:
    look = await health(store, clock).look()
    assert look.fine
    assert [part.name for part in look.public] == [
        *("database", "model", "encoder", "danger", "inbox", "outbox")
    ]


def fails() -> bool:
    raise RuntimeError("sentinel")


@pytest.mark.parametrize(
    ("part", "means"),
    [
        ("model", replace(WELL, answers=False)),
        ("encoder", replace(WELL, encodes=lambda: False)),
        ("encoder", replace(WELL, encodes=fails)),
        ("danger", replace(WELL, hears=lambda text: False)),
        ("telegram", replace(WELL, fetched=(TELEGRAM,))),
    ],
)
async def test_each_part_that_does_not_work_is_named(
    part: str, means: Means, store: Store, clock: Clock
) -> None:
    found = await wrong(store, clock, means)
    assert list(found) == [part]
    assert "sentinel" not in found[part]


async def test_telegram_is_well_while_somebody_fetches(store: Store, clock: Clock) -> None:
    means = replace(WELL, fetched=(TELEGRAM,))
    await store.doorstep.lead(TELEGRAM, "one", timedelta(seconds=30))
    assert await wrong(store, clock, means) == {}
    clock.advance(timedelta(seconds=31))
    assert list(await wrong(store, clock, means)) == ["telegram"]


async def test_a_database_that_cannot_be_read_is_said(store: Store, clock: Clock) -> None:
    lost = text("ALTER TABLE inbox RENAME TO lost")
    await store._database.write(lambda at: at.execute(lost))
    look = await health(store, clock).look()
    assert [part.name for part in look.parts if not part.fine] == ["database"]
    assert look.counts is None


async def test_what_waits_too_long_is_said(store: Store, clock: Clock) -> None:
    await store.accept(says("hello"))
    clock.advance(LONGEST_UNANSWERED)
    assert await wrong(store, clock) == {}
    clock.advance(timedelta(seconds=1))
    assert list(await wrong(store, clock)) == ["inbox"]
    await store.finish(await claimed(store), b"", [Reply("hello")])
    assert await wrong(store, clock) == {}
    clock.advance(LONGEST_UNSENT + timedelta(seconds=1))
    assert "tell somebody at the school" in (await wrong(store, clock))["outbox"]


async def test_what_nobody_looks_at_is_not_told_to_everybody(store: Store, clock: Clock) -> None:
    await store.accept(says("sentinel"))
    await store.give_up(await claimed(store), "ValueError", [SORRY])
    look = await health(store, clock).look()
    assert [part.name for part in look.parts if not part.fine] == ["stuck"]
    assert all(part.fine for part in look.public)
    assert not look.fine


async def test_a_report_that_nobody_sees_is_wrong_and_not_public(
    store: Store, clock: Clock
) -> None:
    school = await School.opened(store)
    await school.add("Ann Lee", "dsl")
    await school.hand_in(record("incident", "pupil"))
    assert await wrong(store, clock) == {}
    await _nobody_looked(store, clock)
    look = await health(store, clock).look()
    assert [part.name for part in look.parts if not part.fine] == ["reports"]
    assert all(part.fine for part in look.public)


async def _nobody_looked(store: Store, clock: Clock) -> None:
    await store._database.write(lambda at: at.execute(update(watches).values(nobody_at=clock())))


async def test_asking_often_does_not_tire_the_bot(store: Store, clock: Clock) -> None:
    looked: list[int] = []

    def encodes() -> bool:
        looked.append(1)
        return True

    means = replace(WELL, encodes=encodes)
    found = health(store, clock, means)
    for _ in range(5):
        await found.look()
    assert len(looked) == 1
    clock.advance(FRESH)
    await found.look()
    assert len(looked) == 2


class Speaker:
    async def respond(self, arrival: Arrival, memory: bytes | None) -> tuple[Said, bytes]:
        if arrival.text == "fail":
            raise ValueError("sentinel")
        outcome = "urgent" if arrival.text == "urgent" else "answer"
        return Said((Reply("sentinel"),), outcome), b""  # type: ignore[arg-type]


async def test_figures_say_how_much_and_nothing_of_whom(store: Store, clock: Clock) -> None:
    figures = Figures(health(store, clock))
    measured = figures.measured(Speaker())
    for words in ("sentinel", "sentinel", "urgent"):
        await measured.respond(says(words), None)
    with pytest.raises(ValueError, match="sentinel"):
        await measured.respond(says("fail"), None)
    await answered(store, "sentinel", who="sentinel")
    clock.advance(timedelta(seconds=7))
    given = (await figures.text()).decode()

    shown = dict(line.rsplit(" ", 1) for line in given.splitlines() if not line.startswith("#"))
    assert shown['signpost_turns_total{outcome="answer"}'] == "2.0"
    assert shown['signpost_turns_total{outcome="other"}'] == "1.0"
    assert shown['signpost_turns_total{outcome="failed"}'] == "1.0"
    assert shown["signpost_turn_seconds_count"] == "4.0"
    assert shown["signpost_replies_waiting"] == "1.0"
    assert shown["signpost_oldest_reply_seconds"] == "7.0"
    assert shown['signpost_part_works{part="database"}'] == "1.0"
    assert shown["process_resident_memory_bytes"]
    for word in ("sentinel", "urgent", "oakfield", "parent", "ann"):
        assert word not in given.replace("danger", ""), word


async def test_two_bots_in_one_process_keep_their_own_figures(store: Store, clock: Clock) -> None:
    one, other = Figures(health(store, clock)), Figures(health(store, clock))
    one.turns.labels("answer").inc()
    assert b'outcome="answer"' not in await other.text()


class Watcher:
    """The outside watcher, as far as httpx can tell."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.answers: Callable[[], httpx.Response] = lambda: httpx.Response(200)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.called.append(str(request.url))
        assert request.content == b""
        return self.answers()


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
async def client(watcher: Watcher) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(watcher)) as client:
        yield client


async def test_the_watcher_is_called_while_all_is_well_and_never_otherwise(
    store: Store, clock: Clock, watcher: Watcher, client: httpx.AsyncClient
) -> None:
    pings = Pings(WATCHER, health(store, clock))
    assert await pings.round(client)
    await store.accept(says("hello"))
    clock.advance(LONGEST_UNANSWERED * 2)
    assert not await pings.round(client)
    assert watcher.called == [WATCHER]
    await store.finish(await claimed(store), b"", [])
    clock.advance(FRESH)
    assert await pings.round(client)
    assert watcher.called == [WATCHER] * 2


async def test_a_watcher_that_is_away_harms_nothing_and_its_address_is_not_logged(
    store: Store,
    clock: Clock,
    watcher: Watcher,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def away() -> httpx.Response:
        raise httpx.ConnectError("no route to hush-sentinel")

    pings = Pings(WATCHER, health(store, clock))
    watcher.answers = away
    assert not await pings.round(client)
    watcher.answers = lambda: httpx.Response(500)
    assert not await pings.round(client)
    ours = [line.getMessage() for line in caplog.records if line.name.startswith("bot.")]
    assert len(ours) == 2
    assert "sentinel" not in "".join(ours)


async def test_the_key_is_needed_only_to_open(store: Store, key_path: Path, clock: Clock) -> None:
    """A key file that somebody moved while the bot runs harms nothing before the next start."""
    key_path.unlink()
    assert await wrong(store, clock) == {}
