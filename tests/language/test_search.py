"""The search of last resort, on a few texts and the real sentence model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.language.encoder import Encoder, shared_encoder
from bot.language.search import ALIKE, FOUND, KEPT, Search
from bot.language.tuning import Tuning
from bot.language.weights import Floats

TEXTS = [
    "Staff must not accept friend requests from pupils.",
    "Photographs of pupils need the written consent of a parent.",
    "The leisure centre opens its swimming pool on Saturdays.",
    "Friend requests from former pupils may be accepted once they are 18.",
    "Passwords of school accounts are kept by the office.",
    "Staff should not be friends online with the parents of pupils.",
]
QUESTION = "may staff accept friend requests from pupils"


class Counting(Encoder):
    """The real encoder; it counts the collections that it read, which are no single question."""

    def __init__(self) -> None:
        super().__init__(tuning=Tuning.load())
        self.collections = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        self.collections += len(texts) > 1
        return super().encode(texts)


@pytest.fixture(scope="module")
def counting() -> Counting:
    return Counting()


@pytest.fixture
def search() -> Search:
    return Search(shared_encoder())


def likeness(texts: Sequence[str], question: str) -> Floats:
    encoder = shared_encoder()
    alike: Floats = encoder.encode(texts) @ encoder.encode([question])[0]
    return alike


async def test_the_nearest_comes_first(search: Search) -> None:
    found = await search.nearest("policy", TEXTS, QUESTION)
    alike = likeness(TEXTS, QUESTION)
    assert found[0] == 0
    assert found == np.argsort(-alike)[: len(found)].tolist()
    assert 1 < len(found) <= FOUND


async def test_no_more_are_found_than_are_shown(search: Search) -> None:
    assert await search.nearest("copies", [QUESTION] * (FOUND + 2), QUESTION) == list(range(FOUND))


@pytest.mark.parametrize("question", ["who won the football in 1966", "zzz", "", QUESTION])
async def test_nothing_hardly_alike_is_found(search: Search, question: str) -> None:
    found = await search.nearest("policy", TEXTS, question)
    alike = likeness(TEXTS, question)
    assert len(found) == min(FOUND, int((alike >= ALIKE).sum()))
    assert all(alike[place] >= ALIKE for place in found)


async def test_what_has_nothing_in_common_is_not_found(search: Search) -> None:
    assert await search.nearest("policy", TEXTS, "who won the football in 1966") == []


async def test_no_texts(search: Search) -> None:
    assert await search.nearest("empty", [], QUESTION) == []


async def test_a_collection_is_read_once_and_anew_under_another_name(counting: Counting) -> None:
    search, before = Search(counting), counting.collections
    assert (await search.nearest("one", TEXTS, QUESTION))[0] == 0
    assert (await search.nearest("one", TEXTS, "are passwords kept by the office"))[0] == 4
    assert counting.collections == before + 1
    assert (await search.nearest("two", TEXTS[::-1], QUESTION))[0] == len(TEXTS) - 1
    assert counting.collections == before + 2


async def test_only_so_many_are_kept_and_those_used_last(counting: Counting) -> None:
    search, texts = Search(counting), TEXTS[:2]

    async def reads(name: str) -> bool:
        before = counting.collections
        await search.nearest(name, texts, QUESTION)
        return counting.collections > before

    assert all([await reads(str(number)) for number in range(KEPT)])
    assert not await reads("0"), "all of them are still there"
    assert await reads("one more")
    assert not await reads("0"), "it was used a moment ago"
    assert await reads("1"), "it wasn't used for longest"
    assert await reads("2"), "each new one takes a place"
