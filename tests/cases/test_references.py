"""A reference can be told over the phone, and a record gives nothing away by being printed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.alerts import addressee, alert, conversation
from bot.cases.people import ROLES, reader_role
from bot.cases.records import read_reference, reference
from bot.errors import BotError
from tests.cases.people import record

SENTINEL = "sentinel-phrase"


@given(st.binary(min_size=8, max_size=16))
def test_a_reference_is_short_and_clear(random_bytes: bytes) -> None:
    made = reference(random_bytes)
    assert re.fullmatch(r"SP-[2-46-9C-Z]{4}-[2-46-9C-Z]{4}", made)
    assert not set(made[3:]) & set("AEIOUBSZL015")
    assert read_reference(made.lower().replace("-", " ")) == made
    assert read_reference(made) == made


def test_different_bytes_are_different_references() -> None:
    assert len({reference(bytes(7) + bytes([one])) for one in range(256)}) == 256
    assert len({reference(bytes([one]) + bytes(7)) for one in range(256)}) == 256
    with pytest.raises(ValueError, match="8 random bytes"):
        reference(b"short")


def test_a_record_prints_nothing_of_what_it_says() -> None:
    one = record("incident", "pupil", SENTINEL, words=SENTINEL, facts=((SENTINEL, SENTINEL),))
    assert SENTINEL not in repr(one)
    assert one.reference in repr(one)


@pytest.mark.parametrize("copied", [True, False])
def test_an_alert_says_where_and_never_what(copied: bool) -> None:
    one = record("staff-concern", "head", SENTINEL, words=SENTINEL, facts=(("a", SENTINEL),))
    said = alert(one, "Oakfield", copied=copied)
    assert one.reference in said
    assert "Oakfield" in said
    for word in (SENTINEL, "urgent", "concern", "head", "staff"):
        assert word not in said
    assert "urgent" in alert(record("urgent"), "Oakfield", copied=copied)
    assert "urgent" in alert(record(severity="immediate"), "Oakfield", copied=copied)


def test_what_asks_for_nothing_says_so() -> None:
    said = alert(record("acknowledgement"), "Oakfield", copied=False)
    assert "SP-7KQ4-XM2D has come in at Oakfield" in said
    assert "is waiting" not in said and "acknowledg" not in said


def test_a_conversation_of_alerts_knows_its_reader() -> None:
    assert addressee(conversation(17, "email")) == 17
    assert [addressee(one) for one in ("web:17", "alert:x:email", "terminal:alert:1")] == [None] * 3


def test_roles_are_a_closed_list() -> None:
    assert [reader_role(name) for name in ROLES] == list(ROLES)
    with pytest.raises(BotError, match="chair-of-governors"):
        reader_role("governor")
