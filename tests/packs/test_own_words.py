"""No answer or clause repeats ten words in a row from a real policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.library import Library
from bot.policy.pack import Pack
from bot.policy.schema import Answer
from tests.packs.own_words import fingerprint, read_fingerprints, runs, shared_runs, words

CONTENT = Path(__file__).parents[2] / "policy_content"
SAMPLE = "One two three four five six seven eight nine ten eleven."


def _texts(pack: Pack) -> Iterator[tuple[str, str]]:
    for clause in pack.clauses.values():
        yield clause.id, clause.says
    for topic, sides in pack.answers.items():
        for speaker, side in sides.items():
            name = f"{topic}.{speaker}"
            if isinstance(side, Answer):
                yield name, side.says
                yield from ((name, step) for step in side.do)
                if side.guidance:
                    yield name, side.guidance.says
            elif side.note:
                yield name, side.note


@pytest.fixture(scope="module")
def known() -> frozenset[bytes]:
    return read_fingerprints()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(CONTENT)


def test_the_fingerprints_are_those_of_five_policies(known: frozenset[bytes]) -> None:
    assert len(known) > 10_000


def test_a_copied_run_is_found_whatever_its_case_and_commas() -> None:
    copied = frozenset(fingerprint(run) for run in runs(words(SAMPLE)))
    text = "He said: “one, TWO three; four five six seven eight nine TEN”!"
    assert shared_runs(text, copied) == ["one two three four five six seven eight nine ten"]
    assert shared_runs(text.replace("four", "4"), copied) == []


def test_a_title_may_stand_in_a_run_but_not_hide_one() -> None:
    title = "Guidance for Safer Working Practice for Adults who Work with Children and Young People"
    copied = frozenset(fingerprint(run) for run in runs(words(f"{title} {SAMPLE}")))
    assert shared_runs(f"Read {title}.", copied) == []
    assert len(shared_runs(f"{title} {SAMPLE}", copied)) == 2


def test_every_text_of_every_school_is_in_our_own_words(
    library: Library, known: frozenset[bytes]
) -> None:
    texts = [(pack.school.id, *item) for pack in library.packs.values() for item in _texts(pack)]
    assert len(texts) > 20
    found = {
        f"{school} {name}": shared
        for school, name, text in texts
        if (shared := shared_runs(text, known))
    }
    assert found == {}
