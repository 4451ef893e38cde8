"""Messages that come together are read together, and each turn finds its own."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from bot.language.ahead import LONGEST, Ahead
from bot.language.encoder import REMEMBERED, Encoder, Remembering
from bot.language.weights import Floats

TEXTS = ["can I add a pupil", "hello", "who may post a picture of sports day"]


class Counting(Remembering):
    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    def _read(self, parts: list[np.ndarray]) -> Floats:  # type: ignore[override,type-arg]
        self.read.append(sum(len(part) for part in parts))
        return super()._read(parts)


@pytest.fixture(scope="module")
def alone() -> Floats:
    encoder = Encoder()
    return np.concatenate([encoder.encode([text]) for text in TEXTS])


async def test_what_is_asked_for_at_once_is_read_at_once(alone: Floats) -> None:
    encoder = Counting()
    ahead = Ahead(encoder)
    await asyncio.gather(*map(ahead.read, TEXTS))
    assert encoder.read == [len(TEXTS)]

    rows = [encoder.encode([text])[0] for text in TEXTS]

    assert encoder.read == [len(TEXTS)]
    assert np.abs(np.array(rows) - alone).max() < 1e-6


async def test_the_next_ones_are_read_when_they_come() -> None:
    encoder = Counting()
    ahead = Ahead(encoder)
    for text in TEXTS:
        await ahead.read(text)
    assert encoder.read == [1, 1, 1]


async def test_a_long_message_is_left_to_its_turn() -> None:
    encoder = Counting()
    await Ahead(encoder).read("x" * (LONGEST + 1))
    assert encoder.read == []


async def test_trouble_is_left_to_the_turn(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Remembering):
        def encode(self, texts: object) -> Floats:
            raise MemoryError("secret words")

    await Ahead(Broken()).read("hello")
    assert "MemoryError" in caplog.text and "secret words" not in caplog.text


def test_only_the_last_messages_are_remembered() -> None:
    encoder = Counting()
    encoder.encode(["the first one"])
    for number in range(REMEMBERED):
        encoder.encode([f"message {number}"])
    before = len(encoder.read)
    encoder.encode([f"message {REMEMBERED - 1}", "message 0"])
    assert len(encoder.read) == before
    encoder.encode(["the first one"])
    assert len(encoder.read) == before + 1
