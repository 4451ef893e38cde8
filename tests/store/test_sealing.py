"""What is written can't be read without the key, nor moved to another place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.messages import Arrival, Attachment, Button, Reply
from bot.store import ServerKey, Store
from bot.store.sealing import Sealer, pack_arrival, pack_reply, unpack_arrival, unpack_reply
from tests.conftest import Clock, PostgresServer
from tests.store.people import LEASE, SORRY, answered, claimed, says

SENTINEL = "sentinel-phrase"
KEY = ServerKey(bytes(range(32)))
PLACE = ("inbox", "web 1", "body")
PLAIN = b"what ann said"


@given(st.binary())
def test_what_is_sealed_opens_in_its_place(plain: bytes) -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(plain, *PLACE)

    assert sealer.open(sealed, *PLACE) == plain
    assert sealed != sealer.seal(plain, *PLACE)


@pytest.mark.parametrize(
    "place",
    [("outbox", "web 1", "body"), ("inbox", "web 2", "body"), ("inbox", "web 1", "memory")],
)
def test_a_value_does_not_open_elsewhere(place: tuple[str, str, str]) -> None:
    sealed = Sealer(KEY).seal(PLAIN, *PLACE)
    with pytest.raises(StoreError, match="doesn't open"):
        Sealer(KEY).open(sealed, *place)


def test_another_key_opens_nothing() -> None:
    sealed = Sealer(KEY).seal(PLAIN, *PLACE)
    with pytest.raises(StoreError, match="doesn't open"):
        Sealer(ServerKey(bytes(32))).open(sealed, *PLACE)


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    sealed = bytearray(Sealer(KEY).seal(PLAIN, *PLACE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StoreError, match="doesn't open"):
        Sealer(KEY).open(bytes(sealed), *PLACE)


@given(st.integers(1, 60))
def test_a_shortened_value_does_not_open(missing: int) -> None:
    sealed = Sealer(KEY).seal(PLAIN, *PLACE)[:-missing]
    with pytest.raises(StoreError, match="doesn't open"):
        Sealer(KEY).open(sealed, *PLACE)


any_text = st.text(st.characters(exclude_categories=()))


@given(any_text, st.lists(st.builds(Button, any_text, any_text)).map(tuple))
def test_messages_keep_their_form(text: str, buttons: tuple[Button, ...]) -> None:
    reply = Reply(text, buttons)
    files = (Attachment("picture", text, 1), Attachment("other", text))
    arrival = Arrival("web", "1", "web:ann", "oakfield", "staff", text, files)

    assert unpack_reply(pack_reply(reply)) == reply
    assert unpack_arrival(pack_arrival(arrival)) == arrival


async def everything(store: Store, clock: Clock) -> None:
    """Leave the sentinel in each place that holds something said."""
    await store.accept(says(SENTINEL))
    reply = Reply(SENTINEL, (Button(SENTINEL, SENTINEL),))
    await store.finish(await claimed(store), SENTINEL.encode(), [reply])
    await store.accept(says(SENTINEL))
    await store.put_back(await claimed(store), clock(), "TurnFailed")
    await store.give_up(await claimed(store), "TurnFailed", [Reply(SENTINEL)])
    await store.accept(says(SENTINEL))
    (outgoing,) = await store.claim_outgoing("courier", LEASE, "web", 1)
    await store.sent(outgoing)


async def test_no_word_stands_in_the_file(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    file = tmp_path / "signpost.db"
    store = await Store.open(f"sqlite:///{file}", key_path, now=clock, new_id=new_id)
    await everything(store, clock)
    written = b"".join(path.read_bytes() for path in tmp_path.glob("signpost.db*"))
    await store.close()
    written += file.read_bytes()

    assert b"web:ann" in written
    for form in (SENTINEL.encode(), SENTINEL.encode().hex().encode()):
        assert form not in written


async def test_no_word_stands_in_the_tables(
    postgres: PostgresServer, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    url = postgres.fresh()
    store = await Store.open(url, key_path, now=clock, new_id=new_id)
    await everything(store, clock)

    def dump(at: Connection) -> str:
        tables = ("meta", "conversations", "inbox", "outbox")
        return "".join(str(at.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in tables)

    written = await store._database.read(dump)
    await store.close()

    assert "web:ann" in written
    assert SENTINEL not in written


async def test_a_message_that_nobody_can_open_is_set_aside(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    file = tmp_path / "signpost.db"
    store = await Store.open(f"sqlite:///{file}", key_path, now=clock, new_id=new_id)
    for text in ("swapped", "good"):
        await store.accept(says(text))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE inbox SET body = (SELECT body FROM inbox WHERE id = 2)")

    assert (await claimed(store)).arrival.text == "good"
    assert (await store.counts()).failed == 1
    await store.close()


async def test_a_reply_that_nobody_can_open_is_dead_and_lets_others_pass(
    tmp_path: Path, key_path: Path, clock: Clock, new_id: Callable[[], str]
) -> None:
    file = tmp_path / "signpost.db"
    store = await Store.open(f"sqlite:///{file}", key_path, now=clock, new_id=new_id)
    number = await answered(store, "swapped", SORRY.text)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE outbox SET body = (SELECT body FROM outbox WHERE id = 2)")

    assert await store.claim_outgoing("courier", LEASE, "web", 8) == []
    (passed,) = await store.claim_outgoing("courier", LEASE, "web", 8)
    assert (passed.reference, passed.reply) == (f"{number}-2", SORRY)
    assert (await store.counts()).dead == 1
    await store.close()
