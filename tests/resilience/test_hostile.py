"""Some of the hostile messages, and whether the judge of their answers sees what is wrong."""

from __future__ import annotations

import pytest

from tests.bench.parts.hostile import HOSTILE_IN_EACH
from tests.resilience.hostile_words import ORDINARY
from tests.resilience.hostility import SHOWS_INSIDES, TOLD, judged, run, script

SEED = 3
CONVERSATIONS = 3
SCHOOLS = ["blean", "welbeck"]


async def test_each_gets_an_answer_and_nobody_elses_words() -> None:
    found = await run(SEED, range(CONVERSATIONS))
    assert found.sent == sum(len(script(SEED, n, SCHOOLS)) for n in range(CONVERSATIONS))
    assert 0 < found.hostile < found.sent
    assert not found.faults, found


def test_as_many_are_hostile_as_is_said() -> None:
    said = [text for number in range(300) for text, _, _ in script(SEED, number, SCHOOLS)]
    assert sum(text not in ORDINARY for text in said) >= 300 * HOSTILE_IN_EACH


def test_a_conversation_can_be_run_again() -> None:
    assert script(SEED, 5, SCHOOLS) == script(SEED, 5, SCHOOLS) != script(SEED, 6, SCHOOLS)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (" \n", "an empty answer"),
        ("You said \ud800", "half a character in an answer"),
        (f"You said: {TOLD}", "somebody else's words in an answer"),
        *((f"Sorry: {sign}", "the program's insides in an answer") for sign in SHOWS_INSIDES),
        ("Ask the headteacher.", None),
    ],
)
def test_what_is_wrong_with_an_answer_is_seen(said: str, fault: str | None) -> None:
    assert judged(said) == ([fault] if fault else [])
